import { flatLiteral } from '../render/flatLiteral';
import { floatLiteral, quoteString } from '../render/pythonAtoms';
import { LimitError } from '../errors';
import { isMissing } from './filter';
import type { RangeForm } from './questions';
import { STEP_ROWS, type Steps } from './steps';
import type { Cell, Column } from '../arrays/table';
import { say } from '../text';

export interface CellRange {
  /** Rows of the table, in the order in which they are shown. */
  readonly rows: Iterable<number>;
  readonly columns: readonly Column[];
  /** The index, if it is to be copied too. */
  readonly index: readonly Column[];
  /** Whether the names of the columns go before. */
  readonly hasHeader: boolean;
}

/** Characters of a literal of one cell. */
const MAX_LITERAL = 100_000;

/** A range written out, in steps. @throws LimitError if the text would have more than `maxLength` characters */
export function* rangeText(range: CellRange, form: RangeForm, maxLength: number): Steps<string> {
  if (form === 'python') return yield* pythonText(range, maxLength);
  const lines: string[] = [];
  let length = 0;
  let looked = 0;
  const join = JOINERS[form];
  const columns = [...range.index, ...range.columns];
  const add = (cells: readonly string[]): void => {
    const line = join(cells);
    length += line.length + 1;
    if (length > maxLength) throw tooLong(maxLength);
    lines.push(line);
  };
  if (range.hasHeader || form === 'markdown')
    add([...range.index.map(indexName), ...range.columns.map(({ name }) => name)]);
  if (form === 'markdown') lines.push(markdownRule(columns));
  for (const row of range.rows) {
    if (++looked % 256 === 0) yield;
    add(columns.map((column) => cellText(column.cell(row), form)));
  }
  return lines.join('\n') + (form === 'csv' ? '\n' : '');
}

const JOINERS: Readonly<Record<Exclude<RangeForm, 'python'>, (cells: readonly string[]) => string>> = {
  // For spreadsheets: a cell contains neither tabs nor line ends.
  text: (cells) => cells.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t'),
  csv: (cells) => (cells.length === 1 && cells[0] === '' ? '""' : cells.map(csvField).join(',')),
  markdown: (cells) =>
    `| ${cells.map((cell) => cell.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ')).join(' | ')} |`,
};

/** In quotes if it must be, as Python's `csv` writes it. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(cell: Cell, form: RangeForm): string {
  return form === 'csv' && isMissing(cell) ? '' : cell.text;
}

function indexName({ name }: Column): string {
  return name === 'None' ? '' : name;
}

/** Numbers stand on the right. */
function markdownRule(columns: readonly Column[]): string {
  return `| ${columns.map(({ kind }) => (kind === 'number' ? '--:' : '---')).join(' | ')} |`;
}

/**
 * A list for one column, otherwise a dictionary of lists by the names of the columns; a single cell is written by itself.
 */
function* pythonText({ rows, columns }: CellRange, maxLength: number): Steps<string> {
  const places: number[] = [];
  let length = 0;
  let looked = 0;
  for (const row of rows) {
    if (++looked % STEP_ROWS === 0) yield;
    // Even the shortest literals are too long.
    if (2 * places.push(row) > maxLength) throw tooLong(maxLength);
  }
  const lists: string[] = [];
  for (const column of columns) {
    const literals: string[] = [];
    for (const row of places) {
      if (++looked % (STEP_ROWS / 4) === 0) yield;
      const literal = cellLiteral(column, row);
      length += literal.length + 2;
      if (length > maxLength) throw tooLong(maxLength);
      literals.push(literal);
    }
    if (columns.length === 1 && literals.length === 1) return literals[0] ?? '';
    lists.push(`[${literals.join(', ')}]`);
  }
  if (lists.length === 1) return lists[0] ?? '[]';
  const entries = lists.map((list, place) => `    ${quoteString(columns[place]?.name ?? '')}: ${list},`);
  return ['{', ...entries, '}'].join('\n');
}

/** Python source for a cell: a value without a literal is its text, in quotes. */
function cellLiteral(column: Column, row: number): string {
  const cell = column.cell(row);
  switch (cell.kind) {
    case 'missing':
      return 'None';
    case 'number':
      return /^-?inf$/.test(cell.text) ? floatLiteral(cell.text === 'inf' ? Infinity : -Infinity) : cell.text;
    case 'boolean':
      return cell.text;
    case 'time':
    case 'text':
      return quoteString(cell.text);
    case 'nan':
    case 'object':
      return flatLiteral(column.value(row), MAX_LITERAL);
  }
}

function tooLong(maxLength: number): LimitError {
  return new LimitError(
    say`The text of the range`,
    maxLength,
    say`characters`,
    say`Copy fewer cells, or export the table.`,
  );
}
