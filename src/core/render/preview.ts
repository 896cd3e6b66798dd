import type { PathStep } from '../values/pathStep';
import type { StoredBytes } from '../values/byteSource';
import { ByteArray, firstBytes, InertCall, InertName, isBytes, typeName, type Value } from '../values/value';
import { childCount, isContainer } from '../values/children';
import { cutText, flatLiteral } from './flatLiteral';
import { formatFloat, isPythonDecimal } from '../numberText';
import { recognise } from '../values/known/recognise';
import { escapeInvisible, integerLiteral, quoteString } from './pythonAtoms';
import { countOf, type Noun } from '../amounts';
import { inEnglish, say, type Text, type Words } from '../text';

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

/** A preview of a value in English. */
export function formatPreview(value: Value): string {
  return inEnglish(previewOf(value));
}

/**
 * A preview of a value in one line of about a hundred characters: its content, or its beginning and size.
 * @param isStored whether the stored call is shown, and not the recognized value
 */
export function previewOf(value: Value, isStored = false): Words {
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

function previewString(text: string): Words {
  if (text.length <= STRING_LENGTH) return quoteString(text);
  return say`${quoteString(cutText(text, STRING_LENGTH))} (${describeLength(text)})`;
}

/** The number of characters, counted as in Python. */
function describeLength(text: string): Text {
  if (text.length > COUNTED_LENGTH) return say`about ${countOf(text.length, 'character')}`;
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
  return countOf(text.length - pairs, 'character');
}

function previewInteger(value: bigint): Words {
  const literal = integerLiteral(value);
  if (literal.length <= WHOLE_DIGITS) return literal;
  const size = isPythonDecimal(value)
    ? countOf(literal.replace('-', '').length, 'digit')
    : countOf(bitLength(literal), 'bit');
  return say`${`${literal.slice(0, FIRST_DIGITS)}…${literal.slice(-LAST_DIGITS)}`} (${size})`;
}

/** The number of bits in a hexadecimal literal. */
function bitLength(literal: string): number {
  const digits = literal.replace(/^-?0x/, '');
  return digits.length * 4 - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28;
}

function previewObject(value: Exclude<Value, null | boolean | bigint | number | string>): Words {
  if (isBytes(value)) return previewBytes(value);
  if (value instanceof ByteArray) return previewBytes(value.content);
  const known = recognise(value);
  if (known?.line !== undefined) return inOneLine(known.line);
  if (known !== undefined) return flatLiteral(value, PREVIEW_LENGTH);
  const literal = flatLiteral(value, PREVIEW_LENGTH);
  const noun = isContainer(value) && !(value instanceof InertCall) ? PART_NOUNS[typeName(value)] : undefined;
  return noun === undefined ? literal : say`${countOf(childCount(value), noun)} ${literal}`;
}

/** Invisible characters in names are escaped, and long names are cut. The words of the line itself stay whole. */
function inOneLine(line: Words): Words {
  let room = LINE_LENGTH - inEnglish(withNames(line, () => '')).length;
  return withNames(line, (name) => {
    const shown = cutText(escapeInvisible(name), Math.max(room, 1));
    room -= shown.length;
    return shown;
  });
}

/** The same words with other names in their places. */
function withNames(words: Words, change: (name: string) => string): Words {
  if (typeof words === 'string') return change(words);
  const values = words.values.map((value) =>
    typeof value === 'string' || (typeof value === 'object' && 'template' in value)
      ? withNames(value, change)
      : value,
  );
  return { ...words, values };
}

const PART_NOUNS: Readonly<Record<string, Noun | undefined>> = {
  dict: 'key',
  list: 'item',
  tuple: 'item',
  set: 'member',
  frozenset: 'member',
};

function previewBytes(bytes: Uint8Array | StoredBytes): Words {
  const start = Buffer.from(firstBytes(bytes, BYTES_LENGTH))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  const size = countOf(bytes.length, 'byte');
  return bytes.length === 0
    ? say`(${size})`
    : say`${start + (bytes.length > BYTES_LENGTH ? ' …' : '')} (${size})`;
}
