import {
  elementCount,
  offsetOf,
  viewOf,
  withoutMask,
  type ElementField,
  type ElementType,
  type NdArray,
} from '../../../arrays/ndArray';
import { Dict, InertCall, Tuple, type Value } from '../../value';
import { expression } from '../matching';
import { recognise } from '../registry';
import { elementsOf } from './elements';
import { nestedLists } from './lists';
import { simpleType } from './dtype';
import { isLongDouble, longNumber } from './readers';

/** `np.array([...], dtype="...")`, without the type if numpy infers it. @param callee for an array of another class @param fill of a masked array */
export function numpyExpression(callee?: string, fill?: Value): (elements: Value, array: NdArray) => Value {
  return (elements, array) => {
    const { shape, mask } = array;
    const given = exactly(elements, array);
    const dtype = isObvious(elements, array) ? undefined : dtypeArgument(array.type);
    // The nested lists of an empty array lose its shape: (0, 3) would be written as [].
    if (elementCount(shape) === 0 && shape.length !== 1) {
      const empty = expression(mask ? 'np.ma.empty' : 'np.empty', [new Tuple(shape.map(BigInt))], { dtype });
      return callee === 'np.matrix' ? expression(callee, [empty]) : empty;
    }
    if (shape[0] === 0 && callee === 'np.rec.array')
      return expression('np.recarray', [new Tuple([0n])], { dtype });
    if (callee === 'np.char.array') {
      const itemsize = BigInt(array.type.kind === 'str' ? array.type.size / 4 : array.type.size);
      return expression(callee, [given], { itemsize: dtype && itemsize });
    }
    if (array.type.fields === undefined && shape.length === 1 && Array.isArray(given) && areAlike(given))
      return expression('np.fromiter', [given], { dtype });
    if (mask === undefined) return expression(callee ?? 'np.array', [given], { dtype });
    return expression('np.ma.array', [given], { mask: nestedLists(mask, false), fill_value: fill, dtype });
  };
}

/** Whether all elements are sequences of one length, which numpy would take for a further dimension. */
function areAlike(elements: readonly Value[]): boolean {
  const first = lengthOf(elements[0]);
  return first !== undefined && elements.every((element) => lengthOf(element) === first);
}

function lengthOf(value: Value | undefined): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  return value instanceof InertCall ? recognise(value)?.children?.count : undefined;
}

/** The elements, with all digits of long doubles. */
export function exactly(elements: Value, array: NdArray): Value {
  const { type, shape, strides } = array;
  if (isLongDouble(type)) return longNumbers(elements, array);
  if (type.kind !== 'complex' || type.size !== 32) return elements;
  const float = simpleType('float', 16, type.littleEndian);
  const view = viewOf(withoutMask(array), { type: float, shape: [...shape, 2], strides: [...strides, 16] });
  const parts = longNumbers(nestedLists(view, false), view);
  if (!holdsText(parts)) return elements;
  const numbers = expression('np.array', [parts], { dtype: dtypeArgument(float) });
  const complex = expression('np.ndarray.view', [numbers, dtypeArgument(type)]);
  return expression('np.reshape', [complex, new Tuple(shape.map(BigInt))]);
}

function holdsText(value: Value): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.some(holdsText));
}

/** Nested lists of long doubles with all of their digits. */
function longNumbers(elements: Value, array: NdArray): Value {
  let ordinal = 0;
  const { text } = elementsOf(array);
  const write = (one: Value): Value =>
    Array.isArray(one) ? one.map(write) : longNumber(one, text(offsetOf(array, ordinal++)));
  return write(elements);
}

/** Types that numpy infers from Python's own numbers. */
const OBVIOUS: ReadonlySet<string> = new Set(['bool', 'int64', 'float64', 'complex128']);

function isObvious(elements: Value, { type, shape }: NdArray): boolean {
  if (elementCount(shape) === 0) return type.name === 'float64';
  // numpy makes a text type as wide as the longest text.
  if (type.kind === 'str') return type.littleEndian && longest(elements) * 4 === type.size;
  return OBVIOUS.has(type.name);
}

/** Characters of the longest text in nested lists. */
function longest(elements: Value): number {
  if (typeof elements === 'string') return Array.from(elements).length;
  if (!Array.isArray(elements)) return 0;
  return elements.reduce<number>((most, one) => Math.max(most, longest(one)), 0);
}

/** The value of the `dtype` argument. */
export function dtypeArgument(type: ElementType): Value {
  const { fields, element, shape } = type;
  if (fields !== undefined) return isPacked(type, fields) ? packedFields(fields) : placedFields(type, fields);
  if (element && shape) return new Tuple([dtypeArgument(element), new Tuple(shape.map(BigInt))]);
  if (type.keywords === undefined) return type.name;
  return expression('np.dtypes.StringDType', [], Object.fromEntries(type.keywords));
}

/** Whether the fields lie one after another, so that no offsets need to be given. */
function isPacked({ kind, size }: ElementType, fields: readonly ElementField[]): boolean {
  let end = 0;
  for (const field of fields) {
    if (field.offset !== end) return false;
    end += sizeOf(field.type);
  }
  return kind === 'object' || end === size;
}

/** The size of a type in memory, in bytes. An object is a pointer. */
function sizeOf({ kind, size, fields }: ElementType): number {
  if (kind !== 'object') return size;
  const last = fields?.at(-1);
  return last === undefined ? 8 : last.offset + sizeOf(last.type);
}

function packedFields(fields: readonly ElementField[]): Value {
  return fields.map(({ name, title, type }) => {
    const names = title === undefined ? name : new Tuple([title, name]);
    if (type.kind !== 'array' || type.element === undefined) return new Tuple([names, dtypeArgument(type)]);
    return new Tuple([names, dtypeArgument(type.element), new Tuple((type.shape ?? []).map(BigInt))]);
  });
}

function placedFields({ kind, size }: ElementType, fields: readonly ElementField[]): Value {
  const parts: [Value, Value][] = [
    ['names', fields.map(({ name }) => name)],
    ['formats', fields.map(({ type }) => dtypeArgument(type))],
    ['offsets', fields.map(({ offset }) => BigInt(offset))],
  ];
  if (fields.some(({ title }) => title !== undefined))
    parts.push(['titles', fields.map(({ title = null }) => title)]);
  if (kind !== 'object') parts.push(['itemsize', BigInt(size)]);
  return Dict.from(parts);
}
