import { arrayColumns } from '../values/known/numpy/arrayColumn';
import type { Value } from '../values/value';
import { elementCount, takeAt, type NdArray } from '../arrays/ndArray';
import type { Cell, Column, Table } from '../arrays/table';

/**
 * An array of three dimensions or more as a table: its last dimension runs along the columns, and each row has a position in all
 * others, which its index tells. Undefined if that would be too many columns.
 */
export function flatTable(array: NdArray): Table | undefined {
  const { shape } = array;
  const above = shape.slice(0, -2);
  const height = shape.at(-2) ?? 0;
  const rowCount = elementCount(shape.slice(0, -1));
  if (shape.length < 3 || rowCount === undefined) return undefined;
  if (rowCount === 0) return { rowCount, columns: [], index: [] };
  const planes = new Planes(array, above, height);
  const first = planes.at(0);
  if (!first) return undefined;
  const lengths = [...above, height];
  return {
    rowCount,
    columns: first.map((column, place) => planeColumn(planes, column, place)),
    index: lengths.map((_, axis) => axisColumn(lengths, axis)),
  };
}

/** The tables that stand one below the other. The one that was read last is kept. */
class Planes {
  private last: { readonly ordinal: number; readonly columns: Column[] | undefined } | undefined;

  constructor(
    private readonly array: NdArray,
    private readonly above: readonly number[],
    private readonly height: number,
  ) {}

  /** The position of a row among all: its column in its plane, and its row there. */
  find(row: number, place: number): [column: Column | undefined, row: number] {
    return [this.at(Math.floor(row / this.height))?.[place], row % this.height];
  }

  at(ordinal: number): Column[] | undefined {
    if (this.last?.ordinal === ordinal) return this.last.columns;
    const positions = positionsOf(ordinal, this.above);
    const plane = positions.reduce((array, position) => takeAt(array, position), this.array);
    this.last = { ordinal, columns: arrayColumns(plane) };
    return this.last.columns;
  }
}

function planeColumn(planes: Planes, { name, type, kind, number, exact }: Column, place: number): Column {
  const read = <T>(row: number, ask: (column: Column, row: number) => T): T => {
    const [column, at] = planes.find(row, place);
    if (!column) throw new RangeError('the array has no such row');
    return ask(column, at);
  };
  return {
    ...{ name, type, kind },
    cell: (row): Cell => read(row, (column, at) => column.cell(at)),
    value: (row): Value => read(row, (column, at) => column.value(at)),
    ...(number && { number: (row: number) => read(row, (column, at) => column.number?.(at) ?? NaN) }),
    ...(exact && { exact: (row: number) => read(row, (column, at) => column.exact?.(at)) }),
  };
}

/** The position along one dimension. */
function axisColumn(lengths: readonly number[], axis: number): Column {
  const below = elementCount(lengths.slice(axis + 1)) ?? 1;
  const at = (row: number): number => Math.floor(row / below) % (lengths[axis] ?? 1);
  return {
    name: String(axis),
    type: 'int64',
    kind: 'number',
    cell: (row) => ({ kind: 'number', text: String(at(row)) }),
    number: at,
    value: (row) => BigInt(at(row)),
  };
}

function positionsOf(ordinal: number, lengths: readonly number[]): number[] {
  const positions: number[] = [];
  let rest = ordinal;
  for (const length of lengths.toReversed()) {
    positions.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return positions;
}
