import { arrayOver } from '../../../arrays/arrayPart';
import {
  contiguousStrides,
  elementCount,
  type ElementType,
  isWithin,
  type NdArray,
  transpose,
  viewOf,
} from '../../../arrays/ndArray';
import type { StoredBytes } from '../../byteSource';
import { InertCall, type Value } from '../../value';
import {
  argumentsOf,
  bytesOf,
  contentOf,
  hasNoItems,
  itemsOf,
  nameOf,
  numberOf,
  numbersOf,
  textOf,
} from '../matching';
import { reprOf } from '../pythonText';
import { recognise } from '../registry';
import { arrayOf, elementTypeOf, recordOf, simpleType } from './dtype';

const memo = new WeakMap<InertCall, NdArray | null>();

/** The array that a call of numpy represents. Undefined for any other value, or if the lengths do not fit together. */
export function arrayOfValue(value: Value | undefined): NdArray | undefined {
  if (!(value instanceof InertCall)) return undefined;
  const remembered = memo.get(value);
  if (remembered !== undefined) return remembered ?? undefined;
  memo.set(value, null);
  const array = matchArray(value) ?? recognise(value)?.array;
  memo.set(value, array ?? null);
  return array;
}

function matchArray(call: InertCall): NdArray | undefined {
  const args = itemsOf(call.args);
  const name = nameOf(call.callable);
  if (args === undefined || name === undefined || call.kwargs !== undefined || !hasNoItems(call))
    return undefined;
  if (RECONSTRUCT.includes(name))
    return call.state === undefined ? unfilled(args) : reconstructed(args, call.state);
  if (FROMBUFFER.includes(name)) return call.state === undefined ? fromBuffer(args) : undefined;
  if (name === 'numpy.ma.core._mareconstruct') return maskedArray(args, call.state);
  return undefined;
}

/** `_reconstruct(numpy.ndarray, (0,), b'b')` without a state, as in a truncated pickle: an empty array. */
function unfilled([type, shape, code]: readonly Value[]): NdArray | undefined {
  const isUsual = nameOf(type) === 'numpy.ndarray' && numbersOf(itemsOf(shape))?.join() === '0';
  if (!isUsual || textOf(code) !== 'b') return undefined;
  return contiguous(new Uint8Array(0), simpleType('int', 1), [0]);
}

function both(suffix: string): readonly string[] {
  return [`numpy.core.${suffix}`, `numpy._core.${suffix}`];
}

export const RECONSTRUCT = both('multiarray._reconstruct');
export const FROMBUFFER = both('numeric._frombuffer');
export const SCALAR = both('multiarray.scalar');
export const STRING_DTYPE = both('_internal._convert_to_stringdtype_kwargs');

/** `_reconstruct(class, (0,), b'b') ⊕ (1, shape, dtype, is_fortran, data)`. */
function reconstructed(args: readonly Value[], state: Value): NdArray | undefined {
  const [type, placeholder, code] = args;
  if (args.length !== 3 || nameOf(type) === undefined || itemsOf(placeholder)?.length !== 1) return undefined;
  if (bytesOf(code)?.length !== 1) return undefined;
  const parts = itemsOf(state);
  if (parts === undefined || parts.length < 4 || parts.length > 5) return undefined;
  // The oldest files have no version before the shape.
  const [shape, dtype, isFortran, data] = parts.length === 5 ? parts.slice(1) : parts;
  return stored(shape, dtype, isFortran, data);
}

function stored(
  shape: Value | undefined,
  dtype: Value | undefined,
  isFortran: Value | undefined,
  data: Value | undefined,
): NdArray | undefined {
  const lengths = numbersOf(itemsOf(shape));
  const type = elementTypeOf(dtype) ?? stringTypeOf(dtype);
  if (lengths === undefined || type === undefined) return undefined;
  const order = isFortran === true || isFortran === 1n ? 'F' : 'C';
  if (Array.isArray(data)) return objectArray(lengths, type, data);
  const bytes = contentOf(data);
  return bytes && contiguous(bytes, type, lengths, order);
}

const OBJECT: ElementType = { name: 'object', kind: 'object', size: 0, littleEndian: true };

