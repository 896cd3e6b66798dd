import { createHash } from 'node:crypto';

/*
 * A Map becomes slow if many of its keys have the same hash. For most strings, V8 computes the hash with a secret of the
 * process, so that nobody can choose such keys. This does not hold for numbers, nor, before V8 13, for strings of digits. Of a
 * bigint, only the lowest 64 bits are hashed, and strings of more than 16,383 units have their length as hash. Keys of these
 * kinds are therefore replaced by another text, or by a digest.
 */

/** Integers below this are used as they are: too few of them have the same hash. */
const SMALL_INTEGER = 2 ** 23;
/** The longest text that is used as it is, in UTF-16 units. */
const MAX_HASHED_TEXT = 4096;
/** Bits of an integer whose hexadecimal digits are no longer than that. */
const MAX_HASHED_BITS = 4 * MAX_HASHED_TEXT;

/** A key for a Map that replaces a text from outside. Different texts have different keys. */
export function textKey(text: string): string {
  if (text.length > MAX_HASHED_TEXT) return digestOf('s', text);
  return /^[\0\d]/.test(text) ? `\0s${text}` : text;
}

/** The same for an integer. */
export function hashInteger(key: bigint): bigint | string {
  const near = Number(key);
  if (Math.abs(near) < SMALL_INTEGER) return key;
  if (Number.isSafeInteger(near)) return `\0i${String(near)}`;
  const digits = key.toString(16);
  return BigInt.asIntN(MAX_HASHED_BITS, key) === key ? `\0x${digits}` : digestOf('x', digits);
}

/** Different texts have different digests, as nobody can find two texts with the same SHA-256. */
function digestOf(kind: string, text: string): string {
  return `\0h${kind}${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('base64')}`;
}
