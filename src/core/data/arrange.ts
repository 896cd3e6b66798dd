import { PicklepostError } from '../errors';
import { filterRows, type ColumnFilter } from './filter';
import { checkRows } from './rowLimit';
import { sortByKeys, sortKeys } from './sortKeys';
import type { Steps } from './steps';
import type { Table } from '../arrays/table';
import { say } from '../text';

export interface SortKey {
  /** A column of the table; a level of the index counts from -1 downwards. */
  readonly column: number;
  readonly descending: boolean;
}

/** Which rows of a table are shown, and in which order. */
export interface Arrangement {
  /** The first counts most. */
  readonly sort: readonly SortKey[];
  /** Rows that pass all of them are shown. */
  readonly filters: readonly ColumnFilter[];
}

export const AS_STORED: Arrangement = { sort: [], filters: [] };

/** The rows that are shown, in order; undefined for all of them as they are. @throws PicklepostError as {@link filterRows} */
export function* arrangeRows(table: Table, { sort, filters }: Arrangement): Steps<Uint32Array | undefined> {
  const isFiltered = filters.some(({ text }) => text.trim() !== '');
  if (sort.length === 0 && !isFiltered) return undefined;
  checkRows(table.rowCount);
  let rows: Uint32Array = new Uint32Array(table.rowCount);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  if (isFiltered) rows = yield* filterRows(table, rows, filters);
  // The order by the last column stays if those before are equal.
  for (const { column: place, descending } of sort.toReversed()) {
    const column = place < 0 ? table.index[-1 - place] : table.columns[place];
    if (!column) throw new PicklepostError('no-such-item', say`The table does not have this column.`);
    rows = yield* sortByKeys(rows, yield* sortKeys(column, table.rowCount, descending));
  }
  return rows;
}
