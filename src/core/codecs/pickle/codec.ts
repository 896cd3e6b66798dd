import { DecodeError } from '../../errors';
import type { Value } from '../../values/value';
import type { BinaryCodec } from '../codec';
import { MemoryBudget } from '../memoryBudget';
import { PickleAccount, type PickleActions } from './account';
import { decodePickle } from './reader';
import { beginsAsPickle, PickleRecognizer } from './recognizer';
import { encodePickle } from './writer';

export { PickleAccount, runsCode, type CallSummary, type PickleActions } from './account';
export { decodePickleFile, type PickleFile } from './file';
export { decodePickle, type DecodedPickle } from './reader';
export type { PickleExtension } from './machine';
export { PickleScanner } from './scanner';
export { encodePickle } from './writer';

/**
 * Python's pickle: reads protocols 0 to 5, writes 4. It refuses bytes after the end of the pickle, which Python would ignore, as a
 * person would then see only a part of what arrived; {@link decodePickle} tells where a pickle ends.
 */
export const pickleCodec: BinaryCodec = {
  title: 'pickle',
  label: 'Binary',
  detail: "Python's pickle. Keeps every type.",
  extensions: ['pkl', 'pickle'],
  // Pascal, Prolog and others use it too.
  sharedExtensions: ['p'],
  isText: false,

  begins: beginsAsPickle,

  recognizer: () => new PickleRecognizer(),

  decode: (bytes, { budget = new MemoryBudget() }) => decodeOnlyPickle(bytes, new PickleAccount(budget)),

  encode: (value, limits) => encodePickle(value, limits),
};

/** The pickle that the bytes are, with what Python would do to load it. @throws DecodeError, LimitError */
export function decodeOnlyPickle(
  bytes: Uint8Array,
  account = new PickleAccount(),
): { value: Value; actions: PickleActions } {
  const { value, length } = decodePickle(bytes, { account });
  const rest = bytes.length - length;
  if (rest > 0) throw new DecodeError('pickle', `${rest} more bytes follow after its end`, length);
  return { value, actions: account.actions([value]) };
}
