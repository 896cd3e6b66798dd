import type { PathStep } from '../values/pathStep';
import type { StoredBytes } from '../values/byteSource';
import { ByteArray, firstBytes, InertCall, InertName, isBytes, typeName, type Value } from '../values/value';
import { childCount, isContainer } from '../values/children';
import { cutText, flatLiteral } from './flatLiteral';
import { formatFloat, isPythonDecimal } from '../numberText';
import { recognise } from '../values/known/recognise';
import { escapeInvisible, integerLiteral, quoteString } from './pythonAtoms';
import { countOf } from '../amounts';

const PREVIEW_LENGTH = 100;
const STRING_LENGTH = 80;
const LINE_LENGTH = 200;
const BYTES_LENGTH = 16;
const KEY_LENGTH = 100;
/** Digits of an integer that is shown completely, and of the two ends of a longer one. */
const WHOLE_DIGITS = 40;
const FIRST_DIGITS = 24;
const LAST_DIGITS = 8;
/** For longer strings, only UTF-16 units are counted, not characters. */
const COUNTED_LENGTH = 100_000;

/** The label of a child in its container: a key, an index, or the name of a part of a call. */
export function formatKey(step: PathStep): string {
  switch (step.kind) {
    case 'index':
    case 'member':
      return String(step.index);
    case 'part':
      return step.name;
    case 'key':
      if (step.key instanceof InertName) return `<${flatLiteral(step.key, KEY_LENGTH)}>`;
      return isPlainKey(step.key) ? cutText(step.key, KEY_LENGTH) : flatLiteral(step.key, KEY_LENGTH);
  }
}

/**
 * A preview of a value in one line of about a hundred characters: its content, or its beginning and size.
 * @param isStored whether the stored call is shown, and not the recognized value
 */
export function formatPreview(value: Value, isStored = false): string {
  if (isStored) return flatLiteral(value, PREVIEW_LENGTH, { isStored });
  switch (typeof value) {
    case 'string':
      return previewString(value);
    case 'bigint':
      return previewInteger(value);
    case 'number':
      return formatFloat(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      return value === null ? 'None' : previewObject(value);
  }
}

/** Whether a key is a string that can be shown without quotes: it is visible, and does not look like another type of key. */
function isPlainKey(key: Value): key is string {
  return typeof key === 'string' && PLAIN_KEY.test(key) && !LITERAL_LIKE.test(key);
}

const PLAIN_KEY = /^[\p{L}_$@#](?:(?! )[^\p{C}\p{Z}]| (?=.))*$/u;
/** Matches strings that look like other types of keys: constants, bytes, and calls such as `set()`. */
const LITERAL_LIKE = /^(?:None|True|False|b["'].*|[\w.]+\(.*\))$/;

function previewString(text: string): string {
  if (text.length <= STRING_LENGTH) return quoteString(text);
  return `${quoteString(cutText(text, STRING_LENGTH))} (${describeLength(text)})`;
}

/** The number of characters, counted as in Python. */
function describeLength(text: string): string {
  if (text.length > COUNTED_LENGTH) return `about ${countOf(text.length, 'character')}`;
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
  return countOf(text.length - pairs, 'character');
}

function previewInteger(value: bigint): string {
  const literal = integerLiteral(value);
  if (literal.length <= WHOLE_DIGITS) return literal;
  const size = isPythonDecimal(value)
    ? countOf(literal.replace('-', '').length, 'digit')
    : countOf(bitLength(literal), 'bit');
  return `${literal.slice(0, FIRST_DIGITS)}…${literal.slice(-LAST_DIGITS)} (${size})`;
}

/** The number of bits in a hexadecimal literal. */
function bitLength(literal: string): number {
  const digits = literal.replace(/^-?0x/, '');
  return digits.length * 4 - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28;
}

function previewObject(value: Exclude<Value, null | boolean | bigint | number | string>): string {
  if (isBytes(value)) return previewBytes(value);
  if (value instanceof ByteArray) return previewBytes(value.content);
  const known = recognise(value);
  if (known?.line !== undefined) return cutText(escapeInvisible(known.line), LINE_LENGTH);
  if (known !== undefined) return flatLiteral(value, PREVIEW_LENGTH);
  const literal = flatLiteral(value, PREVIEW_LENGTH);
  const noun = isContainer(value) && !(value instanceof InertCall) ? PART_NOUNS[typeName(value)] : undefined;
  return noun === undefined ? literal : `${countOf(childCount(value), noun)} ${literal}`;
}

const PART_NOUNS: Readonly<Record<string, string | undefined>> = {
  dict: 'key',
  list: 'item',
  tuple: 'item',
  set: 'member',
  frozenset: 'member',
};

function previewBytes(bytes: Uint8Array | StoredBytes): string {
  const start = Buffer.from(firstBytes(bytes, BYTES_LENGTH))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  return `${start}${bytes.length > BYTES_LENGTH ? ' …' : ''} (${countOf(bytes.length, 'byte')})`.trim();
}
