import { PicklepostError } from '../errors';
import { STEP_ROWS, type Steps } from './steps';
import { isInstant, isRounded, type Cell, type Column, type Table } from '../arrays/table';
import { textOrder } from './textOrder';
import { say } from '../text';

/** Which rows are shown. */
export interface ColumnFilter {
  /** A column of the table; undefined for a text that any column, or the index, may hold. */
  readonly column?: number;
  /**
   * A text that a cell contains, in any case; or a comparison: `> 3`, `<= 2024-05-01`, `== "x"`, `!= 0`, `is missing`,
   * `is not missing`.
   */
  readonly text: string;
}

type Matches = (row: number) => boolean;

/** The rows, among some, that pass every filter. @throws PicklepostError `unsupported` for a comparison that the column does not have */
export function* filterRows(
  table: Table,
  rows: Uint32Array,
  filters: readonly ColumnFilter[],
): Steps<Uint32Array> {
  const tests = filters.filter(({ text }) => text.trim() !== '').map((filter) => testOf(table, filter));
  const kept = new Uint32Array(rows.length);
  let count = 0;
  let looked = 0;
  for (const row of rows) {
    if (++looked % STEP_ROWS === 0) yield;
    if (tests.every((test) => test(row))) kept[count++] = row;
  }
  return kept.slice(0, count);
}

function testOf(table: Table, { column: place, text }: ColumnFilter): Matches {
  if (place === undefined) {
    const tests = [...table.index, ...table.columns].map((column) => containsTest(column, text));
    return (row) => tests.some((test) => test(row));
  }
  const column = table.columns[place];
  if (!column) throw new PicklepostError('no-such-item', say`The table does not have this column.`);
  return columnTest(column, text);
}

const COMPARISON = /^(==|=|!=|<>|<=|>=|<|>)\s*(.*)$/s;
const MISSING = /^is\s+(not\s+)?(missing|none|null|nan|na)$/i;

function columnTest(column: Column, text: string): Matches {
  const trimmed = text.trim();
  const missing = MISSING.exec(trimmed);
  if (missing) {
    const wanted = missing[1] === undefined;
    return (row) => isMissing(column.cell(row)) === wanted;
  }
  const comparison = COMPARISON.exec(trimmed);
  return comparison
    ? comparisonTest(column, comparison[1] ?? '', comparison[2] ?? '')
    : containsTest(column, text);
}

function containsTest(column: Column, text: string): Matches {
  const wanted = text.trim().toLowerCase();
  return (row) => {
    const cell = column.cell(row);
    return cell.text.toLowerCase().includes(wanted);
  };
}

function comparisonTest(column: Column, operator: string, operand: string): Matches {
  const holds = OPERATORS[operator] ?? (() => false);
  const isEqual = operator === '=' || operator === '==' || operator === '!=' || operator === '<>';
  // As in Python, a missing value differs from everything.
  const ofMissing = operator === '!=' || operator === '<>';
  const wanted = column.number && operandOf(column, unquote(operand));
  if (wanted !== undefined) {
    return (row) => {
      const order = orderOf(column, row, wanted);
      return order === undefined ? ofMissing : holds(order);
    };
  }
  if (column.number && !isEqual) throw notComparable(operand, column);
  const text = unquote(operand);
  const compare = textOrder(column);
  return (row) => {
    const cell = column.cell(row);
    return isMissing(cell) ? ofMissing : holds(compare(cell.text, text));
  };
}

/** The value with which a column of numbers or times is compared; exactly, if its numbers may be rounded. */
interface Operand {
  readonly number: number;
  readonly exact: bigint | undefined;
}

