import type { Comparison } from './difference';
import type { Place } from './questions';
import { STEP_ROWS, type Steps } from './steps';
import type { Table } from '../arrays/table';

/** The start and direction of a search; at the end, it continues at the other end. */
export interface SeekStart {
  readonly from: Place;
  readonly backwards: boolean;
}

/** The next cell whose text holds another, in any case. @param order the rows that are shown, undefined for all as they are */
export function* findText(
  { columns, rowCount }: Table,
  order: Uint32Array | undefined,
  text: string,
  { from, backwards }: SeekStart,
): Steps<Place | undefined> {
  const [width, height] = [columns.length, order?.length ?? rowCount];
  const wanted = text.toLowerCase();
  const total = width * height;
  const start = from.row * width + from.column;
  for (let step = 1; step <= total; step++) {
    if (step % STEP_ROWS === 0) yield;
    const at = modulo(start + (backwards ? -step : step), total);
    const [row, column] = [Math.floor(at / width), at % width];
    const cell = columns[column]?.cell(order?.[row] ?? row);
    if (cell?.text.toLowerCase().includes(wanted)) return { row, column };
  }
  return undefined;
}

/** The next cell that differs. A row that only one side has counts as one cell, its first. */
export function* findDifference(
  comparison: Comparison,
  order: Uint32Array | undefined,
  { from, backwards }: SeekStart,
): Steps<Place | undefined> {
  const { table, differing } = comparison;
  const height = order?.length ?? table.rowCount;
  const isDiffering = new Uint8Array(table.rowCount);
  for (const row of differing) isDiffering[row] = 1;
  const isBeyond = (column: number): boolean => (backwards ? column < from.column : column > from.column);
  // The first row is searched twice: the cells after the start at first, and the others at last.
  for (let step = 0; step <= height; step++) {
    if (step % STEP_ROWS === STEP_ROWS - 1) yield;
    const shown = modulo(from.row + (backwards ? -step : step), height);
    const row = order?.[shown] ?? shown;
    if (isDiffering[row] !== 1) continue;
    const columns = differingColumns(comparison, row).filter((column) => step > 0 || isBeyond(column));
    const column = backwards ? columns.at(-1) : columns[0];
    if (column !== undefined) return { row: shown, column };
  }
  return undefined;
}

function differingColumns({ table, rowMark }: Comparison, row: number): number[] {
  if (rowMark(row) !== undefined) return [0];
  return [...table.columns.keys()].filter((column) => table.columns[column]?.mark(row) === 'changed');
}

function modulo(number: number, by: number): number {
  return ((number % by) + by) % by;
}
