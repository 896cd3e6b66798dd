/** What the first bytes of a raw value say it is. `other` is text or bytes, which only its end can tell. */
export type Start =
  | 'pickle'
  | 'token'
  /** An object or an array. */
  | 'json'
  /** A string in JSON. */
  | 'string'
  | 'xml'
  | 'other';

/** White space of JSON and XML. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Looks at the first bytes of a raw value (docs/protocol.md, "Raw", has the table). A byte order mark and white space may stand
 * before all but a pickle.
 * @param isAll whether no more bytes will come; without it, a start that is too short to tell is undefined
 */
export function sniff(start: Uint8Array, isAll: true): Start;
export function sniff(start: Uint8Array, isAll: boolean): Start | undefined;
export function sniff(start: Uint8Array, isAll: boolean): Start | undefined {
  if (start[0] === 0x80) return sniffPickle(start, isAll);
  const at = skipBlank(start);
  const undecided = isAll || start.length > LONGEST_BLANK ? 'other' : undefined;
  if (isProperPrefix(start, BYTE_ORDER_MARK)) return undecided;
  switch (start[at]) {
    case undefined:
      return undecided;
    case 0x7b: // {
    case 0x5b: // [
      return 'json';
    case 0x22: // "
      return 'string';
    case 0x3c: // <
      return 'xml';
    default:
      return sniffToken(start.subarray(at), undecided);
  }
}

/** How many bytes at the start are a byte order mark and white space. */
export function skipBlank(start: Uint8Array): number {
  let at = startsWith(start, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (isSpace(start[at])) at++;
  return at;
}

/** The version of Fernet (0x80) and the first bytes of a time before the year 4147, in base64url. */
const TOKEN_START = Buffer.from('gAAAAA');
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
/** More white space than this before anything else is a text. */
const LONGEST_BLANK = 4096;

function sniffPickle(start: Uint8Array, isAll: boolean): Start | undefined {
  const protocol = start[1];
  // Nobody means the lone byte as a file of its own: it is a pickle cut off.
  if (protocol === undefined) return isAll ? 'pickle' : undefined;
  return protocol >= 2 && protocol <= 5 ? 'pickle' : 'other';
}

function sniffToken(start: Uint8Array, undecided: 'other' | undefined): Start | undefined {
  if (isProperPrefix(start, TOKEN_START)) return undecided;
  return startsWith(start, TOKEN_START) ? 'token' : 'other';
}

function isProperPrefix(start: Uint8Array, whole: Uint8Array): boolean {
  return start.length < whole.length && startsWith(whole, start);
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, i) => byte === bytes[i]);
}
