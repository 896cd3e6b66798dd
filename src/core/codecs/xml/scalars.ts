import { formatFloat, formatInteger, parseInteger } from '../../numberText';
import { allBytes, isBytes, type Value } from '../../values/value';
import { CARRIAGE_RETURN, LINE_FEED, SPACE, TAB } from '../characterCodes';
import {
  BACKSLASH_ESCAPE,
  escapeBackslash,
  needsEscape,
  unescapeBackslash,
  type XmlType,
} from './vocabulary';

/** A value without parts, with its type and text in the dialect. */
export interface XmlScalar {
  readonly type: XmlType;
  readonly text: string;
  readonly escape?: typeof BACKSLASH_ESCAPE;
}

/**
 * The type and text of a value; undefined for values with parts or identity, and for inert objects.
 * @throws LimitError for an integer of too many digits
 */
export function formatScalar(value: Value): XmlScalar | undefined {
  switch (typeof value) {
    case 'string':
      if (!needsEscape(value)) return { type: 'str', text: value };
      return { type: 'str', text: escapeBackslash(value), escape: BACKSLASH_ESCAPE };
    case 'bigint':
      return { type: 'int', text: formatInteger(value) };
    case 'number':
      return { type: 'float', text: formatFloat(value) };
    case 'boolean':
      return { type: 'bool', text: value ? 'True' : 'False' };
    default:
      if (value === null) return { type: 'null', text: '' };
      return isBytes(value) ? { type: 'bytes', text: formatBytes(allBytes(value)) } : undefined;
  }
}

/** Undefined if the text is not of the type. White space around it is ignored, except in a str. @throws LimitError */
export function parseScalar(type: XmlType, text: string, isEscaped: boolean): Value | undefined {
  if (type === 'str') return isEscaped ? unescapeBackslash(text) : text;
  const trimmed = trimSpace(text);
  switch (type) {
    case 'int':
      return /^[+-]?\d+$/.test(trimmed) ? parseInteger(trimmed) : undefined;
    case 'float':
      return parseFloatText(trimmed);
    case 'bool':
      return parseBool(trimmed);
    case 'null':
      return trimmed === '' ? null : undefined;
    default:
      return parseBytes(trimmed);
  }
}

export function formatBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Decodes Base64 with padding, in one or several lines; undefined if it is not valid. */
export function parseBytes(text: string): Uint8Array | undefined {
  const base64 = text.replace(/[ \t\r\n]+/g, '');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(base64, 'base64');
  // Node's decoder skips invalid characters. Then the length does not match.
  const isBase64 = base64.length % 4 === 0 && bytes.length === (base64.length / 4) * 3 - padding;
  return isBase64 ? new Uint8Array(bytes) : undefined;
}

/** Whether a text is only XML white space. */
export function isSpace(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

/** Removes white space at both ends. A regular expression would take quadratic time for much white space inside the text. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceCode(text.charCodeAt(start))) start++;
  while (start < end && isSpaceCode(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpaceCode(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === TAB || code === CARRIAGE_RETURN;
}

function parseBool(text: string): boolean | undefined {
  if (text === 'True' || text === 'true') return true;
  return text === 'False' || text === 'false' ? false : undefined;
}

const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const FLOAT_WORD = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

function parseFloatText(text: string): number | undefined {
  if (FLOAT.test(text)) return Number(text);
  const word = FLOAT_WORD.exec(text);
  if (word === null) return undefined;
  return word[2] !== undefined ? NaN : word[1] === '-' ? -Infinity : Infinity;
}
