import { PicklepostError } from '../errors';
import { viewOf, type NdArray } from '../arrays/ndArray';
import { say } from '../text';

/** Which of the dimensions of an array are seen, and where the others are cut. */
export interface SliceChoice {
  /** The dimension that runs down the rows; undefined for one element. */
  readonly rowAxis?: number;
  /** The one that runs along the columns; undefined for one column. */
  readonly columnAxis?: number;
  /** An index for each dimension; those of the two axes do not count. */
  readonly indices: readonly number[];
}

/** The last two dimensions of an array, at the beginning of all others. */
export function defaultSlice(shape: readonly number[]): SliceChoice {
  const indices = shape.map(() => 0);
  if (shape.length === 0) return { indices };
  if (shape.length === 1) return { rowAxis: 0, indices };
  return { rowAxis: shape.length - 2, columnAxis: shape.length - 1, indices };
}

/**
 * A view of an array with two dimensions at most.
 * @throws PicklepostError `no-such-item` for an axis or index that the array does not have
 */
export function sliceArray(array: NdArray, { rowAxis, columnAxis, indices }: SliceChoice): NdArray {
  const { shape, strides } = array;
  const axes = [rowAxis, columnAxis].filter((axis) => axis !== undefined);
  if (new Set(axes).size < axes.length || indices.length !== shape.length) throw noSuchPlace();
  if (axes.some((axis) => shape[axis] === undefined)) throw noSuchPlace();
  let { offset } = array;
  const isEmpty = axes.some((axis) => shape[axis] === 0);
  for (const [dimension, length] of shape.entries()) {
    if (axes.includes(dimension)) continue;
    const index = indices[dimension] ?? -1;
    if (!Number.isInteger(index) || index < 0 || index >= length) throw noSuchPlace();
    // An empty array has no element at any position.
    if (!isEmpty) offset += index * (strides[dimension] ?? 0);
  }
  const mask =
    array.mask &&
    sliceArray(array.mask, {
      indices,
      ...(rowAxis !== undefined && { rowAxis }),
      ...(columnAxis !== undefined && { columnAxis }),
    });
  return viewOf(array, {
    offset,
    shape: axes.map((axis) => shape[axis] ?? 0),
    strides: axes.map((axis) => strides[axis] ?? 0),
    ...(mask && { mask }),
  });
}

function noSuchPlace(): PicklepostError {
  return new PicklepostError('no-such-item', say`The array does not have this axis or index.`);
}
