import { DecodeError } from '../../errors';
import type { Value } from '../../values/value';
import type { BinaryCodec } from '../codec';
import { MemoryBudget } from '../memoryBudget';
import { PickleAccount } from './account';
import type { PickleActions } from './effects';
import { decodePickleFile } from './file';
import { pickleFormat } from './format';
import { encodePickle } from './writer';
import { say } from '../../text';

export { PickleAccount } from './account';
export { actionsOf, type ActionOptions } from './actions';
export { decodePickleFile, noteWithoutFormat, type PickleFile } from './file';
export { decodePickle, type DecodedPickle } from './reader';
export type { PickleExtension } from './machine';
export { encodePickle } from './writer';

/**
 * Python's pickle: reads protocols 0 to 5, writes 4. Unlike Python, it refuses bytes after the end of the pickle, because a
 * person would otherwise see only a part of the content. {@link decodePickle} returns where a pickle ends.
 */
export const pickleCodec: BinaryCodec = {
  ...pickleFormat,

  decode: (bytes, { budget = new MemoryBudget() }) => decodeOnlyPickle(bytes, new PickleAccount(budget)),

  encode: (value, limits) => encodePickle(value, limits),
};

/** Reads bytes that are exactly one pickle, and lists what Python would do to load it. @throws DecodeError, LimitError */
export function decodeOnlyPickle(
  bytes: Uint8Array,
  account = new PickleAccount(),
): { value: Value; actions: PickleActions } {
  const { values, actions, problem, firstEnd = bytes.length } = decodePickleFile(bytes, account);
  const [value] = values;
  const rest = bytes.length - firstEnd;
  if (value !== undefined && rest > 0)
    throw new DecodeError('pickle', say`${rest} more bytes follow its end`, firstEnd);
  if (value === undefined || problem !== undefined) throw problem as Error;
  return { value, actions };
}
