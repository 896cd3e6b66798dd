import {
  contiguousStrides,
  elementCount,
  isWithin,
  transpose,
  viewOf,
  type ElementType,
  type NdArray,
} from '../../../arrays/ndArray';
import { arrayOver } from '../../../arrays/arrayPart';
import type { StoredBytes } from '../../byteSource';
import { InertCall, InertName, type Value } from '../../value';
import type { Known } from '../known';
import {
  argumentsOf,
  bytesOf,
  contentOf,
  expression,
  hasNoItems,
  isBare,
  itemsOf,
  nameOf,
  numbersOf,
  shortName,
  textOf,
} from '../matching';
import { recognise, type Form, type Forms } from '../registry';
import { arrayOf, elementTypeOf, recordOf, simpleType } from './dtype';
import { dtypeArgument, numpyExpression } from './expressions';
import { elementText, knownArray } from './knownArray';
import { elementOf } from './lists';
import { objectForms } from './objects';

const memo = new WeakMap<InertCall, NdArray | null>();

/** The array that a value stands for, as numpy writes it; undefined where it is none, or its lengths do not fit together. */
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

/** `_reconstruct(numpy.ndarray, (0,), b'b')` by itself, where its pickle is cut off behind it: an array of no bytes. */
function unfilled([type, shape, code]: readonly Value[]): NdArray | undefined {
  const isUsual = nameOf(type) === 'numpy.ndarray' && numbersOf(itemsOf(shape))?.join() === '0';
  if (!isUsual || textOf(code) !== 'b') return undefined;
  return contiguous(new Uint8Array(0), simpleType('int', 1), [0]);
}

function both(suffix: string): readonly string[] {
  return [`numpy.core.${suffix}`, `numpy._core.${suffix}`];
}

const RECONSTRUCT = both('multiarray._reconstruct');
const FROMBUFFER = both('numeric._frombuffer');
const SCALAR = both('multiarray.scalar');
const STRING_DTYPE = both('_internal._convert_to_stringdtype_kwargs');

