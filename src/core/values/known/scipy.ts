import type { Cell, Column, Table } from '../../arrays/table';
import { formatFloat } from '../../numberText';
import { Dict, InertCall, Tuple, type Value } from '../value';
import { attributes } from './attributes';
import type { Known } from './known';
import { say } from '../../text';
import { dictOf, expression, hasNoItems, itemsOf, nameOf, numberOf } from './matching';
import { arrayColumn } from './numpy/arrayColumn';
import { elementTypeOf } from './numpy/dtype';
import { arrayValue, shapeText } from './numpy/knownArray';
import { withoutScalar } from './numpy/scalars';
import { type Form, type Forms, recognise } from './registry';
import { distributionForms } from './scipyDistributions';
import { scipyObjects } from './scipyObjects';
import {
  checked,
  type Coordinates,
  type Layout,
  matrixShape,
  placesOf,
  READERS,
  shapeOf,
} from './sparseLayouts';

const MAX_COLUMNS = 100_000;

/** `new csr_matrix() ⊕ {'_shape': (r, c), 'indptr', 'indices', 'data', …}`; other layouts have other keys. */
function matrixForm(layout: Layout): Form {
  return (call, args) => {
    const state = dictOf(call.state);
    if (args.length > 0 || !hasNoItems(call) || call.kwargs || state === undefined) return undefined;
    const shape = shapeOf(state);
    const coordinates = shape && READERS[layout](state, matrixShape(shape), shape);
    return coordinates && knownMatrix(call, coordinates, state, shape);
  };
}

/** `new dok_matrix({(row, column): value, …}) ⊕ {…}`; since scipy 1.11 the dictionary is in the state. */
const dictionaryForm: Form = (call, args) => {
  const [content] = args;
  const state = dictOf(call.state);
  if (args.length > 1 || !hasNoItems(call) || call.kwargs || !state) return undefined;
  const entries = dictOf(content) ?? dictOf(state.get('_dict'));
  const shape = shapeOf(state);
  if (!entries || !shape || shape.length > 2) return undefined;
  const [rows, columns, objects]: [number[], number[], Value[]] = [[], [], []];
  for (const [key, value] of entries) {
    const [row, column] = itemsOf(key) ?? [key, 0n];
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
  const coordinates = checked({ shape: matrixShape(shape), rows, columns, data });
  return coordinates && knownMatrix(call, coordinates, state, shape);
};

/** An integer, of Python or numpy; -1 for anything else. */
function integerOf(value: Value | undefined): number {
  const plain = value instanceof InertCall ? recognise(value)?.plain() : value;
  return numberOf(plain) ?? -1;
}

function knownMatrix(
  call: InertCall,
  coordinates: Coordinates,
  state: Dict,
  dimensions: readonly number[],
): Known {
  const { shape, rows, data } = coordinates;
  const type = (nameOf(call.callable) ?? '').replace(/^.*\./, '');
  const stored = rows.length;
  return {
    library: 'scipy',
    type,
    line: say`${`${type} ${data.type.name} ${shapeText(dimensions)}`}, ${{ count: stored }} stored`,
    children: attributes([...state].filter(([name]) => name !== 'maxprint')),
    python: (limit) => (stored > limit ? undefined : matrixExpression(type, coordinates, state, dimensions)),
    plain: () => plainMatrix(coordinates, dimensions),
    ...(shape[1] <= MAX_COLUMNS && { table: () => tableOf(coordinates) }),
  };
}

/** The Python expression of a matrix by its coordinates, which can be converted to any layout. */
function matrixExpression(
  type: string,
  coordinates: Coordinates,
  state: Dict,
  dimensions: readonly number[],
): Value {
  const { data } = coordinates;
  const places = new Tuple(placesOf(dimensions, coordinates).map((place) => place.map(BigInt)));
  const elements = data.objects === undefined ? arrayValue(data) : [...data.objects];
  // A list of Python's numbers does not determine the type.
  const dtype = data.objects && elementTypeOf(state.get('dtype'))?.name;
  return expression(
    `scipy.sparse.coo_${type.endsWith('_array') ? 'array' : 'matrix'}`,
    [new Tuple([elements, places])],
    { shape: new Tuple(dimensions.map(BigInt)), dtype },
  );
}

function plainMatrix(coordinates: Coordinates, dimensions: readonly number[]): Value {
  const places = placesOf(dimensions, coordinates).map((place) => place.map(BigInt));
  const [row = [], column = []] = places;
  return Dict.from([
    ['shape', dimensions.map(BigInt)],
    ...(places.length === 2
      ? [['row', row] as const, ['column', column] as const]
      : [['coords', places] as const]),
    ['data', recognise(arrayValue(coordinates.data))?.plain() ?? []],
  ]);
}

/** The matrix as a table. Elements that are not stored are 0; several that are stored for one position are added up. */
function tableOf({ shape, rows, columns, data }: Coordinates): Table {
  // The keys are text, because a file could contain many numbers with the same hash.
  const places = new Map<string, number>();
  const placeOf = (row: number, column: number): string => `#${String(row * shape[1] + column)}`;
  const stored = arrayColumn('', data);
  /** By the last of several elements of a position, the sum of those before it. */
  const sums = new Map<number, number>();
  rows.forEach((row, k) => {
    const place = placeOf(row, columns[k] as number);
    const before = places.get(place);
    if (before !== undefined) sums.set(k, (sums.get(before) ?? 0) + (stored.number?.(before) ?? NaN));
    places.set(place, k);
  });
  const isFloat = data.type.kind === 'float';
  const sumAt = (k: number): number => (sums.get(k) ?? 0) + (stored.number?.(k) ?? NaN);
  const cellAt = (k: number): Cell => {
    const sum = sums.has(k) && stored.kind === 'number' ? sumAt(k) : undefined;
    return sum === undefined
      ? stored.cell(k)
      : { kind: 'number', text: isFloat ? formatFloat(sum) : String(sum) };
  };
  const at = (row: number, column: number): number | undefined => places.get(placeOf(row, column));
  const column = (position: number): Column => ({
    name: String(position),
    type: data.type.name,
    kind: stored.kind === 'object' ? 'number' : stored.kind,
    cell: (row) => {
      const k = at(row, position);
      return k === undefined ? { kind: 'missing', text: '' } : cellAt(k);
    },
    number: (row) => {
      const k = at(row, position);
      return k === undefined ? 0 : sumAt(k);
    },
    value: (row) => {
      const k = at(row, position);
      if (k === undefined) return 0n;
      if (!sums.has(k) || stored.kind !== 'number') return stored.value(k);
      return isFloat ? sumAt(k) : BigInt(sumAt(k));
    },
  });
  return { rowCount: shape[0], columns: Array.from({ length: shape[1] }, (_, i) => column(i)), index: [] };
}

const LAYOUTS: readonly Layout[] = ['csr', 'csc', 'bsr', 'coo', 'dia', 'lil'];

/** The names of a class in all versions: before 1.8, since then, and the arrays of 1.8 to 1.10. */
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
export const scipy = { forms: { ...forms, ...distributionForms }, shapes: scipyObjects };
