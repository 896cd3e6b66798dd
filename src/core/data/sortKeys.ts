import { STEP_ROWS, type Steps } from './steps';
import type { Column } from '../arrays/table';
import { TextMap } from '../values/textMap';

/**
 * A whole number for each row that sorts as the column does, as two halves of 32 bits; what is missing or nan has the highest, so
 * that it comes last.
 */
export interface SortKeys {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

const LAST = 0xffffffff;

/** Makes the keys of a column, for all of its rows. @param descending the largest first; what is missing stays last */
export function* sortKeys(column: Column, rowCount: number, descending: boolean): Steps<SortKeys> {
  const keys = { high: new Uint32Array(rowCount), low: new Uint32Array(rowCount) };
  if (column.number) yield* numberKeys(column, keys);
  else yield* textKeys(column, keys);
  if (descending) invert(keys);
  return keys;
}

/** The bits of a float sort as whole numbers do, once those of negative ones are inverted and the sign of the others is set. */
function* numberKeys(column: Column, { high, low }: SortKeys): Steps<undefined> {
  const float = new Float64Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let row = 0; row < high.length; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const value = column.number?.(row) ?? NaN;
    if (Number.isNaN(value)) {
      high[row] = low[row] = LAST;
      continue;
    }
    // Negative zero becomes zero.
    float[0] = value + 0;
    const upper = bits[1] ?? 0;
    const isNegative = upper >>> 31 === 1;
    high[row] = isNegative ? ~upper : upper | 0x80000000;
    low[row] = isNegative ? ~(bits[0] ?? 0) : (bits[0] ?? 0);
  }
  return undefined;
}

/** The place of each text among the different ones, by code units. */
function* textKeys(column: Column, { high, low }: SortKeys): Steps<undefined> {
  const numbers = new TextMap<number>();
  for (let row = 0; row < low.length; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const { kind, text } = column.cell(row);
    if (kind === 'missing' || kind === 'nan') {
      high[row] = low[row] = LAST;
      continue;
    }
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    low[row] = number;
  }
  const order = yield* sortTexts([...numbers.keys()]);
  const ranks = new Uint32Array(order.length);
  order.forEach((number, rank) => (ranks[number] = rank));
  for (let row = 0; row < low.length; row++) {
    if (row % (16 * STEP_ROWS) === 0) yield;
    if (high[row] !== LAST) low[row] = ranks[low[row] ?? 0] ?? 0;
  }
  return undefined;
}

/** Indices of texts in ascending order, by merging runs that grow. */
function* sortTexts(texts: readonly string[]): Steps<Uint32Array> {
  let from = Uint32Array.from(texts.keys());
  let to = new Uint32Array(texts.length);
  for (let width = 1; width < texts.length; width *= 2) {
    for (let start = 0; start < texts.length; start += 2 * width) {
      const middle = Math.min(start + width, texts.length);
      const end = Math.min(start + 2 * width, texts.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        if (at % STEP_ROWS === STEP_ROWS - 1) yield;
        const takesLeft = left < middle && (right >= end || textAt(from[left]) <= textAt(from[right]));
        to[at] = from[takesLeft ? left++ : right++] ?? 0;
      }
    }
    [from, to] = [to, from];
  }
  return from;

  function textAt(index: number | undefined): string {
    return texts[index ?? 0] ?? '';
  }
}

function invert({ high, low }: SortKeys): void {
  for (let row = 0; row < high.length; row++) {
    if (high[row] === LAST && low[row] === LAST) continue;
    high[row] = ~(high[row] ?? 0);
    low[row] = ~(low[row] ?? 0);
  }
}

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/** Rows in the order of their keys; rows with the same key stay in the order in which they came. The array may be overwritten. */
export function* sortByKeys(rows: Uint32Array, { high, low }: SortKeys): Steps<Uint32Array> {
  let [from, to]: [Uint32Array, Uint32Array] = [rows, new Uint32Array(rows.length)];
  for (const half of [low, high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      yield;
      const ends = digitEnds(from, half, shift);
      if (!ends) continue;
      yield;
      for (let at = from.length - 1; at >= 0; at--) {
        const row = from[at] ?? 0;
        const digit = ((half[row] ?? 0) >>> shift) & (DIGITS - 1);
        const place = (ends[digit] ?? 0) - 1;
        ends[digit] = place;
        to[place] = row;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Where the rows of each digit end; undefined where all rows have the same. */
function digitEnds(rows: Uint32Array, half: Uint32Array, shift: number): Uint32Array | undefined {
  const ends = new Uint32Array(DIGITS);
  for (const row of rows) {
    const digit = ((half[row] ?? 0) >>> shift) & (DIGITS - 1);
    ends[digit] = (ends[digit] ?? 0) + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    if (ends[digit] === rows.length) return undefined;
    sum += ends[digit] ?? 0;
    ends[digit] = sum;
  }
  return ends;
}
