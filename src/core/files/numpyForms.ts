import { DecodeError } from '../errors';
import { Dict, InertCall, InertName, Tuple, type Value } from '../values/value';
import type { StoredBytes } from '../values/byteSource';
import { say } from '../text';

/*
 * Converts the description and bytes of an array in a file to the call that a pickle of the same array has, so that all arrays
 * are recognized, copied and saved by the same code.
 */

/** A dtype as the call that makes it, with the size of an element in bytes, which is 0 for objects. */
export interface Dtype {
  readonly call: InertCall;
  readonly itemSize: number;
  readonly hasObjects: boolean;
}

const MULTIARRAY = 'numpy._core.multiarray';
/** The limit for the size of an element in bytes. */
const MAX_ITEM_SIZE = 2 ** 31;

/** An array as `_reconstruct(numpy.ndarray, (0,), b'b')` with its state. */
export function arrayCall(
  shape: readonly number[],
  { call }: Dtype,
  isFortran: boolean,
  data: Uint8Array | StoredBytes | Value[],
  type = new InertName('numpy', 'ndarray'),
): InertCall {
  const empty = [type, new Tuple([0n]), Uint8Array.of(0x62)];
  const array = new InertCall(new InertName(MULTIARRAY, '_reconstruct'), new Tuple(empty));
  array.state = new Tuple([1n, new Tuple(shape.map(BigInt)), call, isFortran, data]);
  return array;
}

/** The dtype for the `descr` of a `.npy` header: a code such as `<f8`, or a list of fields. @throws DecodeError */
export function dtypeOf(description: Value): Dtype {
  if (typeof description === 'string') return simpleDtype(description);
  if (Array.isArray(description)) return structuredDtype(description);
  // A sub-array: (base, shape).
  if (description instanceof Tuple && description.items.length === 2)
    return subArrayDtype(dtypeOf(description.items[0] as Value), description.items[1] as Value);
  throw unknown(description);
}

function simpleDtype(code: string): Dtype {
  const match = /^([<>|=])?([biufcmMOSUV?])(\d{0,9})(?:\[(\d{0,9})([a-zA-Zμ]{1,7})\])?$/.exec(code);
  if (!match) throw unknown(code);
  const [, order = '|', kind = '', digits = '', count, unit] = match;
  const number = digits === '' ? 1 : Number(digits);
  const byteOrder = order === '=' ? '<' : order;
  if (kind === '?') return basic('b1', '|', 1);
  if (kind === 'O') return { ...basic('O8', '|', 0, 63n), hasObjects: true };
  if (kind === 'M' || kind === 'm') return time(`${kind}8`, byteOrder, unit ?? 'generic', count);
  if (kind === 'U') return sized(`U${number}`, byteOrder, 4 * number, 4n, 8n);
  if (kind === 'S' || kind === 'V') return sized(`${kind}${number}`, '|', number, 1n, 0n);
  if (digits === '' || number > 32) throw unknown(code);
  return basic(`${kind}${number}`, byteOrder, number);
}

function basic(code: string, order: string, itemSize: number, flags = 0n): Dtype {
  const state = [3n, order, null, null, null, -1n, -1n, flags];
  return { call: dtypeCall(code, state), itemSize, hasObjects: false };
}

function sized(code: string, order: string, itemSize: number, alignment: bigint, flags: bigint): Dtype {
  const state = [3n, order, null, null, null, BigInt(itemSize), alignment, flags];
  return { call: dtypeCall(code, state), itemSize, hasObjects: false };
}

function time(code: string, order: string, unit: string, count: string | undefined): Dtype {
  const step = count === undefined || count === '' ? 1n : BigInt(count);
  const meta = new Tuple([new Dict(), new Tuple([Uint8Array.from(Buffer.from(unit)), step, 1n, 1n])]);
  const state = [4n, order, null, null, null, -1n, -1n, 0n, meta];
  return { call: dtypeCall(code, state), itemSize: 8, hasObjects: false };
}

function structuredDtype(description: readonly Value[]): Dtype {
  const names: string[] = [];
  const fields = new Dict();
  let offset = 0;
  let hasObjects = false;
  for (const field of description) {
    const { name, title, type } = fieldOf(field);
    const place = [type.call, BigInt(offset), ...(title === undefined ? [] : [title])];
    // A part without a name is padding, not a field.
    if (name !== '') {
      names.push(name);
      fields.set(name, new Tuple(place));
    }
    hasObjects ||= type.hasObjects;
    offset += type.hasObjects && type.itemSize === 0 ? 8 : type.itemSize;
    if (offset > MAX_ITEM_SIZE) throw unknown('…');
  }
  const state = [3n, '|', null, new Tuple(names), fields, BigInt(offset), 1n, 16n];
  return { call: dtypeCall(`V${offset}`, state), itemSize: offset, hasObjects };
}

/** A field `(name, description)` or `(name, description, shape)`, whose name may also be `(title, name)`. */
function fieldOf(field: Value): { name: string; title?: string; type: Dtype } {
  if (!(field instanceof Tuple)) throw unknown(field);
  const [label, description, shape] = field.items;
  const [title, name] = label instanceof Tuple ? label.items : [undefined, label];
  if (typeof name !== 'string' || description === undefined) throw unknown(field);
  const base = dtypeOf(description);
  const type = shape === undefined ? base : subArrayDtype(base, shape);
  return { name, type, ...(typeof title === 'string' && { title }) };
}

function subArrayDtype(base: Dtype, shape: Value): Dtype {
  const sizes = shapeOf(shape instanceof Tuple ? shape : new Tuple([shape]));
  if (sizes === undefined) throw unknown(shape);
  const itemSize = byteCount(sizes, base.itemSize);
  if (itemSize === undefined || itemSize > MAX_ITEM_SIZE) throw unknown(shape);
  const part = new Tuple([base.call, new Tuple(sizes.map(BigInt))]);
  const state = [3n, '|', part, null, null, BigInt(itemSize), 1n, 0n];
  return { call: dtypeCall(`V${itemSize}`, state), itemSize, hasObjects: base.hasObjects };
}

function dtypeCall(code: string, state: Value[]): InertCall {
  const call = new InertCall(new InertName('numpy', 'dtype'), new Tuple([code, false, true]));
  call.state = new Tuple(state);
  return call;
}

/** The lengths along the axes; undefined if the value is not a shape. */
export function shapeOf(value: Value): number[] | undefined {
  if (!(value instanceof Tuple) || value.items.length > 64) return undefined;
  const sizes = value.items.map((item) => (typeof item === 'bigint' ? Number(item) : NaN));
  return sizes.every((size) => Number.isSafeInteger(size) && size >= 0) ? sizes : undefined;
}

/** The size of an array in bytes; undefined if no file can be that large. */
export function byteCount(shape: readonly number[], itemSize: number): number | undefined {
  if (shape.includes(0)) return 0;
  let count = itemSize;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

function unknown(description: Value): DecodeError {
  const text = typeof description === 'string' ? `"${description.slice(0, 40)}"` : 'of its elements';
  return new DecodeError('.npy', say`its type ${text} is unknown`);
}
