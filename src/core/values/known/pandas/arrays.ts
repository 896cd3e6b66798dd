import { type NdArray, takeAt } from '../../../arrays/ndArray';
import { InertCall, type Value } from '../../value';
import { arrowVector } from '../arrow/arrow';
import { arrowTypeOf } from '../arrow/types';
import { argumentsOf, dictOf, itemsOf, nameOf, numberOf, textOf } from '../matching';
import { arrayOfValue } from '../numpy/arrays';
import { scalarArray } from '../numpy/scalars';
import { reprOf, textOfValue } from '../pythonText';
import { backedArray, type LevelOf, plainVector, stringKind } from './backedArrays';
import { named, newState } from './classes';
import { arrayVector, maskedVector, missingCell, sparseVector, valuesVector, type Vector } from './vector';

/** The values of one or several columns: `vector(i)` is one of them. */
export interface Block {
  readonly width: number;
  readonly length: number;
  vector(i: number): Vector | undefined;
}

/** The columns in the values of a block. In an array of two dimensions, they lie along the first axis. */
export function readBlock(value: Value | undefined, levelOf: LevelOf): Block | undefined {
  const array = arrayOfValue(value);
  if (array !== undefined) return arrayBlock(array, plainVector);
  const backed = backedArray(value, levelOf);
  if (backed !== undefined) return arrayBlock(backed.array, backed.vector);
  const vector = extensionVector(value, levelOf);
  return vector && { width: 1, length: vector.length, vector: () => vector };
}

/** The values of a series, an index or an extension array: one dimension. */
export function readVector(value: Value | undefined, levelOf: LevelOf): Vector | undefined {
  const block = readBlock(value, levelOf);
  return block?.width === 1 ? block.vector(0) : undefined;
}

function arrayBlock(array: NdArray, vector: (row: NdArray) => Vector | undefined): Block | undefined {
  const [width = 0, length = 0] = array.shape;
  if (array.shape.length === 1) return { width: 1, length: width, vector: () => vector(array) };
  if (array.shape.length !== 2) return undefined;
  return { width, length, vector: (i) => vector(takeAt(array, i)) };
}

/** An array of pandas that always holds a single column. */
function extensionVector(value: Value | undefined, levelOf: LevelOf): Vector | undefined {
  return (
    maskedArray(value) ??
    arrowArray(value) ??
    sparseArray(value, levelOf) ??
    intervalArray(value, levelOf) ??
    numpyBacked(value)
  );
}

function maskedArray(value: Value | undefined): Vector | undefined {
  for (const type of ['IntegerArray', 'FloatingArray', 'BooleanArray']) {
    const state = newState(value, type);
    if (state === undefined) continue;
    const [data, mask] = [arrayOfValue(state.get('_data')), arrayOfValue(state.get('_mask'))];
    if (data?.shape.length !== 1 || mask?.shape.length !== 1 || data.shape[0] !== mask.shape[0])
      return undefined;
    if (mask.type.kind !== 'bool') return undefined;
    return maskedVector(arrayVector(data), arrayVector(mask), nullableName(data.type.name));
  }
  return undefined;
}

/** The name of a type that can be missing: `Int64`, `UInt8`, `Float32`, `boolean`. */
function nullableName(name: string): string {
  if (name === 'bool') return 'boolean';
  return name.replace(/^u?[a-z]/, (start) => start.toUpperCase()).replace(/^Ui/, 'UI');
}

function arrowArray(value: Value | undefined): Vector | undefined {
  const strings = newState(value, 'ArrowStringArray') ?? newState(value, 'ArrowStringArrayNumpySemantics');
  const state = strings ?? newState(value, 'ArrowExtensionArray');
  if (state === undefined) return undefined;
  const vector = arrowVector(state.get('_pa_array') ?? state.get('_data'));
  if (vector === undefined) return undefined;
  if (strings === undefined) {
    const dtype = newState(state.get('_dtype'), 'ArrowDtype');
    const type = arrowTypeOf(
      dtype?.get('pyarrow_dtype') ?? argumentsOf(state.get('_dtype'), ...named('ArrowDtype'))?.[0],
    );
    return {
      ...vector,
      type: `${type?.name ?? vector.type}[pyarrow]`,
      ...(type && { arrowType: type.source }),
    };
  }
  const kind = stringKind(state.get('_dtype')) ?? { type: 'string', missing: '<NA>', dtype: undefined };
  const cell: Vector['cell'] = (row) => {
    const one = vector.cell(row);
    return one.kind === 'missing' ? missingCell(kind.missing) : one;
  };
  return { ...vector, type: kind.type, ...(kind.dtype !== undefined && { dtype: kind.dtype }), cell };
}

