import { LimitError } from '../../../errors';
import { elementCount, offsetOf, takeAt, type ElementType, type NdArray } from '../../../data/ndArray';
import type { Child } from '../../children';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { expression } from '../matching';
import { recognise, remember } from '../registry';
import { arrayColumns } from './arrayColumn';
import { dtypeCall } from './dtype';
import { elementsOf } from './elements';

/** What an array is called, where that is not numpy's own. */
export interface ArrayNames {
  readonly library: string;
  readonly type: string;
  /** What one would type, with the elements in nested lists. */
  readonly python: (elements: Value, array: NdArray) => Value;
  /** Words behind the shape. */
  readonly remark?: string;
}

const NUMPY: ArrayNames = { library: 'numpy', type: 'ndarray', python: numpyExpression };

/** An array, of numpy unless it is called otherwise. */
export function knownArray(array: NdArray, names: ArrayNames = NUMPY): Known {
  const { shape } = array;
  const count = elementCount(shape) ?? 0;
  const isTable = shape.length === 1 || (shape.length === 2 && (shape[1] as number) <= MAX_TABLE_WIDTH);
  return {
    library: names.library,
    type: names.type,
    line: arrayLine(array, names),
    ...(shape.length > 0 && {
      children: { count: shape[0] as number, at: (i: number) => arrayChild(array, i, names) },
    }),
    python: (limit) => (count > limit ? undefined : names.python(nestedLists(array, false), array)),
    plain: () => nestedLists(array, true),
    array,
    ...(isTable && {
      table: () => ({ rowCount: shape[0] as number, columns: arrayColumns(array) ?? [], index: [] }),
    }),
  };
}

const MAX_TABLE_WIDTH = 100_000;

/** Elements that are shown in the line of an array. */
const SHOWN_ELEMENTS = 4;

function arrayLine(array: NdArray, { type, remark }: ArrayNames): string {
  const { shape } = array;
  const head = [type, array.type.name, shapeText(shape), ...(remark === undefined ? [] : [remark])].join(' ');
  const count = elementCount(shape) ?? 0;
  if (count === 0 || count > SHOWN_ELEMENTS || shape.length > 1 || array.type.kind === 'record') return head;
  const texts = Array.from({ length: count }, (_, i) => elementText(array, i));
  const line = shape.length === 0 ? (texts[0] as string) : `[${texts.join(', ')}]`;
  return line.length > 60 ? head : `${head} ${line}`;
}

/** `(2, 3)`, `(3,)`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0] ?? 0},)` : `(${shape.join(', ')})`;
}

/** The text of an element by its number in C order. */
export function elementText(array: NdArray, ordinal: number): string {
  if (array.mask && elementsOf(array.mask).value(offsetOf(array.mask, ordinal)) === true) return '--';
  return elementsOf(array).text(offsetOf(array, ordinal));
}

function arrayChild(array: NdArray, index: number, names: ArrayNames): Child {
  const part = takeAt(array, index);
  const step = { kind: 'index', index } as const;
  return { step, value: part.shape.length === 0 ? elementOf(part) : arrayValue(part, names) };
}

/** The only element of an array without dimensions. */
export function elementOf(array: NdArray): Value {
  if (array.mask && elementsOf(array.mask).value(array.mask.offset) === true) return null;
  return elementsOf(array).value(array.offset);
}

/** A value that is known to be an array. Its stored call, which pickles of it have, is made when it is asked for. */
export function arrayValue(array: NdArray, names: ArrayNames = NUMPY): InertCall {
  const args = new Tuple([new InertName('numpy', 'ndarray'), new Tuple([0n]), Buffer.from('b')]);
  const call = new InertCall(new InertName('numpy.core.multiarray', '_reconstruct'), args);
  let state: Value | undefined;
  Object.defineProperty(call, 'state', { enumerable: true, get: () => (state ??= storedState(array)) });
  return remember(call, knownArray(array, names));
}

