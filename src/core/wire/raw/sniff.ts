import type { Format } from '../../codecs/formats';
import { formatOfStart, skipBlank } from '../../codecs/recognize';

/** The kind of a raw value by its first bytes. `other` is text or bytes, which only its end can tell. */
export type Start = Format | 'token' | 'other';

/**
 * Recognizes the first bytes of a raw value (docs/protocol.md, "Raw", has the table).
 * @param isAll whether no more bytes will come; if they may, the result for a start that is too short is undefined
 */
export function sniff(start: Uint8Array, isAll: true): Start;
export function sniff(start: Uint8Array, isAll: boolean): Start | undefined;
export function sniff(start: Uint8Array, isAll: boolean): Start | undefined {
  const format = formatOfStart(start, isAll);
  if (format !== 'none') return format;
  const text = start.subarray(skipBlank(start));
  const expected = TOKEN_START.subarray(0, text.length);
  if (text.length === 0 || !expected.every((byte, i) => byte === text[i])) return 'other';
  if (expected.length === TOKEN_START.length) return 'token';
  return isAll ? 'other' : undefined;
}

/** The version of Fernet (0x80) and the first bytes of a time before the year 4147, in base64url. */
const TOKEN_START = Buffer.from('gAAAAA');
