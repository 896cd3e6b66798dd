import { isContainer } from '../values/children';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  Tuple,
  ValueSet,
  type Value,
} from '../values/value';
import { flatLiteral } from './flatLiteral';

/** Characters or bytes of an atom that is shown completely, and those that are shown at each end of a longer one. */
const MAX_ATOM = 200;
const END = 80;
/** Items of a container that is shown completely. */
const MAX_ITEMS = 20;
const FIRST_ITEMS = 10;
const LAST_ITEMS = 5;
const MAX_DEPTH = 6;

/**
 * One line of Python source in which the middle of long texts and containers is replaced by a note on how much is missing. Both
 * ends stay visible.
 */
export function elidedLiteral(value: Value, maxLength: number, options: { isStored?: boolean } = {}): string {
  return flatLiteral(elide(value, MAX_DEPTH), maxLength, options);
}

function elide(value: Value, depth: number): Value {
  if (typeof value === 'string') return elideText(value);
  if (value instanceof Uint8Array) return elideBytes(value);
  if (value instanceof ByteArray) return value.bytes.length <= MAX_ATOM ? value : new InertName('', '…');
  if (!isContainer(value)) return value;
  if (depth === 0) return new InertName('', '…');
  return elideContainer(value, (part) => elide(part, depth - 1));
}

function elideContainer(value: Value, inner: (part: Value) => Value): Value {
  if (Array.isArray(value)) return elideItems(value, inner);
  if (value instanceof Tuple) return new Tuple(elideItems(value.items, inner));
  if (value instanceof ValueSet) return elideItems([...value.members], inner);
  if (value instanceof Dict) return elideDict(value, inner);
  if (value instanceof InertReference) return new InertReference(value.kind, inner(value.id));
  if (!(value instanceof InertCall)) return value;
  const { callable, args, kwargs, isNew } = value;
  return new InertCall(inner(callable), inner(args), kwargs && inner(kwargs), isNew);
}

function elideItems(items: readonly Value[], inner: (part: Value) => Value): Value[] {
  if (items.length <= MAX_ITEMS) return items.map(inner);
  return [
    ...items.slice(0, FIRST_ITEMS).map(inner),
    new InertName('', `… ${items.length - FIRST_ITEMS - LAST_ITEMS} more …`),
    ...items.slice(-LAST_ITEMS).map(inner),
  ];
}

function elideDict(dict: Dict, inner: (part: Value) => Value): Value {
  const { keys, values } = dict;
  const shown = (i: number): [Value, Value] => {
    const key = keys[i] as Value;
    return [isContainer(key) ? key : inner(key), inner(values[i] as Value)];
  };
  if (dict.size <= MAX_ITEMS) return Dict.from(keys.map((_, i) => shown(i)));
  const elided = Dict.from(keys.slice(0, FIRST_ITEMS).map((_, i) => shown(i)));
  elided.set(`… ${dict.size - FIRST_ITEMS - LAST_ITEMS} more …`, new InertName('', '…'));
  for (let i = dict.size - LAST_ITEMS; i < dict.size; i++) elided.set(...shown(i));
  return elided;
}

function elideText(text: string): string {
  if (text.length <= MAX_ATOM) return text;
  return `${text.slice(0, END)}… ${text.length - 2 * END} more characters …${text.slice(-END)}`;
}

function elideBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_ATOM) return bytes;
  const middle = Buffer.from(`... ${bytes.length - 2 * END} more bytes ...`);
  return new Uint8Array(Buffer.concat([bytes.subarray(0, END), middle, bytes.subarray(bytes.length - END)]));
}
