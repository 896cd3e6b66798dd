import { Doorkeeper } from '../../src/core/admission/doorkeeper';

/** Lets everybody in. */
export function openDoor(): Doorkeeper {
  const rules = { accept: 'all', trustsThisMachine: true, alwaysAccepted: [], blocked: [] } as const;
  return new Doorkeeper({
    rules: () => rules,
    acceptAlways: () => undefined,
    block: () => undefined,
  });
}
