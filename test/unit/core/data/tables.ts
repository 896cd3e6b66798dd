import { tableOfValue } from '../../../../src/core/data/valueTables';
import type { Table } from '../../../../src/core/arrays/table';
import { Dict, type Value } from '../../../../src/core/values/value';

/** A table of named columns. */
export function tableOf(columns: Readonly<Record<string, readonly Value[]>>): Table {
  const table = tableOfValue(Dict.from(Object.entries(columns).map(([name, values]) => [name, [...values]])));
  if (!table) throw new Error('These columns are not a table');
  return table;
}

/** The same with the first column as its index. */
export function indexedTableOf(columns: Readonly<Record<string, readonly Value[]>>): Table {
  const table = tableOf(columns);
  return { ...table, index: table.columns.slice(0, 1), columns: table.columns.slice(1) };
}

/** The texts of a column of a table, from the top. */
export function textsOf(table: Table, column: number, rows?: Iterable<number>): string[] {
  return [...(rows ?? Array(table.rowCount).keys())].map(
    (row) => table.columns[column]?.cell(row).text ?? '',
  );
}