/** Negative, zero or positive; undefined if there is nothing to compare. */
function orderOf(column: Column, row: number, { number, exact }: Operand): number | undefined {
  const value = column.number?.(row) ?? NaN;
  if (Number.isNaN(value)) return undefined;
  const own = exact === undefined ? undefined : column.exact?.(row);
  if (own === undefined || exact === undefined) return Number(value > number) - Number(value < number);
  return Number(own > exact) - Number(own < exact);
}

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** A number that a person typed for a column; undefined if it is not one. */
function operandOf(column: Column, text: string): Operand | undefined {
  if (column.kind === 'time') {
    const exact = isInstant(column) ? instantNanoseconds(text) : durationNanoseconds(text);
    return exact === undefined ? undefined : { number: Number(exact) / 1e6, exact };
  }
  const number = numberOf(text, column.kind);
  if (Number.isNaN(number)) return undefined;
  const isWhole = isRounded(column, number) && /^[-+]?\d+$/.test(text);
  return { number, exact: isWhole ? BigInt(text) : undefined };
}

function numberOf(text: string, kind: Column['kind']): number {
  if (text === '') return NaN;
  if (kind === 'boolean' && /^(true|false)$/i.test(text)) return Number(text.toLowerCase() === 'true');
  return /^-?inf$/i.test(text) ? Number(`${text[0] === '-' ? '-' : ''}Infinity`) : Number(text);
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text.trim());
  return quoted?.[2] ?? text.trim();
}

/** Missing as pandas counts it: None, NaT, NA and nan. */
export function isMissing({ kind }: Cell): boolean {
  return kind === 'missing' || kind === 'nan';
}

function notComparable(operand: string, column: Column): PicklepostError {
  const example = column.kind !== 'time' ? '> 3' : isInstant(column) ? '> 2024-05-01' : '> 1 day';
  return new PicklepostError(
    'unsupported',
    say`"${operand}" cannot be compared with the column ${column.name} (${column.type}). Write, for example, ${example}.`,
  );
}

/** Times and durations as people type them, in nanoseconds. */

/**
 * A time since the epoch: ISO 8601, with a space allowed in place of the `T` and up to nine digits of the second. Without a
 * zone it is UTC, like the times of a column. Undefined for other texts.
 */
export function instantNanoseconds(text: string): bigint | undefined {
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  const [, whole, digits = '', zone = ''] = /^(.*:\d\d)\.(\d{1,9})(.*)$/.exec(iso) ?? [undefined, iso];
  const second = `${whole}${zone}`;
  const milliseconds = Date.parse(/T[\d:]+$/.test(second) ? `${second}Z` : second);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1_000_000n + fraction(digits);
}

/** A duration as pandas prints it, `-1 days +02:03:04.5`, or a number and a unit, `1.5 h`. Undefined for other texts. */
export function durationNanoseconds(text: string): bigint | undefined {
  const clock = /^(?:(-?\d+) days?)?\s*\+?(?:(\d+):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?$/.exec(text.trim());
  if (clock && text.trim() !== '') {
    const [, days = '0', hours = '0', minutes = '0', seconds = '0', digits = ''] = clock;
    const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
    return whole * SECOND + fraction(digits);
  }
  const [, number, unit = ''] = /^(-?\d{1,15}(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const length = UNITS.find(([names]) => names.includes(unit.toLowerCase()))?.[1];
  return number === undefined || length === undefined
    ? undefined
    : BigInt(Math.round(Number(number) * length));
}

const SECOND = 1_000_000_000n;

/** Names of a unit, and its nanoseconds. */
const UNITS: readonly (readonly [names: readonly string[], length: number])[] = [
  [['d', 'day', 'days'], 86_400e9],
  [['h', 'hour', 'hours'], 3_600e9],
  [['m', 'min', 'minute', 'minutes'], 60e9],
  [['s', 'sec', 'second', 'seconds'], 1e9],
  [['ms'], 1e6],
  [['us', 'µs'], 1e3],
  [['ns'], 1],
];

/** Digits of a second behind the point. */
function fraction(digits: string): bigint {
  return BigInt(digits.padEnd(9, '0'));
}