function storedState(array: NdArray): Value {
  const { shape, type } = array;
  return new Tuple([1n, new Tuple(shape.map(BigInt)), dtypeCall(type), false, storedData(array)]);
}

function storedData(array: NdArray): Value {
  const count = elementCount(array.shape) ?? 0;
  if (count > MAX_LISTED) throw tooManyElements();
  if (array.objects !== undefined)
    return Array.from({ length: count }, (_, i) => array.objects?.[offsetOf(array, i)] ?? null);
  const { size } = array.type;
  const bytes = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const at = offsetOf(array, i);
    bytes.set(array.bytes.subarray(at, at + size), i * size);
  }
  return bytes;
}

/** Elements that are written out at most. */
const MAX_LISTED = 64 * 1024 * 1024;

function tooManyElements(): LimitError {
  return new LimitError(
    'The number of elements that are written out',
    MAX_LISTED,
    'elements',
    'Write out a part of it.',
  );
}

/** Elements in nested lists; the only one where there is no dimension. @param isPlain records as dictionaries, times as text */
function nestedLists(array: NdArray, isPlain: boolean): Value {
  if ((elementCount(array.shape) ?? 0) > MAX_LISTED) throw tooManyElements();
  const elements = elementsOf(array);
  const masked = array.mask && elementsOf(array.mask);
  const read = (at: number, maskAt: number): Value => {
    if (masked?.value(maskAt) === true) return null;
    const value = elements.value(at);
    return array.objects === undefined && value instanceof InertCall ? simpler(value, isPlain) : value;
  };
  const list = (axis: number, at: number, maskAt: number): Value => {
    if (axis === array.shape.length) return read(at, maskAt);
    const stride = array.strides[axis] as number;
    const maskStride = array.mask?.strides[axis] ?? 0;
    const items = new Array<Value>(array.shape[axis] as number);
    for (let i = 0; i < items.length; i++)
      items[i] = list(axis + 1, at + i * stride, maskAt + i * maskStride);
    return items;
  };
  return list(0, array.offset, array.mask?.offset ?? 0);
}

/** In a list of numpy's elements, as Python or JSON take it. */
function simpler(value: InertCall, isPlain: boolean): Value {
  const known = recognise(value);
  if (known === undefined) return value;
  if (isPlain) return known.plain();
  // What numpy makes of a text is told by the type of the array.
  return known.type === 'datetime64'
    ? (known.line ?? null)
    : known.type === 'void'
      ? (known.python(Infinity) ?? value)
      : value;
}

/** `np.array([...], dtype="...")`, without the type where numpy would find it itself. */
export function numpyExpression(elements: Value, array: NdArray): Value {
  const dtype =
    OBVIOUS.has(array.type.name) || array.type.kind === 'str' ? undefined : dtypeArgument(array.type);
  if (array.mask === undefined) return expression('np.array', [elements], { dtype });
  return expression('np.ma.array', [elements], { mask: nestedLists(array.mask, false), dtype });
}

/** Types of arrays that are made of Python's own numbers. */
const OBVIOUS: ReadonlySet<string> = new Set(['bool', 'int64', 'float64', 'complex128']);

/** What one would give as `dtype`. */
export function dtypeArgument(type: ElementType): Value {
  const { kind, fields, element, shape } = type;
  if (kind === 'record' && fields !== undefined) {
    const described = fields.map(({ name, type: one }) => {
      if (one.kind !== 'array' || one.element === undefined) return new Tuple([name, dtypeArgument(one)]);
      return new Tuple([name, dtypeArgument(one.element), new Tuple((one.shape ?? []).map(BigInt))]);
    });
    return described;
  }
  if (kind === 'array' && element && shape)
    return new Tuple([dtypeArgument(element), new Tuple(shape.map(BigInt))]);
  return type.name;
}

/** A dictionary as what JSON can say of a value that has named parts. */
export function namedParts(parts: Readonly<Record<string, Value>>): Dict {
  return Dict.from(Object.entries(parts));
}
