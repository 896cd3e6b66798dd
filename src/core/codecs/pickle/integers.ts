/** Integers as pickles hold them. */

/** Longest decimal text that is read: reading it takes time that grows faster than its length. */
export const MAX_DECIMAL_DIGITS = 100_000;

/** Longest binary integer that is read, in bytes; JavaScript's own limit is close above it. */
export const MAX_INTEGER_BYTES = 2 ** 26;

const SMALL_INTEGERS = Array.from({ length: 1024 }, (_, i) => BigInt(i));

/** The integer of a number; common ones without making them anew. */
export function integerOf(value: number): bigint {
  return SMALL_INTEGERS[value] ?? BigInt(value);
}

/** Reads a little-endian two's complement of any length. */
export function integerFromBytes(bytes: Buffer): bigint {
  const size = bytes.length;
  if (size === 0) return 0n;
  if (size <= 6) return integerOf(bytes.readIntLE(0, size));
  if (size === 8) return bytes.readBigInt64LE();
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return BigInt.asIntN(8 * size, magnitude);
}

/** The shortest little-endian two's complement; of 0 one byte. */
export function bytesOfInteger(value: bigint): Uint8Array {
  const magnitude = value < 0n ? ~value : value;
  const hex = magnitude.toString(16);
  const bits = 4 * hex.length - Math.clz32(parseInt(hex.charAt(0), 16)) + 28;
  // One more for the sign.
  const size = (bits >> 3) + 1;
  const bytes = Buffer.from(hex.padStart(2 * size, '0'), 'hex').reverse();
  if (value < 0n) for (let i = 0; i < size; i++) bytes[i] = ~(bytes[i] as number);
  return bytes;
}

/** Reads decimal digits with an optional sign, as the opcodes INT and LONG hold them; undefined for anything else. */
export function parseInteger(text: string): bigint | undefined {
  const digits = text.trim();
  if (!/^[-+]?(0+|[1-9]\d*)$/.test(digits)) return undefined;
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
}

/** Reads what Python's `repr` writes for a float; undefined for anything else. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}
