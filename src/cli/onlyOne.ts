import { PicklepostError } from '../core/errors';
import type { ItemStore } from '../core/wire/item';
import { changePieceWriter } from '../core/wire/transfer';

/** A store to which one item can be offered, and after it, if it does not arrive whole, the next. */
export function withOnlyOne(store: ItemStore): ItemStore {
  let isTaken = false;
  const giveBack = async (ended: Promise<void>): Promise<void> => {
    await ended;
    isTaken = false;
  };
  return {
    begin: (arrival) => store.begin(arrival),
    async offer(arrival, offer, key) {
      if (isTaken)
        throw new PicklepostError('refused', 'This receiver takes one item and ends. Send the others later.');
      isTaken = true;
      try {
        const answer = await store.offer(arrival, offer, key);
        if (answer.kind === 'have') return answer;
        const { writer } = answer;
        const suspend = (): Promise<void> => giveBack(writer.suspend());
        const discard = (): Promise<void> => giveBack(writer.discard());
        return { kind: 'accepted', writer: changePieceWriter(writer, { suspend, discard }) };
      } catch (error) {
        isTaken = false;
        throw error;
      }
    },
  };
}
