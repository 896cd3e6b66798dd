import { PicklepostError } from '../errors';
import { STEP_ROWS, type Steps } from './steps';
import type { Cell, Column, Table } from '../arrays/table';
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
  const number = column.number && numberOf(operand, column.kind);
  if (number !== undefined && !Number.isNaN(number)) {
    return (row) => {
      const value = column.number?.(row) ?? NaN;
      // As in Python, nan differs from everything.
      return Number.isNaN(value)
        ? operator === '!=' || operator === '<>'
        : holds(value === number ? 0 : value < number ? -1 : 1);
    };
  }
  if (column.number && !isEqual) throw notComparable(operand, column);
  const text = unquote(operand);
  return (row) => {
    const cell = column.cell(row);
    if (isMissing(cell)) return operator === '!=' || operator === '<>';
    return holds(cell.text === text ? 0 : cell.text < text ? -1 : 1);
  };
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

/** What a person types as the number of a column: a date for times; NaN where it is none. */
function numberOf(operand: string, kind: Column['kind']): number {
  const text = unquote(operand);
  if (text === '') return NaN;
  if (kind === 'boolean' && /^(true|false)$/i.test(text)) return Number(text.toLowerCase() === 'true');
  if (kind !== 'time')
    return /^-?inf$/i.test(text) ? Number(`${text[0] === '-' ? '-' : ''}Infinity`) : Number(text);
  return parseTime(text);
}

/** ISO 8601, with a space allowed in place of the `T`; without a zone it is UTC, as the times of a column are counted. */
function parseTime(text: string): number {
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  return Date.parse(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
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
  const example = column.kind === 'time' ? '> 2024-05-01' : '> 3';
  return new PicklepostError(
    'unsupported',
    say`"${operand}" cannot be compared with the column ${column.name} (${column.type}). Write, for example, ${example}.`,
  );
}
