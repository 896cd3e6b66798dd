import type { CellKind } from '../arrays/table';
import type { CellDifference, CellWindow, PackedCells, ShownCell } from './questions';

const KINDS: readonly CellKind[] = ['missing', 'nan', 'number', 'boolean', 'time', 'text', 'object'];

/** Cells in the form in which they pass between threads and processes, each of which spends time on every object. */
export function packCells(rows: readonly (readonly ShownCell[])[]): PackedCells {
  const cells = rows.flat();
  const differences: Record<number, CellDifference> = {};
  cells.forEach(({ mark, before }, place) => {
    if (mark !== undefined) differences[place] = { mark, ...(before !== undefined && { before }) };
  });
  return {
    texts: cells.map(({ text }) => text),
    kinds: cells.map(({ kind }) => KINDS.indexOf(kind)).join(''),
    ...(Object.keys(differences).length > 0 && { differences }),
  };
}

/** The cell of a window by its places there; undefined beyond it. */
export function cellAt(
  { cells: { texts, kinds, differences }, columns }: CellWindow,
  row: number,
  column: number,
): ShownCell | undefined {
  const place = row * columns.count + column;
  const text = texts[place];
  if (column >= columns.count || text === undefined) return undefined;
  return { kind: KINDS[Number(kinds[place])] ?? 'object', text, ...differences?.[place] };
}
