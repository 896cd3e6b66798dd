import { constants, isUtf8 } from 'node:buffer';
import { DecodeError } from '../errors';
import { textTooLong } from '../render/view';
import { say, type Words } from '../text';

type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'UTF-32LE' | 'UTF-32BE';

export interface UnicodeText {
  /** Without a byte order mark. */
  readonly text: string;
  readonly encoding: Encoding;
}

/**
 * Decodes UTF-8, UTF-16 and UTF-32, each with or without a byte order mark. The text of JSON and XML begins with an ASCII
 * character, so zeros reveal the encoding (RFC 4627, section 3; XML 1.0, appendix F). Lone surrogates of UTF-16 are kept.
 * @param advice what to do if the text has another encoding, without a full stop
 * @throws DecodeError for other encodings, LimitError for text that no string can hold
 */
export function decodeUnicode(
  bytes: Uint8Array,
  format: DecodeError['format'],
  advice: Words = say`if it is in windows-1252 or ISO-8859-1, convert it to UTF-8`,
): UnicodeText {
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw textTooLong(constants.MAX_STRING_LENGTH, say`Send it in parts.`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { encoding, mark } = encodingOf(buffer);
  const content = buffer.subarray(mark);
  if (encoding !== 'UTF-8') return { text: decodeWide(content, encoding, format), encoding };
  if (!isUtf8(content)) throw notUtf8(content, format, advice);
  return { text: content.toString(), encoding };
}

/** Converts the beginning of a text from UTF-16 or UTF-32 to UTF-8, without an incomplete character. Other bytes are returned as they are. */
export function startInUtf8(start: Uint8Array): Uint8Array {
  const buffer = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const { encoding, mark } = encodingOf(buffer);
  if (encoding === 'UTF-8') return start;
  const whole = buffer.subarray(mark, buffer.length - ((buffer.length - mark) % 4));
  try {
    return Buffer.from(decodeWide(whole, encoding, 'text'));
  } catch {
    return start;
  }
}

const MARKS: readonly (readonly [mark: string, encoding: Encoding])[] = [
  ['\xff\xfe\0\0', 'UTF-32LE'],
  ['\0\0\xfe\xff', 'UTF-32BE'],
  ['\xff\xfe', 'UTF-16LE'],
  ['\xfe\xff', 'UTF-16BE'],
  ['\xef\xbb\xbf', 'UTF-8'],
];

/** @returns the encoding, and the length of the byte order mark in bytes */
function encodingOf(buffer: Buffer): { encoding: Encoding; mark: number } {
  const start = buffer.toString('latin1', 0, 4);
  const marked = MARKS.find(([mark]) => start.startsWith(mark));
  if (marked) return { encoding: marked[1], mark: marked[0].length };
  const zeros = Array.from(buffer.subarray(0, 4), (byte) => (byte === 0 ? '0' : 'x')).join('');
  if (zeros === '000x') return { encoding: 'UTF-32BE', mark: 0 };
  if (zeros === 'x000') return { encoding: 'UTF-32LE', mark: 0 };
  if (zeros.startsWith('0x')) return { encoding: 'UTF-16BE', mark: 0 };
  return { encoding: zeros.startsWith('x0') ? 'UTF-16LE' : 'UTF-8', mark: 0 };
}

function decodeWide(buffer: Buffer, encoding: Encoding, format: DecodeError['format']): string {
  const isBigEndian = encoding.endsWith('BE');
  if (encoding.startsWith('UTF-16')) return decodeUtf16(buffer, isBigEndian, format);
  if (buffer.length % 4 !== 0)
    throw new DecodeError(format, say`its text is UTF-32 that ends in the middle of a character`);
  const text = Buffer.alloc(buffer.length);
  let end = 0;
  for (let at = 0; at < buffer.length; at += 4) {
    const code = isBigEndian ? buffer.readUInt32BE(at) : buffer.readUInt32LE(at);
    if (code > 0x10ffff) throw new DecodeError(format, say`its text is not valid UTF-32`, at);
    if (code >= 0x10000) end = text.writeUInt16LE(0xd800 + ((code - 0x10000) >> 10), end);
    end = text.writeUInt16LE(code < 0x10000 ? code : 0xdc00 + ((code - 0x10000) & 0x3ff), end);
  }
  return text.toString('utf16le', 0, end);
}

/** The error for the first byte that is not UTF-8, with its value and position. */
function notUtf8(buffer: Buffer, format: DecodeError['format'], advice: Words): DecodeError {
  let [line, start, end] = [1, 0, buffer.indexOf('\n')];
  // In UTF-8, the byte of a line feed is never a part of another character.
  for (; end >= 0 && isUtf8(buffer.subarray(start, end)); line++) {
    start = end + 1;
    end = buffer.indexOf('\n', start);
  }
  const rest = buffer.subarray(start, end < 0 ? buffer.length : end);
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(rest).split('\ufffd', 1)[0] ?? '';
  const offset = start + Buffer.byteLength(before);
  const byte = buffer.toString('hex', offset, offset + 1);
  const place = `in line ${line}, column ${before.length + 1}`;
  return new DecodeError(format, say`the byte ${byte} is not UTF-8, ${place}; ${advice}`, offset);
}

function decodeUtf16(buffer: Buffer, isBigEndian: boolean, format: DecodeError['format']): string {
  if (buffer.length % 2 !== 0)
    throw new DecodeError(format, say`its text is UTF-16 that ends in the middle of a character`);
  return (isBigEndian ? Buffer.from(buffer).swap16() : buffer).toString('utf16le');
}
