import { constants, isUtf8 } from 'node:buffer';
import { DecodeError } from '../errors';
import { textTooLong } from '../render/view';

export interface UnicodeText {
  /** Without a byte order mark. */
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16';
}

/**
 * Decodes UTF-8, with or without a byte order mark, and UTF-16 with one, as some Windows programs write it. Lone surrogates of
 * UTF-16 are kept.
 * @throws DecodeError for other encodings, LimitError for what no string can hold
 */
export function decodeUnicode(bytes: Uint8Array, format: DecodeError['format']): UnicodeText {
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw textTooLong(constants.MAX_STRING_LENGTH, 'Send it in parts.');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = buffer.toString('latin1', 0, 4);
  const isWide = mark.startsWith('\xff\xfe') || mark.startsWith('\xfe\xff');
  if (isWide ? mark.endsWith('\0\0') : mark.includes('\0')) {
    throw new DecodeError(format, 'it is encoded neither in UTF-8 nor in UTF-16 with a byte order mark');
  }
  if (isWide)
    return { text: decodeUtf16(buffer.subarray(2), mark.startsWith('\xfe'), format), encoding: 'UTF-16' };
  if (!isUtf8(buffer)) throw new DecodeError(format, 'its text is not UTF-8');
  return { text: buffer.toString('utf8', mark.startsWith('\xef\xbb\xbf') ? 3 : 0), encoding: 'UTF-8' };
}

function decodeUtf16(buffer: Buffer, isBigEndian: boolean, format: DecodeError['format']): string {
  if (buffer.length % 2 !== 0)
    throw new DecodeError(format, 'its text is UTF-16 that ends in the middle of a character');
  return (isBigEndian ? Buffer.from(buffer).swap16() : buffer).toString('utf16le');
}
