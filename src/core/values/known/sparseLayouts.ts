import { elementCount, type NdArray, offsetOf } from '../../arrays/ndArray';
import type { Dict, Value } from '../value';
import { itemsOf, numberOf, numbersOf } from './matching';
import { arrayOfValue } from './numpy/arrays';
import { elementsOf } from './numpy/elements';
import { withoutScalar } from './numpy/scalars';

type Shape = readonly [rows: number, columns: number];

/** A sparse matrix by its stored elements: the k-th is at `(rows[k], columns[k])`. */
export interface Coordinates {
  readonly shape: Shape;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** An array of one dimension. */
  readonly data: NdArray;
}

/** The largest number of stored elements. A larger matrix is shown as its call. */
const MAX_STORED = 32 * 1024 * 1024;

export type Layout = 'csr' | 'csc' | 'bsr' | 'coo' | 'dia' | 'lil';

export function shapeOf(state: Dict): readonly number[] | undefined {
  const shape = numbersOf(itemsOf(state.get('_shape')));
  return shape === undefined || shape.length === 0 || elementCount(shape) === undefined ? undefined : shape;
}

/** One dimension becomes a column, and of more than two, all but the last become rows. */
export function matrixShape(shape: readonly number[]): Shape {
  const [last = 1, first = 1] = [shape.at(-1), elementCount(shape.slice(0, -1))];
  return shape.length === 1 ? [last, 1] : [first, last];
}

/** The position of each stored element in each of the dimensions. */
export function placesOf(shape: readonly number[], { rows, columns }: Coordinates): (readonly number[])[] {
  if (shape.length === 1) return [rows];
  const places = shape.slice(0, -1).map((length, axis) => {
    const step = elementCount(shape.slice(axis + 1, -1)) ?? 1;
    return rows.map((row) => Math.floor(row / step) % length);
  });
  return [...places, columns];
}

type Reader = (state: Dict, shape: Shape, dimensions: readonly number[]) => Coordinates | undefined;

export const READERS: Readonly<Record<Layout, Reader>> = {
  csr: (state, shape, { length }) => {
    if (length !== 1) return length === 2 ? compressed(state, shape, false) : undefined;
    const line = compressed(state, [1, shape[0]], false);
    return line && { ...line, shape, rows: line.columns, columns: line.rows };
  },
  csc: inTwo((state, shape) => compressed(state, shape, true)),
  bsr: inTwo(blocks),
  coo: readCoordinates,
  dia: inTwo(diagonals),
  lil: inTwo(lists),
};

/** A layout that has two dimensions. */
function inTwo(read: (state: Dict, shape: Shape) => Coordinates | undefined): Reader {
  return (state, shape, dimensions) => (dimensions.length === 2 ? read(state, shape) : undefined);
}

/** The integers in an array of one dimension. */
function integersOf(value: Value | undefined): number[] | undefined {
  const array = arrayOfValue(value);
  const count = array?.shape[0];
  if (array?.shape.length !== 1 || count === undefined || count > MAX_STORED) return undefined;
  if (array.type.kind !== 'int' && array.type.kind !== 'uint') return undefined;
  const { number } = elementsOf(array);
  return Array.from({ length: count }, (_, i) => number(offsetOf(array, i)));
}

function vectorOf(value: Value | undefined): NdArray | undefined {
  const array = arrayOfValue(value);
  return array?.shape.length === 1 && array.stored === undefined ? array : undefined;
}

function isInside(coordinates: Coordinates): boolean {
  const { rows, columns, data, shape } = coordinates;
  const inside = (positions: readonly number[], length: number): boolean =>
    positions.every((position) => position >= 0 && position < length);
  return (
    rows.length === data.shape[0] &&
    columns.length === rows.length &&
    inside(rows, shape[0]) &&
    inside(columns, shape[1])
  );
}

export function checked(coordinates: Coordinates): Coordinates | undefined {
  return isInside(coordinates) ? coordinates : undefined;
}

/** The row of each stored element. @param starts where each row begins, and the last ends (`indptr`) */
function expand(starts: readonly number[], stored: number, lines: number): number[] | undefined {
  if (starts.length !== lines + 1 || starts[0] !== 0 || starts[lines] !== stored) return undefined;
  const expanded: number[] = [];
  for (let line = 0; line < lines; line++) {
    const [from, to] = [starts[line] as number, starts[line + 1] as number];
    if (to < from || to > stored) return undefined;
    for (let i = from; i < to; i++) expanded.push(line);
  }
  return expanded;
}

function compressed(state: Dict, shape: Shape, isByColumn: boolean): Coordinates | undefined {
  const starts = integersOf(state.get('indptr'));
  const indices = integersOf(state.get('indices'));
  const data = vectorOf(state.get('data'));
  if (starts === undefined || indices === undefined || data === undefined) return undefined;
  const lines = expand(starts, indices.length, isByColumn ? shape[1] : shape[0]);
  if (lines === undefined) return undefined;
  const [rows, columns] = isByColumn ? [indices, lines] : [lines, indices];
  return checked({ shape, rows, columns, data });
}

