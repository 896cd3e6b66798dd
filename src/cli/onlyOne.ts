import { PicklepostError } from '../core/errors';
import type { StoreHooks } from '../core/item/storeHooks';

/**
 * Makes a store take only one item: the first that is complete, as a sender that stops in the middle must not keep the
 * others out. Other items are refused, unless that one fails.
 */
export function onlyOne(): StoreHooks {
  let isTaken = false;
  const check = (): void => {
    if (isTaken)
      throw new PicklepostError('refused', 'This receiver takes one item and ends. Send the others later.');
  };
  return {
    admit: check,
    async confirm(_arrival, store) {
      check();
      isTaken = true;
      try {
        return await store();
      } catch (error) {
        isTaken = false;
        throw error;
      }
    },
  };
}
