import type { Column, Table } from '../../arrays/table';
import { elementCount, offsetOf, type NdArray } from '../../arrays/ndArray';
import { Dict, InertCall, Tuple, type Value } from '../value';
import { attributes } from './attributes';
import type { Known } from './known';
import { dictOf, expression, hasNoItems, itemsOf, nameOf, numberOf, numbersOf } from './matching';
import { arrayValue, shapeText } from './numpy/knownArray';
import { arrayColumn } from './numpy/arrayColumn';
import { elementTypeOf } from './numpy/dtype';
import { elementsOf } from './numpy/elements';
import { arrayOfValue, withoutScalar } from './numpy/numpy';
import { recognise, type Form, type Forms } from './registry';
import { scipyObject } from './scipyObjects';

/** A sparse matrix by its stored elements: the k-th is at `(rows[k], columns[k])`. */
interface Coordinates {
  readonly shape: readonly [rows: number, columns: number];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Of one dimension. */
  readonly data: NdArray;
}

/** Stored elements of a matrix that are looked at; a larger one is shown as it is stored. */
const MAX_STORED = 32 * 1024 * 1024;
const MAX_COLUMNS = 100_000;

type Layout = 'csr' | 'csc' | 'bsr' | 'coo' | 'dia' | 'lil';

/** `new csr_matrix() ⊕ {'_shape': (r, c), 'indptr', 'indices', 'data', …}`, and the like of the other layouts. */
function matrixForm(layout: Layout): Form {
  return (call, args) => {
    const state = dictOf(call.state);
    if (args.length > 0 || !hasNoItems(call) || call.kwargs || state === undefined) return undefined;
    const shape = shapeOf(state);
    const coordinates = shape && READERS[layout](state, shape);
    return coordinates && knownMatrix(call, coordinates, state);
  };
}

function shapeOf(state: Dict): readonly [number, number] | undefined {
  const shape = numbersOf(itemsOf(state.get('_shape')));
  const [rows, columns] = shape ?? [];
  if (shape?.length !== 2 || rows === undefined || columns === undefined) return undefined;
  return elementCount(shape) === undefined ? undefined : [rows, columns];
}

type Reader = (state: Dict, shape: readonly [number, number]) => Coordinates | undefined;

const READERS: Readonly<Record<Layout, Reader>> = {
  csr: (state, shape) => compressed(state, shape, false),
  csc: (state, shape) => compressed(state, shape, true),
  bsr: blocks,
  coo: readCoordinates,
  dia: diagonals,
  lil: lists,
};

/** Integers of an array of one dimension. */
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

function checked(coordinates: Coordinates): Coordinates | undefined {
  return isInside(coordinates) ? coordinates : undefined;
}

/** The number of the row for each stored element, from where rows begin (`indptr`). */
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

function compressed(
  state: Dict,
  shape: readonly [number, number],
  isByColumn: boolean,
): Coordinates | undefined {
  const starts = integersOf(state.get('indptr'));
  const indices = integersOf(state.get('indices'));
  const data = vectorOf(state.get('data'));
  if (starts === undefined || indices === undefined || data === undefined) return undefined;
  const lines = expand(starts, indices.length, isByColumn ? shape[1] : shape[0]);
  if (lines === undefined) return undefined;
  const [rows, columns] = isByColumn ? [indices, lines] : [lines, indices];
  return checked({ shape, rows, columns, data });
}

