import { createHash } from 'node:crypto';

/*
 * The hash that a Map computes for a key decides how long a table of hostile keys takes. For most strings, it uses a secret
 * of the process. It does not do so for numbers, nor, before V8 13, for strings that are numbers; of integers of any length,
 * it uses the lowest 64 bits; and strings of more than 16,383 units have the hash of their length. All of these get a text
 * or a digest of their own.
 */

/** Too few smaller integers have the same hash in a Map for that to matter. */
const SMALL_INTEGER = 2 ** 23;
/** Characters of a text that a Map is given as it is. */
const MAX_HASHED_TEXT = 4096;
/** Bits of an integer whose digits are no longer than that. */
const MAX_HASHED_BITS = 4 * MAX_HASHED_TEXT;

/** A key for a Map in place of a text from outside: equal for equal texts only. */
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

/** Two that are not equal have different ones, as nobody finds two texts with the same SHA-256. */
function digestOf(kind: string, text: string): string {
  return `\0h${kind}${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('base64')}`;
}
