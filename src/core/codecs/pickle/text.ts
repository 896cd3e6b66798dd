/** Text in the forms of pickles. The decoders return undefined for malformed text. */

/** Encodes text in UTF-8, with lone surrogates encoded as if they were characters (Python's `surrogatepass`). */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === text.length || !/\p{Surrogate}/u.test(text)) return bytes;
  writeUtf8(text, bytes, 0);
  return bytes;
}

/** The same as {@link encodeUtf8}, into a buffer that has room for it. Returns the end position. */
export function writeUtf8(text: string, buffer: Uint8Array, start: number): number {
  let at = start;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      buffer[at++] = unit;
      continue;
    }
    const point = unit >= 0xd800 && unit < 0xdc00 ? (text.codePointAt(i) as number) : unit;
    if (point > 0xffff) i++;
    at = writeSequence(point, buffer, at);
  }
  return at;
}

/** Writes a code point that is not ASCII. */
function writeSequence(point: number, buffer: Uint8Array, start: number): number {
  let at = start;
  if (point < 0x800) buffer[at++] = 0xc0 | (point >> 6);
  else {
    if (point < 0x10000) buffer[at++] = 0xe0 | (point >> 12);
    else {
      buffer[at++] = 0xf0 | (point >> 18);
      buffer[at++] = 0x80 | ((point >> 12) & 0x3f);
    }
    buffer[at++] = 0x80 | ((point >> 6) & 0x3f);
  }
  buffer[at++] = 0x80 | (point & 0x3f);
  return at;
}

/** Decodes UTF-8 strictly, except that it may contain lone surrogates, as with Python's error handler `surrogatepass`. */
export function decodeUtf8(buffer: Buffer, start: number, end: number): string | undefined {
  const text = buffer.toString('utf8', start, end);
  // Node replaces malformed input by U+FFFD, but the input may also contain that character.
  return text.includes('\ufffd') ? decodeSurrogatePass(buffer, start, end) : text;
}

function decodeSurrogatePass(bytes: Uint8Array, start: number, end: number): string | undefined {
  const units = new Uint16Array(end - start);
  let length = 0;
  for (let at = start; at < end;) {
    const size = sequenceLength(bytes[at] as number);
    const point = codePointAt(bytes, at, size, end);
    if (point === undefined) return undefined;
    at += size;
    if (point > 0xffff) {
      units[length++] = 0xd7c0 + (point >> 10);
      units[length++] = 0xdc00 | (point & 0x3ff);
    } else units[length++] = point;
  }
  return textOfUnits(units.subarray(0, length));
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The smallest code point that needs a sequence of 2, 3 or 4 bytes, by that number. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

function codePointAt(bytes: Uint8Array, at: number, size: number, end: number): number | undefined {
  const first = bytes[at] as number;
  if (size === 1) return first;
  if (at + size > end || first < 0xc0 || first > 0xf4) return undefined;
  let point = first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (next & 0x3f);
  }
  return point >= (SMALLEST[size] as number) && point <= 0x10ffff ? point : undefined;
}

/** Units that `String.fromCharCode` takes at once without overflowing the stack. */
const UNITS_AT_ONCE = 8192;

function textOfUnits(units: Uint16Array): string {
  let text = '';
  for (let i = 0; i < units.length; i += UNITS_AT_ONCE) {
    text += String.fromCharCode(...units.subarray(i, i + UNITS_AT_ONCE));
  }
  return text;
}

/** Decodes Python's `raw-unicode-escape` from Latin-1 (opcode UNICODE). */
export function decodeRawUnicodeEscape(line: string): string | undefined {
  return replaceEscapes(
    line,
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]?))/g,
    ([whole, short, long, other]) => {
      const hex = short ?? long;
      if (hex === undefined) return other === 'u' || other === 'U' ? undefined : whole;
      const point = parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
    },
  );
}

const ESCAPES: ReadonlyMap<string | undefined, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Decodes a quoted string with Python 2's escapes (opcode STRING). @returns its bytes as Latin-1 */
export function decodeStringLiteral(line: string): string | undefined {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || !line.endsWith(quote)) return undefined;
  const quoted = line.slice(1, -1);
  return replaceEscapes(
    quoted,
    /\\(?:x([\da-fA-F]{2})|([0-7]{1,3})|([^]?))/g,
    ([whole, hex, octal, other]) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      return other === 'x' || other === '' ? undefined : (ESCAPES.get(other) ?? whole);
    },
  );
}

/** Replaces each match by the result of `decode`; undefined if that is undefined for one of them. */
function replaceEscapes(
  text: string,
  escapes: RegExp,
  decode: (match: RegExpExecArray) => string | undefined,
): string | undefined {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(escapes)) {
    const decoded = decode(match);
    if (decoded === undefined) return undefined;
    result += text.slice(end, match.index) + decoded;
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}
