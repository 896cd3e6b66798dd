import { addToHistogram, type Histogram } from './decimate';
import { isMissing } from './filter';
import { textOrder } from './textOrder';
import { STEP_ROWS, type Steps } from './steps';
import { isRounded, type Column } from '../arrays/table';
import { hashKey } from '../values/value';
import { TextMap } from '../values/textMap';

/** The number of different values that are counted one by one. If there are more, only that is known. */
const MAX_DISTINCT = 100_000;
const MAX_BINS = 24;
const MOST_FREQUENT = 8;

/** The content of a column, summarized in a few numbers. */
export interface ColumnStatistics {
  readonly rows: number;
  /** None, NaT, NA and nan. */
  readonly missing: number;
  /** The number of distinct values, without missing ones. */
  readonly distinct: number;
  /** Whether there are more different values than were counted. */
  readonly hasMoreDistinct: boolean;
  /** As in cells; undefined if there is nothing to compare. */
  readonly minimum?: string;
  readonly maximum?: string;
  /** Mean of numbers; for booleans, the share of those that are true. */
  readonly mean?: number;
  /** Population standard deviation. */
  readonly deviation?: number;
  /** Histogram of finite numbers, or of times in milliseconds since the epoch. */
  readonly histogram?: Histogram;
  /** The most frequent texts, if they say more than a histogram. */
  readonly frequent?: readonly { readonly text: string; readonly count: number }[];
}

/**
 * Looks at a column in steps.
 * @param rows those that count; undefined for all
 */
export function* columnStatistics(
  column: Column,
  rowCount: number,
  rows?: Uint32Array,
): Steps<ColumnStatistics> {
  const total = rows?.length ?? rowCount;
  const rowAt = (at: number): number => rows?.[at] ?? at;
  if (column.number && column.kind !== 'boolean') return yield* numberStatistics(column, total, rowAt);
  const counted = yield* countCells(column, total, rowAt);
  const { missing, counts, hasMore, low, high } = counted;
  return {
    rows: total,
    missing,
    distinct: counts.size,
    hasMoreDistinct: hasMore,
    ...(low !== undefined && high !== undefined && { minimum: low, maximum: high }),
    ...(column.kind === 'boolean' &&
      total > missing && { mean: (counts.get('True') ?? 0) / (total - missing) }),
    ...(!hasMore && { frequent: mostFrequent(counts) }),
  };
}

/** Statistics of numbers or times, without the text of each cell. */
function* numberStatistics(column: Column, total: number, rowAt: RowAt): Steps<ColumnStatistics> {
  const number = (row: number): number => column.number?.(row) ?? NaN;
  const summary = yield* summarize(column, total, rowAt);
  const { count, mean, squares, distinct, hasMoreDistinct } = summary;
  const facts = { rows: total, missing: total - count, distinct, hasMoreDistinct };
  if (count === 0) return facts;
  const histogram = yield* histogramOf(number, total, rowAt, summary);
  return {
    ...facts,
    minimum: column.cell(rowAt(summary.minimumAt)).text,
    maximum: column.cell(rowAt(summary.maximumAt)).text,
    ...(column.kind === 'number' && { mean, deviation: Math.sqrt(squares / count) }),
    ...(histogram && { histogram }),
  };
}

type RowAt = (at: number) => number;

interface Counted {
  readonly missing: number;
  readonly counts: TextMap<number>;
  readonly hasMore: boolean;
  readonly low: string | undefined;
  readonly high: string | undefined;
}

function* countCells(column: Column, total: number, rowAt: RowAt): Steps<Counted> {
  const counts = new TextMap<number>();
  let [missing, hasMore] = [0, false];
  let [low, high]: (string | undefined)[] = [];
  const compare = textOrder(column);
  for (let at = 0; at < total; at++) {
    if (at % STEP_ROWS === STEP_ROWS - 1) yield;
    const cell = column.cell(rowAt(at));
    if (isMissing(cell)) {
      missing++;
      continue;
    }
    const { text } = cell;
    const count = counts.get(text);
    if (count !== undefined || counts.size < MAX_DISTINCT) counts.set(text, (count ?? 0) + 1);
    else hasMore = true;
    if (low === undefined || compare(text, low) < 0) low = text;
    if (high === undefined || compare(text, high) > 0) high = text;
  }
  return { missing, counts, hasMore, low, high };
}

function mostFrequent(counts: TextMap<number>): { text: string; count: number }[] {
  const entries = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_FREQUENT);
  return entries.map(([text, count]) => ({ text, count }));
}

interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squares of the differences from the mean. */
  readonly squares: number;
  readonly minimumAt: number;
  readonly maximumAt: number;
  /** Least of the finite ones. */
  readonly low: number;
  readonly high: number;
  readonly distinct: number;
  readonly hasMoreDistinct: boolean;
}

/** Welford's method, which does not cancel out for large numbers that differ little. */
function* summarize(column: Column, total: number, rowAt: RowAt): Steps<Summary> {
  let [count, mean, squares, minimumAt, maximumAt] = [0, 0, 0, 0, 0];
  let [minimum, maximum, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  const seen = new Set<unknown>();
  let hasMoreDistinct = false;
  let [least, most]: (bigint | undefined)[] = [];
  for (let at = 0; at < total; at++) {
    if (at % (4 * STEP_ROWS) === STEP_ROWS) yield;
    const row = rowAt(at);
    const value = column.number?.(row) ?? NaN;
    if (Number.isNaN(value)) continue;
    count++;
    const exact = isRounded(column, value) ? column.exact?.(row) : undefined;
    if (seen.size < MAX_DISTINCT) seen.add(hashKey(exact ?? value));
    else hasMoreDistinct ||= !seen.has(hashKey(exact ?? value));
    const difference = value - mean;
    mean += difference / count;
    squares += difference * (value - mean);
    if (count === 1 || isLess(value, minimum, exact, least)) [minimum, minimumAt, least] = [value, at, exact];
    if (count === 1 || isLess(maximum, value, most, exact)) [maximum, maximumAt, most] = [value, at, exact];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return {
    ...{ count, squares, minimumAt, maximumAt, low, high, hasMoreDistinct },
    // Once an infinity has come, the differences are nan.
    mean: Number.isNaN(mean) ? minimum + maximum : mean,
    distinct: seen.size,
  };
}

/** Whether a number is smaller than another; the exact values decide between numbers that are rounded to the same. */
function isLess(a: number, b: number, exactA: bigint | undefined, exactB: bigint | undefined): boolean {
  if (a !== b || exactA === undefined || exactB === undefined) return a < b;
  return exactA < exactB;
}

function* histogramOf(
  number: (row: number) => number,
  total: number,
  rowAt: RowAt,
  { low, high, count }: Summary,
): Steps<Histogram | undefined> {
  if (!(high >= low)) return undefined;
  const bins = high === low ? 1 : Math.min(MAX_BINS, Math.max(4, Math.ceil(Math.sqrt(count))));
  const counts = new Array<number>(bins).fill(0);
  for (let at = 0; at < total; at++) {
    if (at % (4 * STEP_ROWS) === STEP_ROWS) yield;
    addToHistogram(counts, low, high, number(rowAt(at)));
  }
  return { low, high, counts };
}