/** Blocks of one size, each of which is stored whole. */
function blocks(state: Dict, shape: readonly [number, number]): Coordinates | undefined {
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

/** The elements in C order, of an array whose elements lie one after the other. */
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

/** `row` and `col` up to scipy 1.10, `coords` since then. */
function readCoordinates(state: Dict, shape: readonly [number, number]): Coordinates | undefined {
  const [first, second] = itemsOf(state.get('coords')) ?? [state.get('row'), state.get('col')];
  const rows = integersOf(first);
  const columns = integersOf(second);
  const data = vectorOf(state.get('data'));
  return rows && columns && data && checked({ shape, rows, columns, data });
}

/** Each row of `data` is a diagonal, by columns, `offsets` above the main one. */
function diagonals(state: Dict, shape: readonly [number, number]): Coordinates | undefined {
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

/** Object arrays of lists: for each row the columns, and the values. */
function lists(state: Dict, shape: readonly [number, number]): Coordinates | undefined {
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

/** Keys `(row, column)` with their values: `new dok_matrix({…}) ⊕ {…}`; since scipy 1.11 they are in the state. */
const dictionaryForm: Form = (call, args) => {
  const [content] = args;
  const state = dictOf(call.state);
  if (args.length > 1 || !hasNoItems(call) || call.kwargs || !state) return undefined;
  const entries = dictOf(content) ?? dictOf(state.get('_dict'));
  const shape = shapeOf(state);
  if (!entries || !shape) return undefined;
  const [rows, columns, objects]: [number[], number[], Value[]] = [[], [], []];
  for (const [key, value] of entries) {
    const [row, column] = itemsOf(key) ?? [];
    rows.push(integerOf(row));
    columns.push(integerOf(column));
    objects.push(withoutScalar(value));
  }
  const element = { name: 'object', kind: 'object', size: 0, littleEndian: true } as const;
  const data = {
    type: element,
    shape: [objects.length],
    strides: [1],
    offset: 0,
    bytes: new Uint8Array(0),
    objects,
  };
  const coordinates = checked({ shape, rows, columns, data });
  return coordinates && knownMatrix(call, coordinates, state);
};

/** An integer, of Python or numpy; -1 for anything else. */
function integerOf(value: Value | undefined): number {
  const plain = value instanceof InertCall ? recognise(value)?.plain() : value;
  return numberOf(plain) ?? -1;
}

function knownMatrix(call: InertCall, coordinates: Coordinates, state: Dict): Known {
  const { shape, rows, data } = coordinates;
  const type = (nameOf(call.callable) ?? '').replace(/^.*\./, '');
  const stored = rows.length;
  return {
    library: 'scipy',
    type,
    line: `${type} ${data.type.name} ${shapeText(shape)}, ${String(stored)} stored`,
    children: attributes([...state].filter(([name]) => name !== 'maxprint')),
    python: (limit) => (stored > limit ? undefined : matrixExpression(type, coordinates, state)),
    plain: () => plainMatrix(coordinates),
    ...(shape[1] <= MAX_COLUMNS && { table: () => tableOf(coordinates) }),
  };
}

/** By its coordinates, which any layout can be made from. */
function matrixExpression(type: string, { shape, rows, columns, data }: Coordinates, state: Dict): Value {
  const places = new Tuple([rows.map(BigInt), columns.map(BigInt)]);
  const elements = data.objects === undefined ? arrayValue(data) : [...data.objects];
  // A list says no more than what its numbers are in Python.
  const dtype = data.objects && elementTypeOf(state.get('dtype'))?.name;
  return expression(
    `scipy.sparse.coo_${type.endsWith('_array') ? 'array' : 'matrix'}`,
    [new Tuple([elements, places])],
    { shape: new Tuple(shape.map(BigInt)), dtype },
  );
}

function plainMatrix({ shape, rows, columns, data }: Coordinates): Value {
  return Dict.from([
    ['shape', shape.map(BigInt)],
    ['row', rows.map(BigInt)],
    ['column', columns.map(BigInt)],
    ['data', recognise(arrayValue(data))?.plain() ?? []],
  ]);
}

/** Elements that are not stored are 0; of several at one place the last is shown. */
function tableOf({ shape, rows, columns, data }: Coordinates): Table {
  // By text: of numbers, a file could choose many that collide.
  const places = new Map<string, number>();
  const placeOf = (row: number, column: number): string => `#${String(row * shape[1] + column)}`;
  rows.forEach((row, k) => places.set(placeOf(row, columns[k] as number), k));
  const stored = arrayColumn('', data);
  const at = (row: number, column: number): number | undefined => places.get(placeOf(row, column));
  const column = (position: number): Column => ({
    name: String(position),
    type: data.type.name,
    kind: stored.kind === 'object' ? 'number' : stored.kind,
    cell: (row) => {
      const k = at(row, position);
      return k === undefined ? { kind: 'missing', text: '' } : stored.cell(k);
    },
    number: (row) => {
      const k = at(row, position);
      return k === undefined ? 0 : (stored.number?.(k) ?? NaN);
    },
    value: (row) => {
      const k = at(row, position);
      return k === undefined ? 0n : stored.value(k);
    },
  });
  return { rowCount: shape[0], columns: Array.from({ length: shape[1] }, (_, i) => column(i)), index: [] };
}

const LAYOUTS: readonly Layout[] = ['csr', 'csc', 'bsr', 'coo', 'dia', 'lil'];

/** All modules in which a class has been: before 1.8, since then, and the arrays of 1.8 to 1.10. */
function namesOf(layout: string): readonly string[] {
  return [
    `scipy.sparse.${layout}.${layout}_matrix`,
    `scipy.sparse._${layout}.${layout}_matrix`,
    `scipy.sparse._arrays.${layout}_array`,
    `scipy.sparse._${layout}.${layout}_array`,
  ];
}

const forms: Forms = Object.fromEntries(
  [
    ...LAYOUTS.map((layout) => [layout, matrixForm(layout)] as const),
    ['dok', dictionaryForm] as const,
  ].flatMap(([layout, form]) => namesOf(layout).map((name) => [name, form])),
);

/** Sparse matrices of scipy (`scipy/sparse`). */
export const scipy = { forms, shapes: [scipyObject] };
