import { STEP_ROWS, type Steps } from './steps';
import { isRounded, type Choices, type Column } from '../arrays/table';
import { isMissing } from './filter';
import { compareText } from './textOrder';
import { TextMap } from '../values/textMap';

/** A whole number for each row that sorts as the column does, as two halves of 32 bits. */
export interface SortKeys {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** 1 for a row whose value is missing or nan, which comes last whatever its number is. */
  readonly missing: Uint8Array;
}

/** Makes the keys of a column, for all of its rows. @param descending the largest first; missing values stay last */
export function* sortKeys(column: Column, rowCount: number, descending: boolean): Steps<SortKeys> {
  const [high, low] = [new Uint32Array(rowCount), new Uint32Array(rowCount)];
  const keys = { high, low, missing: new Uint8Array(rowCount) };
  if (column.choices) yield* choiceKeys(column.choices, column, keys);
  else if (!column.number) yield* textKeys(column, keys);
  else if (!(yield* numberKeys(column, keys))) yield* exactKeys(column, keys);
  if (descending) invert(keys);
  return keys;
}

/**
 * The bits of a float sort as whole numbers do, once those of negative ones are inverted and the sign of the others is set.
 * @returns false, and no keys, if numbers of the column are rounded
 */
function* numberKeys(column: Column, { high, low, missing }: SortKeys): Steps<boolean> {
  const float = new Float64Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let row = 0; row < high.length; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const value = column.number?.(row) ?? NaN;
    if (Number.isNaN(value)) {
      missing[row] = 1;
      continue;
    }
    if (isRounded(column, value)) return false;
    // Negative zero becomes zero.
    float[0] = value + 0;
    const upper = bits[1] ?? 0;
    const isNegative = upper >>> 31 === 1;
    high[row] = isNegative ? ~upper : upper | 0x80000000;
    low[row] = isNegative ? ~(bits[0] ?? 0) : (bits[0] ?? 0);
  }
  return true;
}

/** Integers of 64 bits, with the sign turned so that negative ones come first; larger ones of Python count as the largest of these. */
function* exactKeys({ exact, type }: Column, { high, low, missing }: SortKeys): Steps<undefined> {
  const least = /^uint/i.test(type) ? 0n : -(2n ** 63n);
  const integer = new BigUint64Array(1);
  const halves = new Uint32Array(integer.buffer);
  for (let row = 0; row < high.length; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const value = exact?.(row);
    missing[row] = Number(value === undefined);
    const key = value === undefined ? 0n : value - least;
    integer[0] = key < 0n ? 0n : key > MOST ? MOST : key;
    low[row] = halves[0] ?? 0;
    high[row] = halves[1] ?? 0;
  }
  return undefined;
}

const MOST = 2n ** 64n - 1n;

/** The place of each category among them; of those with the same text, the first. */
function* choiceKeys({ values, count }: Choices, column: Column, keys: SortKeys): Steps<undefined> {
  const places = new TextMap<number>();
  for (let choice = 0; choice < count; choice++) {
    if (choice % STEP_ROWS === STEP_ROWS - 1) yield;
    const { text } = values.cell(choice);
    if (!places.has(text)) places.set(text, choice);
  }
  yield* placeKeys(column, keys, (text) => places.get(text) ?? count);
  return undefined;
}

/** The number of each cell by its text. */
function* placeKeys(
  column: Column,
  { low, missing }: SortKeys,
  placeOf: (text: string) => number,
): Steps<undefined> {
  for (let row = 0; row < low.length; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const cell = column.cell(row);
    if (isMissing(cell)) missing[row] = 1;
    else low[row] = placeOf(cell.text);
  }
  return undefined;
}

/** The place of each text among the different ones, by code points as in Python. */
function* textKeys(column: Column, keys: SortKeys): Steps<undefined> {
  const numbers = new TextMap<number>();
  yield* placeKeys(column, keys, (text) => {
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    return number;
  });
  const order = yield* sortTexts([...numbers.keys()]);
  const ranks = new Uint32Array(order.length);
  order.forEach((number, rank) => (ranks[number] = rank));
  const { low } = keys;
  for (let row = 0; row < low.length; row++) {
    if (row % (16 * STEP_ROWS) === 0) yield;
    low[row] = ranks[low[row] ?? 0] ?? 0;
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
        const takesLeft =
          left < middle && (right >= end || compareText(textAt(from[left]), textAt(from[right])) <= 0);
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
    high[row] = ~(high[row] ?? 0);
    low[row] = ~(low[row] ?? 0);
  }
}

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/** Rows in the order of their keys; rows with the same key stay in the order in which they came. The array may be overwritten. */
export function* sortByKeys(rows: Uint32Array, { high, low, missing }: SortKeys): Steps<Uint32Array> {
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
  yield;
  return putLast(from, to, missing);
}

/** Puts some rows behind the others, in an array of as many. */
function putLast(rows: Uint32Array, sorted: Uint32Array, isLast: Uint8Array): Uint32Array {
  let at = 0;
  for (const row of rows) if (isLast[row] === 0) sorted[at++] = row;
  if (at === 0 || at === rows.length) return rows;
  for (const row of rows) if (isLast[row] === 1) sorted[at++] = row;
  return sorted;
}

/** The end of the rows of each digit; undefined if all rows have the same digit. */
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
