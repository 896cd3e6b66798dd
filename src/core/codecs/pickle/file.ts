import { DecodeError, PicklepostError } from '../../errors';
import type { Value } from '../../values/value';
import { PickleAccount, type PickleActions } from './account';
import type { PickleExtension } from './machine';
import { decodePickle } from './reader';

/** What is in a file that `pickle.dump` was called on, once or several times. */
export interface PickleFile {
  /** One for each call, in order. None where not even the first could be read; `problem` then says why. */
  readonly values: readonly Value[];
  /** What Python would do to load all of them, and what could not be read as far as it was. */
  readonly actions: PickleActions;
  /** Why what follows the values could not be read; undefined where nothing follows. A DecodeError or LimitError. */
  readonly problem?: PicklepostError;
}

/** Bytes of memory for each value, beside what it is made of. */
const VALUE_COST = 64;

/** Reads pickles until the end of the bytes. Nothing is run. Offsets of errors count from the start of the bytes. */
export function decodePickleFile(
  bytes: Uint8Array,
  account = new PickleAccount(),
  extension?: PickleExtension,
): PickleFile {
  const values: Value[] = [];
  try {
    let start = 0;
    do {
      account.spend(VALUE_COST);
      const { value, length } = decodePickle(bytes, {
        start,
        account,
        ...(extension && { extension }),
      });
      values.push(value);
      start += length;
    } while (start < bytes.length);
    return { values, actions: account.actions(values) };
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
    const problem = values.length === 0 ? explain(bytes, error) : error;
    return { values, actions: account.actions(values), problem };
  }
}

/** First bytes, in Latin-1, of what is often under the name of a pickle and is none. */
const OTHERS: readonly (readonly [start: string, reason: string])[] = [
  ['\x1f\x8b', 'it is compressed with gzip. Decompress it first'],
  ['BZh', 'it is compressed with bzip2. Decompress it first'],
  ['\xfd7zXZ\0', 'it is compressed with xz. Decompress it first'],
  ['x\x01', 'it is compressed with zlib. Decompress it first'],
  ['x\x9c', 'it is compressed with zlib. Decompress it first'],
  ['x\xda', 'it is compressed with zlib. Decompress it first'],
  ['PK\x03\x04', 'it is a zip archive. Unpack it first'],
  ['version https://git-lfs', 'it is a pointer of Git LFS. Fetch the file with "git lfs pull" first'],
];

function explain(bytes: Uint8Array, error: PicklepostError): PicklepostError {
  if (!(error instanceof DecodeError)) return error;
  if (bytes.length === 0) return new DecodeError('pickle', 'the file is empty');
  const start = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const reason = OTHERS.find(([prefix]) => start.startsWith(prefix))?.[1];
  return reason === undefined ? error : new DecodeError('pickle', reason);
}
