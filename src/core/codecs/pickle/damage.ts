import { DecodeError, type PicklepostError } from '../../errors';
import { isShelf, kindOfBytes, SHELF } from './otherKinds';
import { say } from '../../text';

/**
 * Explains an error: by a known kind of damage, with the repaired bytes, or by a known kind of file that is not a pickle.
 * @param isBegun whether a pickle could be read, or Python would have done something before the error
 */
export function explain(
  bytes: Uint8Array,
  problem: PicklepostError | undefined,
  isBegun: boolean,
): Explanation {
  if (hasConvertedLineEnds(bytes, problem !== undefined))
    return {
      explanation: new DecodeError('pickle', say`its line ends were converted to CR LF. ${SHOWN}`),
      repaired: repairLineEnds(bytes),
    };
  if (problem === undefined) return {};
  if (!(problem instanceof DecodeError)) return { explanation: problem };
  if (isBegun) return { explanation: isShelf(bytes) ? new DecodeError('pickle', SHELF) : problem };
  const repaired = repairUtf8(bytes);
  if (repaired !== undefined) {
    const reason = say`its bytes were read as Latin-1 and written as UTF-8. ${SHOWN}`;
    return { explanation: new DecodeError('pickle', reason), repaired };
  }
  const kind = kindOfBytes(bytes);
  if (kind === undefined) return { explanation: problem };
  return { explanation: new DecodeError('pickle', kind.reason), isOther: true, isText: kind.isText };
}

export interface Explanation {
  readonly explanation?: PicklepostError;
  readonly repaired?: Uint8Array;
  /** Whether the bytes are a known kind of file other than a pickle, and whether that is text. */
  readonly isOther?: boolean;
  readonly isText?: boolean;
}

const SHOWN = say`Showing the repaired content; get the file again, in binary mode`;

const [LF, CR, PROTO] = [0x0a, 0x0d, 0x80];

/** Whether each line ends in CR LF. A binary pickle that can be read may contain CR LF by chance. */
function hasConvertedLineEnds(bytes: Uint8Array, isMistaken: boolean): boolean {
  if (!isMistaken && bytes[0] === PROTO) return false;
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] !== CR) return false;
    count++;
  }
  return count > 0 && STARTS.has(bytes[0] as number);
}

/** Opcodes that a pickle may begin with, because they need nothing on the stack. */
const STARTS: ReadonlySet<number> = new Set(
  Buffer.from('\x80(}])cNIFVSLKJMGXUTBC\x88\x89\x8a\x8c', 'latin1'),
);

function repairLineEnds(bytes: Uint8Array): Uint8Array {
  const repaired = new Uint8Array(bytes.length);
  let length = 0;
  bytes.forEach((byte, i) => {
    if (byte !== CR || bytes[i + 1] !== LF) repaired[length++] = byte;
  });
  return repaired.subarray(0, length);
}

/** Repairs bytes that were read as Latin-1 and written as UTF-8. They begin with 0x80 in UTF-8 and a protocol. */
function repairUtf8(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xc2 || bytes[1] !== PROTO || (bytes[2] ?? 9) > 5) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return /[^\0-\xff]/.test(text) ? undefined : new Uint8Array(Buffer.from(text, 'latin1'));
}
