import { elementCount, offsetOf, takeAt, withoutMask, type NdArray } from '../../../arrays/ndArray';
import type { Child } from '../../children';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { say, type Words } from '../../../text';
import { arrayRepr } from '../print/numpyText';
import { remember } from '../registry';
import { arrayColumns } from './arrayColumn';
import { dtypeCall } from './dtype';
import { elementsOf } from './elements';
import { numpyExpression } from './expressions';
import { checkListed, elementOf, nestedLists } from './lists';

/** How an array of a class other than numpy's own is named and written. */
export interface ArrayNames {
  readonly library: string;
  readonly type: string;
  /** Its Python expression, with the elements in nested lists. */
  readonly python: (elements: Value, array: NdArray) => Value;
  /** Text after the shape in the preview. */
  readonly remark?: Words;
}

const NUMPY: ArrayNames = { library: 'numpy', type: 'ndarray', python: numpyExpression() };

/** How an array is shown. @param names of a class other than `numpy.ndarray` */
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
    python: (limit) => (count > limit ? undefined : names.python(listOf(array), array)),
    plain: () => nestedLists(array, true),
    array,
    ...(names === NUMPY && { repr: () => arrayRepr(array) }),
    ...(isTable && {
      table: () => ({ rowCount: shape[0] as number, columns: arrayColumns(array) ?? [], index: [] }),
    }),
  };
}

/** The elements as nested lists. Those of a masked array are complete, as its expression has the mask beside them. */
function listOf(array: NdArray): Value {
  return nestedLists(array.mask === undefined ? array : withoutMask(array), false);
}

const MAX_TABLE_WIDTH = 100_000;

/** The largest number of elements that the preview of an array shows. */
const SHOWN_ELEMENTS = 4;

function arrayLine(array: NdArray, { type, remark }: ArrayNames): Words {
  const { shape } = array;
  const names = `${type} ${array.type.name} ${shapeText(shape)}`;
  const head = remark === undefined ? names : say`${names} ${remark}`;
  const count = elementCount(shape) ?? 0;
  if (count === 0 || count > SHOWN_ELEMENTS || shape.length > 1 || array.type.fields !== undefined)
    return head;
  const texts = Array.from({ length: count }, (_, i) => elementText(array, i));
  const line = shape.length === 0 ? (texts[0] as string) : `[${texts.join(', ')}]`;
  return line.length > 60 ? head : say`${head} ${line}`;
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

/** An array as a value that is recognized at once. The state of its call, for writing a pickle, is made on request. */
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
  checkListed(count);
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

/** A dictionary, the JSON form of a value with named parts. */
export function namedParts(parts: Readonly<Record<string, Value>>): Dict {
  return Dict.from(Object.entries(parts));
}