/** `_reconstruct(class, (0,), b'b') ⊕ (1, shape, dtype, is_fortran, data)`. */
function reconstructed(args: readonly Value[], state: Value): NdArray | undefined {
  const [type, placeholder, code] = args;
  if (args.length !== 3 || nameOf(type) === undefined || itemsOf(placeholder)?.length !== 1) return undefined;
  if (bytesOf(code)?.length !== 1) return undefined;
  const parts = itemsOf(state);
  if (parts === undefined || parts.length < 4 || parts.length > 5) return undefined;
  // The oldest files have no version in front.
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

/** An array whose elements are values of their own, listed in C order whatever its order in memory is; of records each a tuple. */
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

/** Elements that take no bytes, of which a few bytes could claim any number. */
const MAX_EMPTY = 1_000_000;

/** The whole of some bytes as an array. */
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

/** numpy 2's strings of any length, whose elements are stored as a list. */
function stringTypeOf(dtype: Value | undefined): ElementType | undefined {
  const args = argumentsOf(dtype, ...STRING_DTYPE);
  return args && { ...OBJECT, name: 'StringDType()' };
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

/** A boolean for each element, of records for each field (numpy `ma/core.py`, `make_mask_descr`). */
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

/** What an array's own class calls it. */
function arrayForm(call: InertCall, args: readonly Value[]): Known | undefined {
  const array = arrayOfValue(call);
  if (array === undefined) return undefined;
  if (array.mask !== undefined)
    return knownArray(array, { library: 'numpy', type: 'MaskedArray', python: numpyExpression() });
  const name = nameOf(args[0]);
  if (name === undefined || name === 'numpy.ndarray' || FROMBUFFER.includes(nameOf(call.callable) as string))
    return knownArray(array);
  const isOwn = SUBCLASSES.has(name);
  const known = knownArray(array, {
    library: isOwn ? 'numpy' : '',
    type: shortName(args[0] as Value),
    python: numpyExpression(SUBCLASSES.get(name)),
  });
  return isOwn ? known : { ...known, isRecord: true, ofClass: args[0] as Value };
}

/** Classes of arrays that numpy has, and what makes one of nested lists. */
const SUBCLASSES: ReadonlyMap<string, string> = new Map([
  ['numpy.recarray', 'np.rec.array'],
  ['numpy.rec.recarray', 'np.rec.array'],
  ['numpy.matrix', 'np.matrix'],
  ['numpy.matrixlib.defmatrix.matrix', 'np.matrix'],
  ['numpy.memmap', 'np.array'],
  ['numpy.core.memmap.memmap', 'np.array'],
  ['numpy.chararray', 'np.char.array'],
  ['numpy.char.chararray', 'np.char.array'],
  ['numpy.ma.core.MaskedArray', 'np.ma.array'],
  ['numpy.ma.MaskedArray', 'np.ma.array'],
]);

/** `scalar(dtype, bytes)`: one element. */
const scalarForm: Form = (call, args) => {
  const value = isBare(call) ? scalarValue(args) : undefined;
  if (value === undefined) return undefined;
  const known = recognise(value.element);
  const { type } = value;
  return {
    library: 'numpy',
    type: scalarName(type),
    ...(known?.line !== undefined && { line: known.line }),
    text: value.text,
    ...(known?.children && { children: known.children }),
    python: (limit) => scalarExpression(value, limit),
    plain: () => (known ? known.plain() : value.element),
  };
};

function scalarExpression({ type, element }: Scalar, limit: number): Value | undefined {
  const { kind } = type;
  if (kind === 'object' && type.fields === undefined) return element;
  if (kind === 'datetime' || kind === 'timedelta') return recognise(element)?.python(limit) ?? element;
  // What numpy makes of a record is an element of an array of such.
  if (type.fields !== undefined)
    return expression('np.array', [recognise(element)?.python(limit) ?? element], {
      dtype: dtypeArgument(type),
    });
  return expression(`np.${scalarName(type)}`, [element]);
}

const SCALAR_NAMES: Readonly<Partial<Record<ElementType['kind'], string>>> = {
  str: 'str_',
  bytes: 'bytes_',
  bool: 'bool_',
  record: 'void',
};

/** The class of an element; numbers of either byte order have one. */
function scalarName({ kind, name, size }: ElementType): string {
  if (/^[<>|]/.test(name) && SCALAR_NAMES[kind] === undefined) return `${kind}${size * 8}`;
  return SCALAR_NAMES[kind] ?? name;
}

interface Scalar {
  readonly type: ElementType;
  readonly element: Value;
  readonly text: string;
}

/** The element of `scalar(dtype, bytes)`. */
function scalarValue([dtype, data]: readonly Value[]): Scalar | undefined {
  const type = elementTypeOf(dtype);
  if (type === undefined || data === undefined) return undefined;
  if (type.kind === 'object') return { type, element: data, text: '' };
  const bytes = bytesOf(data);
  const array = bytes && contiguous(bytes, type, []);
  if (array === undefined) return undefined;
  const element = elementOf(array);
  return { type, element, text: elementText(array, 0) };
}

/** The element that a value stands for where it is a scalar of numpy; otherwise the value itself. */
export function withoutScalar(value: Value): Value {
  const args = argumentsOf(value, ...SCALAR);
  return (args && scalarValue(args)?.element) ?? value;
}

const dtypeForm: Form = (call) => {
  const type = elementTypeOf(call) ?? stringTypeOf(call);
  return (
    type && {
      library: 'numpy',
      type: 'dtype',
      line: `dtype ${type.name}`,
      ...(type.fields === undefined && type.element === undefined && { text: type.name }),
      python: () => expression('np.dtype', [dtypeArgument(type)]),
      plain: () => type.name,
    }
  );
};

/** `_ufunc_reconstruct(module, name)`, which numpy before 1.20 writes. It imports the module, so that only numpy's own is taken. */
const functionForm: Form = (call, [module, name, ...more]) => {
  if (!isBare(call) || more.length > 0 || typeof name !== 'string' || !/^\w+$/.test(name)) return undefined;
  if (module !== 'numpy.core._multiarray_umath' && module !== 'numpy._core._multiarray_umath')
    return undefined;
  return {
    library: 'numpy',
    type: 'ufunc',
    line: `ufunc ${name}`,
    python: () => new InertName('', `np.${name}`),
    plain: () => name,
  };
};

const forms: Forms = {
  ...Object.fromEntries(
    [...RECONSTRUCT, ...FROMBUFFER, 'numpy.ma.core._mareconstruct'].map((name) => [name, arrayForm]),
  ),
  'numpy.core._ufunc_reconstruct': functionForm,
  'numpy._core._ufunc_reconstruct': functionForm,
  ...Object.fromEntries(SCALAR.map((name) => [name, scalarForm])),
  ...Object.fromEntries(['numpy.dtype', ...STRING_DTYPE].map((name) => [name, dtypeForm])),
  ...objectForms,
};

export const numpy = { forms };
