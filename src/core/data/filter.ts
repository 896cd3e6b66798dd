import { PicklepostError } from '../errors';
import { STEP_ROWS, type Steps } from './steps';
import { isInstant, isRounded, type Cell, type Column, type Table } from '../arrays/table';
import { textOrder } from './textOrder';
import { durationNanoseconds, instantNanoseconds } from './typedTimes';
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

/** Negative, zero or positive; undefined where there is nothing to compare. */
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
