import { decimate } from './decimate';
import type { Series } from './questions';
import { checkRows } from './rowLimit';
import { sortByKeys, sortKeys } from './sortKeys';
import { STEP_ROWS, type Steps } from './steps';
import { isInstant, type Column } from '../arrays/table';

/** Columns as lines over another one, or over the number of the row. */
export interface Lines {
  readonly rowCount: number;
  /** The rows that are shown; undefined for all as they are. */
  readonly order: Uint32Array | undefined;
  readonly over: Column | undefined;
  readonly columns: readonly Column[];
}

/**
 * The points of lines, from left to right. Of more than twice as many as `buckets`, the lowest and the highest of each run.
 * A row without a number on the horizontal axis has no place there.
 */
export function* seriesOf({ rowCount, order, over, columns }: Lines, buckets: number): Steps<Series> {
  const total = order?.length ?? rowCount;
  checkRows(total);
  const rows = over ? yield* rowsAlong(over, rowCount, order) : order;
  const all = yield* numbersOf(over, rows, total);
  const placed = over ? firstNaN(all) : total;
  const x = all.subarray(0, placed);
  const y: (number | null)[][] = [];
  let kept: Float64Array = x;
  for (const column of columns) {
    const line = decimate({ x, y: (yield* numbersOf(column, rows, total)).subarray(0, placed) }, buckets);
    kept = line.x;
    y.push(Array.from(line.y, finiteOrNull));
  }
  return { x: Array.from(kept, finiteOrNull), y, isTime: over !== undefined && isInstant(over), total };
}

/** The rows in the order of a column, those without a number at the end. */
function* rowsAlong(column: Column, rowCount: number, order: Uint32Array | undefined): Steps<Uint32Array> {
  let rows = order;
  if (!rows) {
    rows = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) rows[row] = row;
  }
  return yield* sortByKeys(rows, yield* sortKeys(column, rowCount, false));
}

/** The numbers of a column, or without one the numbers of the rows as they are shown. */
function* numbersOf(
  column: Column | undefined,
  rows: Uint32Array | undefined,
  total: number,
): Steps<Float64Array> {
  const numbers = new Float64Array(total);
  for (let at = 0; at < total; at++) {
    if (at % (4 * STEP_ROWS) === STEP_ROWS) yield;
    numbers[at] = column ? (column.number?.(rows?.[at] ?? at) ?? NaN) : at;
  }
  return numbers;
}

function firstNaN(numbers: Float64Array): number {
  const found = numbers.findIndex(Number.isNaN);
  return found < 0 ? numbers.length : found;
}

function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
