import {
  elementCount,
  type ElementField,
  type ElementType,
  type NdArray,
  offsetOf,
  takeField,
  viewOf,
} from '../../../arrays/ndArray';
import { LimitError } from '../../../errors';
import { DECODED_MEMORY, WRITTEN_TEXT } from '../../../limits';
import { say } from '../../../text';
import { InertCall, type Value } from '../../value';
import { recognise } from '../registry';
import { elementsOf } from './elements';
import { recordValue } from './readers';

/** The largest number of elements in lists. With its place in a list, each may take 32 bytes of the budget of decoded values. */
const MAX_LISTED = DECODED_MEMORY / 32;

/** How many times the memory of a number an element takes in a list, if it is a value with parts. */
function weightOf({ kind, fields = [] }: ElementType, isPlain: boolean): number {
  switch (kind) {
    case 'complex':
      return isPlain ? 4 : 48;
    case 'datetime':
    case 'timedelta':
      return isPlain ? 8 : 16;
    case 'record':
    case 'array':
      return 48 + 2 * fields.length;
    default:
      return 1;
  }
}

/** @throws LimitError if there are too many elements to write them out */
export function checkListed(count: number, weight = 1): void {
  const most = Math.floor(MAX_LISTED / weight);
  if (count > most)
    throw new LimitError(
      say`The number of elements that are written out`,
      most,
      say`elements`,
      say`Write out a part of it.`,
    );
}

/** Elements whose texts tell how long those of all are, and elements whose texts always fit. */
const SAMPLES = 256;
const ALWAYS_FIT = 1_000_000;

/** Refuses an array at once whose elements do not fit into a text. @throws LimitError */
function checkText(array: NdArray): void {
  const count = elementCount(array.shape) ?? 0;
  if (count < ALWAYS_FIT || array.objects !== undefined) return;
  const { text } = elementsOf(array);
  let length = 0;
  for (let i = 0; i < SAMPLES; i++)
    length += text(offsetOf(array, Math.floor((i * count) / SAMPLES))).length + ', '.length;
  // Others may be somewhat shorter.
  checkListed(count, (0.9 * MAX_LISTED * length) / SAMPLES / WRITTEN_TEXT);
}

/** The only element of an array without dimensions. A masked element, or masked field of a record, is None. */
export function elementOf(array: NdArray): Value {
  const { mask, type } = array;
  if (mask?.type.fields !== undefined && type.fields !== undefined)
    return recordValue(type.fields.map((field) => [field.name, fieldOf(array, field)]));
  if (mask && elementsOf(mask).value(mask.offset) === true) return null;
  return elementsOf(array).value(array.offset);
}

function fieldOf(record: NdArray, field: ElementField): Value {
  const view = takeField(record, field);
  return view.shape.length === 0 ? elementOf(view) : nestedLists(view, false);
}

/**
 * The elements in nested lists, or the only element of an array without dimensions.
 * @param isPlain whether elements have their form in JSON: records as dictionaries, times as text
 * @throws LimitError if there are too many of them
 */
export function nestedLists(array: NdArray, isPlain: boolean): Value {
  checkListed(listedCount(array.shape), weightOf(array.type, isPlain));
  checkText(array);
  const read = elementReader(array);
  const isOwn = array.objects === undefined || array.type.fields !== undefined;
  const list = (axis: number, at: number, maskAt: number): Value => {
    if (axis === array.shape.length) {
      const value = read(at, maskAt);
      return isOwn && value instanceof InertCall ? simpler(value, isPlain) : value;
    }
    const stride = array.strides[axis] as number;
    const maskStride = array.mask?.strides[axis] ?? 0;
    const items = new Array<Value>(array.shape[axis] as number);
    for (let i = 0; i < items.length; i++)
      items[i] = list(axis + 1, at + i * stride, maskAt + i * maskStride);
    return items;
  };
  return list(0, array.offset, array.mask?.offset ?? 0);
}

/** The number of lists and elements in nested lists. A shape without elements can still have any number of lists. */
function listedCount(shape: readonly number[]): number {
  let [all, lists] = [1, 1];
  for (const length of shape) {
    lists *= length;
    all += lists;
  }
  return all;
}

/** Reads an element at an offset, unless the mask is true at its own offset. */
function elementReader(array: NdArray): (at: number, maskAt: number) => Value {
  const { mask } = array;
  const elements = elementsOf(array);
  if (mask === undefined) return (at) => elements.value(at);
  if (mask.type.fields !== undefined) {
    const single = { shape: [], strides: [] };
    return (at, offset) =>
      elementOf(viewOf(array, { ...single, offset: at, mask: viewOf(mask, { ...single, offset }) }));
  }
  const masked = elementsOf(mask);
  return (at, maskAt) => (masked.value(maskAt) === true ? null : elements.value(at));
}

/** An element of numpy in a list, in its form for Python or JSON. */
function simpler(value: InertCall, isPlain: boolean): Value {
  const known = recognise(value);
  if (known === undefined) return value;
  if (isPlain) return known.plain();
  // The type of the array determines how numpy reads a text.
  return known.type === 'datetime64'
    ? (known.text ?? null)
    : known.type === 'void'
      ? (known.python(Infinity) ?? value)
      : value;
}