/** An array of objects, which are listed in C order whatever the order in memory is. Records are tuples. */
export function objectArray(
  shape: readonly number[],
  type: ElementType,
  objects: readonly Value[],
): NdArray | undefined {
  if (type.kind !== 'object' || elementCount(shape) !== objects.length) return undefined;
  const { fields } = type;
  if (fields && !objects.every((one) => itemsOf(one)?.length === fields.length)) return undefined;
  const strides = contiguousStrides(shape, 1);
  return { type, shape, strides, offset: 0, bytes: new Uint8Array(0), objects };
}

/** The largest number of elements without bytes. A few bytes of a pickle could claim any number of them. */
const MAX_EMPTY = 1_000_000;

/** An array that takes all of the given bytes; undefined if their number does not fit the type and shape. */
export function contiguous(
  bytes: Uint8Array | StoredBytes,
  type: ElementType,
  shape: readonly number[],
  order: 'C' | 'F' = 'C',
): NdArray | undefined {
  const count = elementCount(shape);
  if (type.kind === 'object' || count === undefined || count * type.size !== bytes.length) return undefined;
  if (type.size === 0 && count > MAX_EMPTY) return undefined;
  const layout = { type, shape, strides: contiguousStrides(shape, type.size, order), offset: 0 };
  return isWithin(layout, type.size, bytes.length) ? arrayOver(layout, bytes) : undefined;
}

/** The type of numpy 2's strings of variable length, whose elements are stored as a list. */
export function stringTypeOf(dtype: Value | undefined): ElementType | undefined {
  const args = argumentsOf(dtype, ...STRING_DTYPE);
  if (args === undefined) return undefined;
  const [coerce, ...missing] = args;
  const keywords = [
    ...missing.map((value): [string, Value] => ['na_object', value]),
    ...(numberOf(coerce) === 0 ? [['coerce', false] satisfies [string, Value]] : []),
  ];
  const written = keywords.map(([name, value]) => `${name}=${reprOf(value)}`).join(', ');
  return { ...OBJECT, name: `StringDType(${written})`, keywords };
}

/** `_frombuffer(buffer, dtype, shape, order[, axes])` of protocol 5. */
function fromBuffer([buffer, dtype, shape, order, axes]: readonly Value[]): NdArray | undefined {
  const bytes = contentOf(buffer);
  const type = elementTypeOf(dtype);
  const lengths = numbersOf(itemsOf(shape));
  if (bytes === undefined || type === undefined || lengths === undefined) return undefined;
  if (order === 'K') {
    const permutation = numbersOf(itemsOf(axes));
    const array = contiguous(bytes, type, lengths);
    return array && permutation && isPermutation(permutation, lengths.length)
      ? transpose(array, permutation)
      : undefined;
  }
  return order === 'C' || order === 'F' ? contiguous(bytes, type, lengths, order) : undefined;
}

function isPermutation(axes: readonly number[], count: number): boolean {
  return (
    axes.length === count && new Set(axes).size === count && axes.every((axis) => axis >= 0 && axis < count)
  );
}

/** `_mareconstruct(class, base, (0,), 'b') ⊕ (1, shape, dtype, is_fortran, data, mask, fill_value)`. */
function maskedArray(args: readonly Value[], state: Value | undefined): NdArray | undefined {
  const parts = itemsOf(state);
  if (args.length !== 4 || parts?.length !== 7) return undefined;
  const [, shape, dtype, isFortran, data, maskData] = parts;
  const array = stored(shape, dtype, isFortran, data);
  const bytes = bytesOf(maskData);
  if (array === undefined || bytes === undefined) return undefined;
  const mask = contiguous(bytes, maskType(array.type), array.shape, isFortran === true ? 'F' : 'C');
  return mask && viewOf(array, { mask });
}

/** The type of a mask: a boolean for each element, or for each field of a record (numpy `ma/core.py`, `make_mask_descr`). */
function maskType({ kind, fields = [], element, shape = [] }: ElementType): ElementType {
  const single = simpleType('bool', 1);
  if (kind === 'array' && element !== undefined) return arrayOf(maskType(element), shape) ?? single;
  if (kind !== 'record') return single;
  let size = 0;
  const masks = fields.map(({ name, type }) => {
    const field = { name, type: maskType(type), offset: size };
    size += field.type.size;
    return field;
  });
  return recordOf(masks, size);
}
