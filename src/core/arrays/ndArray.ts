import type { StoredBytes } from '../values/byteSource';
import type { Value } from '../values/value';

/** The type of the elements of an array, as numpy names it: `float64`, `>i4`, `datetime64[ns]`, `<U3`, `object`. */
export interface ElementType {
  readonly name: string;
  /**
   * How its bytes are read. `record` has {@link fields}; `array` has {@link element} and {@link shape}; `object` has elements that are
   * values of their own.
   */
  readonly kind: ElementKind;
  /** Bytes of one element; 0 for `object`. */
  readonly size: number;
  readonly littleEndian: boolean;
  /** `bfloat16` and `float8_*` have the same sizes as other floats, and are distinguished by this name. */
  readonly floatFormat?: string;
  /** Set for text that is read without spaces at its end (`numpy.chararray`). */
  readonly isStripped?: true;
  /** Unit of a datetime or timedelta, such as `ns`, with its count: `25s`. */
  readonly unit?: string;
  readonly fields?: readonly ElementField[];
  /** For a sub-array in a record: the type of its elements, and its shape. */
  readonly element?: ElementType;
  readonly shape?: readonly number[];
  /** Of the type of strings of variable length: what it is made with. */
  readonly keywords?: readonly (readonly [name: string, value: Value])[];
}

export type ElementKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'datetime'
  | 'timedelta'
  | 'str'
  | 'bytes'
  | 'record'
  | 'array'
  | 'object'
  | 'void';

export interface ElementField {
  readonly name: string;
  /** A second name. */
  readonly title?: string;
  readonly type: ElementType;
  /** Bytes from the start of the record. */
  readonly offset: number;
}

/**
 * An n-dimensional array that is a view of bytes: nothing is copied, and no element is read before somebody asks for it. Whoever
 * makes one has checked that each element lies within the bytes ({@link isWithin}).
 */
export interface NdArray {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes from one element to the next, per dimension; may be 0 or negative. Of an `object` array: elements. */
  readonly strides: readonly number[];
  /** The offset of the first element in {@link bytes}, or in {@link objects}. */
  readonly offset: number;
  /** Those of an array that lies in a file are all read at once: `partOf` reads only some. */
  readonly bytes: Uint8Array;
  /** The source of {@link bytes}, if the array lies in a file. */
  readonly stored?: StoredBytes;
  /** The elements of an `object` array, whose {@link bytes} are empty. */
  readonly objects?: readonly Value[];
  /** For a masked array: `bool` elements of the same shape, true if the element is masked. */
  readonly mask?: NdArray;
}

/** The number of elements, or undefined if the lengths are not valid or their product is beyond 2^53. */
export function elementCount(shape: readonly number[]): number | undefined {
  if (shape.length > MAX_DIMENSIONS) return undefined;
  let count = 1;
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) return undefined;
    count *= length;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/** As numpy 2 has it at most. */
const MAX_DIMENSIONS = 64;

/** Strides of elements that lie one after the other. @param size of one element */
export function contiguousStrides(shape: readonly number[], size: number, order: 'C' | 'F' = 'C'): number[] {
  const strides = new Array<number>(shape.length);
  let stride = size;
  for (let i = 0; i < shape.length; i++) {
    const axis = order === 'C' ? shape.length - 1 - i : i;
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis] as number);
  }
  return strides;
}

/** Whether every element lies within `length` bytes (of an `object` array: elements), and the numbers can be reckoned with. */
export function isWithin(
  { shape, strides, offset }: Pick<NdArray, 'shape' | 'strides' | 'offset'>,
  size: number,
  length: number,
): boolean {
  const count = elementCount(shape);
  if (count === undefined || strides.length !== shape.length) return false;
  if (!Number.isSafeInteger(offset) || offset < 0) return false;
  if (count === 0) return offset <= length;
  let [first, last] = [offset, offset];
  for (const [axis, stride] of strides.entries()) {
    const reach = stride * ((shape[axis] as number) - 1);
    if (!Number.isSafeInteger(reach)) return false;
    if (reach < 0) first += reach;
    else last += reach;
  }
  return first >= 0 && Number.isSafeInteger(last) && last + size <= length;
}

/** The parts of an array that another layout may change. */
type Layout = Partial<Pick<NdArray, 'type' | 'shape' | 'strides' | 'offset' | 'mask'>>;

/** The same bytes with another layout; those that lie in a file are not read. */
export function viewOf(array: NdArray, layout: Layout): NdArray {
  const { type, shape, strides, offset, stored, objects, mask } = array;
  const view = { type, shape, strides, offset, ...(mask && { mask }), ...layout };
  if (stored === undefined) return { ...view, bytes: array.bytes, ...(objects && { objects }) };
  return {
    ...view,
    stored,
    get bytes() {
      return stored.bytes;
    },
  };
}

/** The elements under the mask of a masked array. */
export function withoutMask({ type, shape, strides, offset, bytes, objects }: NdArray): NdArray {
  return { type, shape, strides, offset, bytes, ...(objects && { objects }) };
}

/** The element, or the array of fewer dimensions, at a position of one axis. */
export function takeAt(array: NdArray, position: number, axis = 0): NdArray {
  const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== axis);
  return viewOf(array, {
    shape: without(array.shape),
    strides: without(array.strides),
    offset: array.offset + position * (array.strides[axis] as number),
    ...(array.mask && { mask: takeAt(array.mask, position, axis) }),
  });
}

/** The same elements with their axes in another order. */
export function transpose(array: NdArray, axes: readonly number[]): NdArray {
  return viewOf(array, {
    shape: axes.map((axis) => array.shape[axis] as number),
    strides: axes.map((axis) => array.strides[axis] as number),
    ...(array.mask && { mask: transpose(array.mask, axes) }),
  });
}

/** The offset of an element, numbered from 0 in C order. */
export function offsetOf({ shape, strides, offset }: NdArray, ordinal: number): number {
  let [at, rest] = [offset, ordinal];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] as number;
    at += (rest % length) * (strides[axis] as number);
    rest = Math.floor(rest / length);
  }
  return at;
}

/** A field of an array of records whose bytes hold it, as a view. */
export function takeField(array: NdArray, { name, type, offset }: ElementField): NdArray {
  const maskField = array.mask?.type.fields?.find((field) => field.name === name);
  const mask = maskField && array.mask ? { mask: takeField(array.mask, maskField) } : {};
  const at = array.offset + offset;
  if (type.kind !== 'array' || type.element === undefined || type.shape === undefined)
    return viewOf(array, { type, offset: at, ...mask });
  return viewOf(array, {
    type: type.element,
    shape: [...array.shape, ...type.shape],
    strides: [...array.strides, ...contiguousStrides(type.shape, type.element.size)],
    offset: at,
    ...mask,
  });
}
