/** Headers that scripts put before a value to tell its length. */
export interface FrameHeader {
  /** Bytes. */
  readonly size: number;
  /**
   * How many bytes follow; `unknown` if the header is not reliable, so that the value must end by itself.
   * @throws Error if it is not such a header
   */
  read(header: Buffer): number | 'unknown';
}

/** Characters of a header in digits. */
const DIGITS = 10;

const BINARY: readonly FrameHeader[] = [
  { size: 4, read: (header) => header.readUInt32BE() },
  { size: 4, read: (header) => header.readUInt32LE() },
  { size: 8, read: (header) => toLength(header.readBigUInt64BE()) },
  { size: 8, read: (header) => toLength(header.readBigUInt64LE()) },
];
const EXACT_DIGITS: FrameHeader = { size: DIGITS, read: readDigits };
/** Some scripts count other bytes than they send. */
const LOOSE_DIGITS: FrameHeader = {
  size: DIGITS,
  read(header) {
    readDigits(header);
    return 'unknown';
  },
};

/** The headers with which a value may begin. @param start of at least ten bytes @param size of the value, in bytes */
export function frameHeaders(start: Buffer, size: number): FrameHeader[] {
  return [EXACT_DIGITS, LOOSE_DIGITS, ...BINARY].filter((header) => {
    const room = size - header.size;
    try {
      const length = room < 1 ? 0 : header.read(start.subarray(0, header.size));
      return length === 'unknown' || (length > 0 && length <= room);
    } catch {
      return false;
    }
  });
}

function readDigits(header: Buffer): number {
  const text = header.toString('latin1');
  if (!/^(?:\d+ *| *\d+)$/.test(text)) throw new Error('not a number');
  return Number(text);
}

function toLength(length: bigint): number {
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error('more than anything has');
  return Number(length);
}
