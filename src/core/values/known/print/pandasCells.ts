import { textOfValue } from '../pythonText';
import { Dict, InertCall, Tuple, ValueSet, type Value } from '../../value';
import { linesOf } from '../knownRepr';
import { recognise } from '../registry';
import { elementText } from '../numpy/knownArray';
import { takeAt, type NdArray } from '../../../arrays/ndArray';
import type { Column } from '../../../arrays/table';

/** Digits behind the point (pandas' `display.precision`). */
const PRECISION = 6;
/** Items of a list that are named (pandas' `display.max_seq_items`). */
const MAX_ITEMS = 100;

/** The cells of a column or of a level of an index, with the space that pandas leaves for a sign. */
export function cellLines(column: Column, rows: readonly number[]): string[] {
  const { number, choices } = column;
  const isFilled = rows.some((row) => column.cell(row).kind === 'missing');
  const type = choices?.values.type ?? column.type;
  if (/^float\d/.test(type) && number) return floatLines(rows.map((row) => number(row)));
  if (/^complex\d/.test(type)) return complexLines(rows.map((row) => complexParts(column.value(row))));
  const texts = rows.map((row) => column.cell(row).text);
  // pandas makes room for nan among whole numbers.
  if (choices !== undefined && isFilled && /^interval\[u?int/.test(type))
    return texts.map((text) => ` ${asFloats(text)}`);
  if (isTimeType(type)) return timeLines(texts);
  if (/^(?:object|Float\d|Sparse|(?:double|float|halffloat)\[pyarrow)/.test(type))
    return objectLines(column, rows, texts);
  return texts.map((text) =>
    /^-\d/.test(text) && /^int\d+$/.test(type)
      ? text
      : ` ${type.endsWith('string[pyarrow]') ? text : escapeBreaks(text)}`,
  );
}

/** Integers in a text as floats. */
function asFloats(text: string): string {
  return text.replace(/\d+/g, '$&.0');
}

/** The labels of rows. */
export function labelLines(level: Column, rows: readonly number[]): string[] {
  if (level.type !== 'object') return cellLines(level, rows).map((text) => (text === 'NaN' ? ' NaN' : text));
  const texts = rows.map((row) => level.cell(row).text);
  return objectLines(level, rows, texts).map((text) => ` ${text.trim()}`);
}

/** Dates stand without the time where none has one. */
function timeLines(texts: readonly string[]): string[] {
  const isDate = texts.every((text) => /^(?:\d{4}-\d\d-\d\d 00:00:00|\d{4}-\d\d-\d\d|NaT)$/.test(text));
  return texts.map((text) => (isDate ? text.replace(/ 00:00:00$/, '') : text));
}

/** Floats among other objects have the digits that they need, up to the precision. */
function objectLines(column: Column, rows: readonly number[], texts: readonly string[]): string[] {
  return rows.map((row, i) => {
    const value = column.value(row);
    if (typeof value !== 'number' || !Number.isFinite(value))
      return ` ${sequenceText(value) ?? escapeBreaks(texts[i] ?? '')}`;
    return trimZeros([fixed(value)])[0] ?? '';
  });
}

/** Containers within each other that pandas writes part by part (`display.pprint_nest_depth`). */
const MAX_NESTED = 3;

/** Containers, in which pandas writes parts as `str()` has them, and quotes texts only in a dictionary; undefined for other cells. */
export function sequenceText(value: Value, depth = 0, isQuoted = false): string | undefined {
  if (typeof value !== 'object' || value === null || depth === MAX_NESTED) return undefined;
  const known = value instanceof InertCall ? recognise(value) : undefined;
  const array = known?.library === 'pandas' ? undefined : known?.array;
  if (array !== undefined && array.shape.length > 0) return arraySequence(array);
  const held = known?.held ?? value;
  const write = (part: Value, quotes: boolean): string =>
    sequenceText(part, depth + 1, quotes) ??
    (quotes && typeof part === 'string' ? `'${escapeBreaks(part)}'` : escapeBreaks(textOfValue(part)));
  const join = (texts: readonly string[], all: number): string =>
    `${texts.join(', ')}${all > MAX_ITEMS ? ', ...' : ''}`;
  if (held instanceof Dict) {
    const keys = held.keys.slice(0, MAX_ITEMS);
    return `{${join(
      keys.map((key, i) => `${write(key, true)}: ${write(held.values[i] ?? null, true)}`),
      held.size,
    )}}`;
  }
  const [open, items, close] = Array.isArray(held)
    ? ['[', held as readonly Value[], ']']
    : held instanceof Tuple
      ? ['(', held.items, held.items.length === 1 ? ',)' : ')']
      : held instanceof ValueSet
        ? held.frozen
          ? ['frozenset({', held.members, '})']
          : ['{', held.members, '}']
        : ['', [], ''];
  if (open === '') return known && linesOf(known);
  return `${open}${join(
    items.slice(0, MAX_ITEMS).map((item) => write(item, isQuoted)),
    items.length,
  )}${close}`;
}

/** The elements of an array in brackets, as those of a list. */
function arraySequence(array: NdArray): string {
  const [length = 0] = array.shape;
  const texts = Array.from({ length: Math.min(length, MAX_ITEMS) }, (_, i) => {
    const part = takeAt(array, i);
    return part.shape.length > 0 ? arraySequence(part) : escapeBreaks(elementText(part, 0));
  });
  return `[${texts.join(', ')}${length > MAX_ITEMS ? ', ...' : ''}]`;
}

export function escapeBreaks(text: string): string {
  return text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

export function floatLines(numbers: readonly number[]): string[] {
  const write = (form: (number: number) => string): string[] =>
    numbers.map((number) => (Number.isNaN(number) ? 'NaN' : form(number)));
  const plain = trimZeros(write(fixed));
  const isLong = plain.some((text) => text.length > PRECISION + 6);
  const isLarge = numbers.some((number) => Math.abs(number) > 1e6);
  const isSmall = numbers.some((number) => number !== 0 && Math.abs(number) < 10 ** -PRECISION);
  const texts = isSmall || (isLong && isLarge) ? write(scientific) : plain;
  return texts;
}

type Parts = readonly [real: number, imaginary: number];

/** For `complex(real, imaginary)`, the stored form of such a value. */
function complexParts(value: Value): Parts {
  const [real, imaginary] = value instanceof InertCall && value.args instanceof Tuple ? value.args.items : [];
  return [real, imaginary].map((part) => (typeof part === 'number' ? part : NaN)) as unknown as Parts;
}

/** Like pandas' `_trim_zeros_complex`, which handles each number by itself and then pads with zeros. */
function complexLines(numbers: readonly Parts[]): string[] {
  const isMissing = ([real, imaginary]: Parts): boolean => Number.isNaN(real) || Number.isNaN(imaginary);
  const write = (form: (number: number) => string): string[] =>
    numbers.map((parts) => {
      const [real, imaginary] = parts.map((part) => (Number.isNaN(part) ? ' NaN' : form(part)));
      return `${isMissing(parts) ? ' NaN' : (real ?? '')}${(imaginary ?? '').replace(/^ /, '+')}j`;
    });
  const plain = trimComplex(write(fixed));
  const sizes = numbers.map((parts) => Math.hypot(...parts));
  const isLong = plain.some((text) => text.length > PRECISION + 6);
  const isLarge = sizes.some((size) => size > 1e6);
  const isSmall = sizes.some((size) => size !== 0 && size < 10 ** -PRECISION);
  return isSmall || (isLong && isLarge) ? trimComplex(write(scientific)) : plain;
}

function trimComplex(texts: readonly string[]): string[] {
  const trimmed = texts.map((text) => trimZeros(text.split(/([j+-])/)).join(''));
  const longest = Math.max(...trimmed.map(({ length }) => length));
  return trimmed.map((text) => {
    const [half, zeros] = [(text.length - 1) >> 1, '0'.repeat((longest - text.length) >> 1)];
    const sign = text.length - half - 1;
    const [real, imaginary] = [text.slice(0, sign), text.slice(sign + 1, -1)];
    return `${real}${zeros}${text.charAt(sign)}${imaginary}${zeros}${text.slice(-1)}`;
  });
}

function fixed(number: number): string {
  if (!Number.isFinite(number)) return number < 0 ? '-inf' : ' inf';
  const text =
    Math.abs(number) >= 1e21
      ? `${BigInt(number)}.${'0'.repeat(PRECISION)}`
      : `${number < 0 || Object.is(number, -0) ? '-' : ''}${toEven(Math.abs(number).toFixed(PRECISION), Math.abs((number * TIE) % 2) === 1)}`;
  return text.startsWith('-') ? text : ` ${text}`;
}

/** Numbers that lie in the middle between two of so many decimals are odd multiples of its inverse. */
const TIE = 2 ** (PRECISION + 1);
const TIE_DIGITS = new RegExp(`^-?\\d\\.\\d{${String(PRECISION)}}50*e`);

/** Python rounds what lies in the middle to the even digit, and JavaScript up. */
function toEven(text: string, isTie: boolean): string {
  const last = text.search(/e|$/) - 1;
  const digit = Number(text[last]);
  return isTie && digit % 2 === 1 ? `${text.slice(0, last)}${digit - 1}${text.slice(last + 1)}` : text;
}

function scientific(number: number): string {
  if (!Number.isFinite(number)) return fixed(number);
  const digits = toEven(number.toExponential(PRECISION), TIE_DIGITS.test(number.toExponential(60))).replace(
    /e([+-])(\d)$/,
    'e$10$2',
  );
  const text = Object.is(number, -0) ? `-${digits}` : digits;
  return text.startsWith('-') ? text : ` ${text}`;
}

/** Takes zeros at the end away from all numbers alike, down to one. */
function trimZeros(texts: readonly string[]): string[] {
  const isDecimal = (text: string): boolean => /^\s*[+-]?\d+\.\d*$/.test(text);
  const decimals = texts.filter(isDecimal);
  const zeros = decimals.map((text) => /0*$/.exec(text)?.[0].length ?? 0);
  const surplus = Math.min(PRECISION - 1, ...zeros);
  if (decimals.length === 0 || surplus === 0) return [...texts];
  return texts.map((text) => (isDecimal(text) ? text.slice(0, -surplus) : text));
}

function isTimeType(type: string): boolean {
  return /^(?:datetime|timedelta)/.test(type);
}
