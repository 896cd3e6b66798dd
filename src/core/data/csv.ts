import type { Column, Table } from './table';

/**
 * A table as pandas' `to_csv()` writes it: what is missing is empty, and what holds a comma, a quote or a line break is quoted.
 * @param withHeader whether the names of the columns stand in the first line, and labels in front of each row
 */
export function formatCsv({ rowCount, columns, index }: Table, withHeader: boolean): string {
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
  const lines = withHeader ? [line(names)] : [];
  for (let row = 0; row < rowCount; row++) lines.push(line(read.map((field) => field(row))));
  return lines.map((text) => `${text}\n`).join('');
}

function cellText(column: Column, row: number): string {
  const { kind, text } = column.cell(row);
  return kind === 'missing' || kind === 'nan' ? '' : text;
}

/** A line with one empty field only is quoted, as an empty line would be none. */
function line(fields: readonly string[]): string {
  if (fields.length === 1 && fields[0] === '') return '""';
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