function sparseArray(value: Value | undefined, levelOf: LevelOf): Vector | undefined {
  const state = newState(value, 'SparseArray');
  if (state === undefined) return undefined;
  const dtype = newState(state.get('_dtype'), 'SparseDtype');
  const values = readVector(state.get('_sparse_values'), levelOf);
  const positions = values && sparsePositions(state.get('_sparse_index'), values.length, levelOf);
  if (dtype === undefined || values === undefined || positions === undefined) return undefined;
  const fillValue = dtype.get('_fill_value') ?? null;
  const scalar = scalarArray(fillValue);
  const fill = scalar ? plainVector(scalar) : valuesVector([fillValue], values.type, values.kind, 'NaN');
  const name = `Sparse[${values.type}, ${reprOf(fillValue)}]`;
  return { ...sparseVector(positions.length, positions.at, values, fill, name), fill: fillValue };
}

/**
 * `IntIndex(length, positions)` or `BlockIndex(length, starts, lengths)`. Undefined if the positions do not ascend.
 * @param count of values, and therefore of positions
 */
function sparsePositions(
  value: Value | undefined,
  count: number,
  levelOf: LevelOf,
): { readonly length: number; readonly at: Vector } | undefined {
  const single = argumentsOf(value, 'pandas._libs.sparse.IntIndex');
  const blocks = argumentsOf(value, 'pandas._libs.sparse.BlockIndex');
  const length = numberOf((single ?? blocks)?.[0]);
  const first = readVector((single ?? blocks)?.[1], levelOf);
  if (length === undefined || length < 0 || first === undefined) return undefined;
  const positions: bigint[] = [];
  const sizes = blocks && readVector(blocks[2], levelOf);
  let last = -1;
  for (let i = 0; i < first.length; i++) {
    const start = first.number?.(i) ?? NaN;
    const size = sizes === undefined ? 1 : (sizes.number?.(i) ?? NaN);
    if (!(start > last) || !(size >= 0) || start + size > length || positions.length + size > count)
      return undefined;
    for (let j = 0; j < size; j++) positions.push(BigInt(start + j));
    last = start + size - 1;
  }
  return positions.length === count ? { length, at: valuesVector(positions) } : undefined;
}

function intervalArray(value: Value | undefined, levelOf: LevelOf): Vector | undefined {
  if (
    !(value instanceof InertCall) ||
    nameOf(value.callable) !== 'pandas._libs.interval.__pyx_unpickle_IntervalMixin'
  )
    return undefined;
  const state = dictOf(itemsOf(value.state)?.[0]);
  if (state === undefined) return undefined;
  const dtype = newState(state.get('_dtype'), 'IntervalDtype');
  const closed = textOf(state.get('_closed') ?? dtype?.get('_closed') ?? dtype?.get('closed')) ?? 'right';
  return intervalVector(sideOf(state.get('_left'), levelOf), sideOf(state.get('_right'), levelOf), closed);
}

function sideOf(value: Value | undefined, levelOf: LevelOf): Vector | undefined {
  return levelOf(value) ?? readVector(value, levelOf);
}

/** Intervals, such as `(0, 1]`. */
export function intervalVector(
  left: Vector | undefined,
  right: Vector | undefined,
  closed: string,
): Vector | undefined {
  if (left === undefined || right?.length !== left.length) return undefined;
  const open = closed === 'left' || closed === 'both' ? '[' : '(';
  const close = closed === 'right' || closed === 'both' ? ']' : ')';
  const isMissing = (row: number): boolean => ['missing', 'nan'].includes(left.cell(row).kind);
  const text = (row: number): string => `${open}${sideText(left, row)}, ${sideText(right, row)}${close}`;
  return {
    length: left.length,
    type: `interval[${left.type}, ${closed}]`,
    kind: 'text',
    cell: (row) => (isMissing(row) ? missingCell('NaN') : { kind: 'text', text: text(row) }),
    value: (row) => (isMissing(row) ? null : text(row)),
    sides: { left, right, closed },
  };
}

/** An end of an interval. Since version 2, pandas writes the time also where it is midnight. */
function sideText({ type, cell, value }: Vector, row: number): string {
  return /^(?:datetime|timedelta)64/.test(type) ? textOfValue(value(row)) : cell(row).text;
}

function numpyBacked(value: Value | undefined): Vector | undefined {
  const state = newState(value, 'PandasArray') ?? newState(value, 'NumpyExtensionArray');
  const array = arrayOfValue(state?.get('_ndarray'));
  return array?.shape.length === 1 ? plainVector(array) : undefined;
}