/** The layout BSR: blocks of one size, each stored completely. */
function blocks(state: Dict, shape: Shape): Coordinates | undefined {
  const starts = integersOf(state.get('indptr'));
  const indices = integersOf(state.get('indices'));
  const data = arrayOfValue(state.get('data'));
  const [count, height, width] = data?.shape ?? [];
  if (!starts || !indices || !data || data.stored || data.shape.length !== 3) return undefined;
  if (count !== indices.length || !height || !width || count * height * width > MAX_STORED) return undefined;
  const lines = expand(starts, count, Math.ceil(shape[0] / height));
  if (lines === undefined) return undefined;
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let block = 0; block < count; block++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        rows.push((lines[block] as number) * height + y);
        columns.push((indices[block] as number) * width + x);
      }
  return checked({ shape, rows, columns, data: flat(data) });
}

/** The elements in C order, copied into an array of one dimension. */
function flat(array: NdArray): NdArray {
  const count = elementCount(array.shape) ?? 0;
  const { size } = array.type;
  const bytes = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const at = offsetOf(array, i);
    bytes.set(array.bytes.subarray(at, at + size), i * size);
  }
  return { type: array.type, shape: [count], strides: [size], offset: 0, bytes };
}

/** The layout COO: `row` and `col` up to scipy 1.10, since then `coords`, which has an array for each dimension. */
function readCoordinates(state: Dict, shape: Shape, dimensions: readonly number[]): Coordinates | undefined {
  const held = itemsOf(state.get('coords')) ?? [state.get('row'), state.get('col')];
  const places = held.map((each) => integersOf(each));
  const data = vectorOf(state.get('data'));
  const count = data?.shape[0] ?? 0;
  if (data === undefined || places.length !== dimensions.length) return undefined;
  const isInside = places.every(
    (place, axis) =>
      place?.length === count && place.every((at) => at >= 0 && at < (dimensions[axis] as number)),
  );
  if (!isInside) return undefined;
  const [columns, leading] = dimensions.length === 1 ? [[], places] : [places.at(-1), places.slice(0, -1)];
  const rows = Array.from({ length: count }, (_, k) =>
    leading.reduce((row, place, axis) => row * (dimensions[axis] as number) + (place?.[k] as number), 0),
  );
  return { shape, rows, columns: columns?.length ? columns : rows.map(() => 0), data };
}

/** The layout DIA: each row of `data` is a diagonal, indexed by column; `offsets` says how far it lies above the main one. */
function diagonals(state: Dict, shape: Shape): Coordinates | undefined {
  const offsets = integersOf(state.get('offsets'));
  const data = arrayOfValue(state.get('data'));
  const [count, width] = data?.shape ?? [];
  if (!offsets || !data || data.stored || data.shape.length !== 2 || count !== offsets.length)
    return undefined;
  if (width === undefined || count * width > MAX_STORED) return undefined;
  const [rows, columns, kept]: [number[], number[], number[]] = [[], [], []];
  offsets.forEach((offset, line) => {
    for (let column = 0; column < Math.min(width, shape[1]); column++) {
      const row = column - offset;
      if (row < 0 || row >= shape[0]) continue;
      rows.push(row);
      columns.push(column);
      kept.push(line * width + column);
    }
  });
  return checked({ shape, rows, columns, data: pick(data, kept) });
}

function pick(array: NdArray, ordinals: readonly number[]): NdArray {
  const { size } = array.type;
  const bytes = new Uint8Array(ordinals.length * size);
  ordinals.forEach((ordinal, i) => {
    const at = offsetOf(array, ordinal);
    bytes.set(array.bytes.subarray(at, at + size), i * size);
  });
  return { type: array.type, shape: [ordinals.length], strides: [size], offset: 0, bytes };
}

/** The layout LIL: two object arrays, which hold for each row a list of columns and a list of values. */
function lists(state: Dict, shape: Shape): Coordinates | undefined {
  const columnLists = arrayOfValue(state.get('rows'))?.objects;
  const valueLists = arrayOfValue(state.get('data'))?.objects;
  if (columnLists?.length !== shape[0] || valueLists?.length !== shape[0]) return undefined;
  const [rows, columns, objects]: [number[], number[], Value[]] = [[], [], []];
  for (const [row, list] of columnLists.entries()) {
    const values = valueLists[row];
    if (!Array.isArray(list) || !Array.isArray(values) || list.length !== values.length) return undefined;
    for (const [i, column] of list.entries()) {
      rows.push(row);
      columns.push(numberOf(column) ?? -1);
      objects.push(withoutScalar(values[i] as Value));
    }
  }
  const type = { name: 'object', kind: 'object', size: 0, littleEndian: true } as const;
  const data = { type, shape: [objects.length], strides: [1], offset: 0, bytes: new Uint8Array(0), objects };
  return checked({ shape, rows, columns, data });
}
