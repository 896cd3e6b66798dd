import type { StoredBytes } from '../values/byteSource';
import type { NdArray } from './ndArray';

/** Elements from `start` to before `start + count` along one axis. */
export interface AxisRange {
  readonly start: number;
  readonly count: number;
}

/** Bytes that are read in addition to the needed ones, if that saves reading in many small pieces. */
const WASTE = 4;

/** An array over bytes that may lie in a file, in which case none of them is read now. */
export function arrayOver(
  { type, shape, strides, offset }: Omit<NdArray, 'bytes' | 'stored'>,
  content: Uint8Array | StoredBytes,
): NdArray {
  if (content instanceof Uint8Array) return { type, shape, strides, offset, bytes: content };
  return {
    type,
    shape,
    strides,
    offset,
    stored: content,
    get bytes() {
      return content.bytes;
    },
  };
}

/**
 * A block of an array, as an array in memory: a view if the array is in memory, otherwise read from the file, with as few
 * bytes as its layout allows.
 * @param ranges one for each axis, within its shape
 */
export function partOf(array: NdArray, ranges: readonly AxisRange[]): NdArray {
  const { type, strides, stored, objects, mask } = array;
  const shape = ranges.map(({ count }) => count);
  const offset = ranges.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), array.offset);
  const block = { type, shape, strides, offset };
  if (stored === undefined) {
    const masked = mask && { mask: partOf(mask, ranges) };
    return { ...block, bytes: array.bytes, ...(objects && { objects }), ...masked };
  }
  if (shape.includes(0)) return { ...block, offset: 0, bytes: new Uint8Array(0) };
  return readBlock(block, stored);
}

/**
 * Reads a block as a whole if the bytes between its elements are few, otherwise slice by slice along the axis whose elements
 * are furthest apart.
 */
function readBlock(block: Omit<NdArray, 'bytes'>, stored: StoredBytes): NdArray {
  const { type, shape, strides, offset } = block;
  const { first, end } = extent(block);
  const wanted = shape.reduce((product, count) => product * count, type.size);
  const axis = furthestAxis(shape, strides);
  if (axis === undefined || end - first <= Math.max(WASTE * wanted, 4096))
    return { ...block, offset: offset - first, bytes: stored.read(first, end - first) };
  const slices = Array.from({ length: shape[axis] as number }, (_, i) =>
    readBlock(
      {
        type,
        shape: shape.map((count, at) => (at === axis ? 1 : count)),
        strides,
        offset: offset + i * (strides[axis] as number),
      },
      stored,
    ),
  );
  return joined(block, axis, slices);
}

/** Slices of one layout, one after another in memory. */
function joined(block: Omit<NdArray, 'bytes'>, axis: number, slices: readonly NdArray[]): NdArray {
  const [first] = slices;
  if (first === undefined) return { ...block, offset: 0, bytes: new Uint8Array(0) };
  const size = first.bytes.length;
  const bytes = new Uint8Array(size * slices.length);
  slices.forEach((slice, i) => bytes.set(slice.bytes, i * size));
  const strides = first.strides.map((stride, at) => (at === axis ? size : stride));
  return { type: block.type, shape: block.shape, strides, offset: first.offset, bytes };
}

/** The bytes between the first and the last that belong to an element. */
function extent({ type, shape, strides, offset }: Omit<NdArray, 'bytes'>): { first: number; end: number } {
  let first = offset;
  let end = offset + type.size;
  shape.forEach((count, axis) => {
    const reach = (count - 1) * (strides[axis] ?? 0);
    if (reach < 0) first += reach;
    else end += reach;
  });
  return { first, end };
}

function furthestAxis(shape: readonly number[], strides: readonly number[]): number | undefined {
  let found: number | undefined;
  shape.forEach((count, axis) => {
    const distance = Math.abs(strides[axis] ?? 0);
    if (count > 1 && distance > Math.abs(found === undefined ? 0 : (strides[found] ?? 0))) found = axis;
  });
  return found;
}
