import { csvField } from './rangeText';
import type { Column, Table } from '../arrays/table';

/** Characters of a piece. */
const PIECE = 64 * 1024;

/**
 * A table as pandas' `to_csv()` writes it, in pieces of some lines: what is missing is empty, and what holds a comma, a quote or a line
 * break is quoted.
 * @param withHeader whether the names of the columns stand in the first line, and labels in front of each row
 */
export function* csvPieces({ rowCount, columns, index }: Table, withHeader: boolean): Generator<string> {
  const labels = index.map((level) => (row: number) => cellText(level, row));
  // Without an index, pandas numbers the rows.
  const first = labels.length > 0 ? labels : [String];
  const read = [
    ...(withHeader ? first : []),
    ...columns.map((column) => (row: number) => cellText(column, row)),
  ];
  const names = [
    ...(index.length > 0 ? index.map(({ name }) => name) : ['']),
    ...columns.map(({ name }) => name),
  ];
  let piece = withHeader ? line(names) : '';
  for (let row = 0; row < rowCount; row++) {
    piece += line(read.map((field) => field(row)));
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function cellText(column: Column, row: number): string {
  const { kind, text } = column.cell(row);
  return kind === 'missing' || kind === 'nan' ? '' : text;
}

/** A line with one empty field only is quoted, as an empty line would be none. */
function line(fields: readonly string[]): string {
  return fields.length === 1 && fields[0] === '' ? '""\n' : `${fields.map(csvField).join(',')}\n`;
}
