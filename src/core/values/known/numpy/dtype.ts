import { parseUnit } from '../../../arrays/instants';
import { elementCount, type ElementField, type ElementType } from '../../../arrays/ndArray';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import { bytesOf, dictOf, itemsOf, nameOf, numberOf, numbersOf, textOf } from '../matching';

const memo = new WeakMap<InertCall, ElementType | null>();

/** The element type that a `numpy.dtype(...)` represents; undefined if it is not one that numpy writes. */
export function elementTypeOf(value: Value | undefined): ElementType | undefined {
  if (!(value instanceof InertCall)) return undefined;
  const remembered = memo.get(value);
  if (remembered !== undefined) return remembered ?? undefined;
  // A type that holds itself is not valid.
  memo.set(value, null);
  const type = parse(value);
  memo.set(value, type ?? null);
  return type;
}

function parse(call: InertCall): ElementType | undefined {
  if (nameOf(call.callable) !== 'numpy.dtype' || call.appended.length + call.entries.length > 0)
    return undefined;
  const [given] = itemsOf(call.args) ?? [];
  const state = itemsOf(call.state);
  const code = textOf(given) ?? (isRecordName(given) ? 'V' : undefined);
  if (code === undefined) return undefined;
  if (call.state !== undefined && (state === undefined || state.length < 7)) return undefined;
  const [, order, subtype, names, fields, size] = state ?? [];
  const isLittle = textOf(order) !== '>';
  if (itemsOf(subtype) !== undefined)
    return subarrayType(itemsOf(subtype) as readonly Value[], numberOf(size));
  if (names instanceof Tuple) return recordType(names, dictOf(fields), numberOf(size));
  return plainType(code, isLittle, numberOf(size), state?.[8]);
}

function isRecordName(value: Value | undefined): boolean {
  return nameOf(value) === 'numpy.record' || nameOf(value) === 'numpy.rec.record';
}

const KINDS: Readonly<Record<string, ElementType['kind'] | undefined>> = {
  b: 'bool',
  i: 'int',
  u: 'uint',
  f: 'float',
  c: 'complex',
  M: 'datetime',
  m: 'timedelta',
  U: 'str',
  S: 'bytes',
  a: 'bytes',
  V: 'void',
  O: 'object',
};

/** Sizes in bytes that numbers have. */
const SIZES: Readonly<Partial<Record<ElementType['kind'], readonly number[]>>> = {
  bool: [1],
  int: [1, 2, 4, 8],
  uint: [1, 2, 4, 8],
  float: [2, 4, 8, 16],
  complex: [8, 16, 32],
  datetime: [8],
  timedelta: [8],
};

/** A type without parts, by its code, such as `f8`, `U12` or `M8`. */
function plainType(
  code: string,
  isLittle: boolean,
  itemSize: number | undefined,
  metadata: Value | undefined,
): ElementType | undefined {
  const match = /^([biufcMmUSaVO])(\d{0,9})$/.exec(code);
  const kind = KINDS[match?.[1] ?? ''];
  if (match === null || kind === undefined) return undefined;
  const number = Number(match[2]);
  if (kind === 'object') return { name: 'object', kind, size: 0, littleEndian: true };
  const size = kind === 'str' ? number * 4 : number;
  if (SIZES[kind] !== undefined && !SIZES[kind].includes(size)) return undefined;
  if (itemSize !== undefined && itemSize >= 0 && itemSize !== size) return undefined;
  if (kind !== 'datetime' && kind !== 'timedelta') return simpleType(kind, size, isLittle);
  const unit = unitOf(metadata);
  return unit === undefined ? undefined : timeType(kind, unit, isLittle);
}

/** A type of numbers or text. @param size in bytes */
export function simpleType(kind: ElementType['kind'], size: number, littleEndian = true): ElementType {
  const order = littleEndian ? '' : '>';
  switch (kind) {
    case 'bool':
      return { name: 'bool', kind, size, littleEndian };
    case 'str':
      return { name: `${littleEndian ? '<' : '>'}U${size / 4}`, kind, size, littleEndian };
    case 'bytes':
      return { name: `|S${size}`, kind, size, littleEndian };
    case 'void':
      return { name: `|V${size}`, kind, size, littleEndian };
    case 'object':
      return { name: 'object', kind, size: 0, littleEndian: true };
    default:
      return {
        name: order === '' || size === 1 ? `${kind}${size * 8}` : `>${kind.charAt(0)}${size}`,
        kind,
        size,
        littleEndian,
      };
  }
}

export function timeType(kind: 'datetime' | 'timedelta', unit: string, littleEndian = true): ElementType {
  const suffix = unit === 'generic' ? '' : `[${unit}]`;
  const name = littleEndian ? `${kind}64${suffix}` : `>${kind === 'datetime' ? 'M' : 'm'}8${suffix}`;
  return { name, kind, size: 8, littleEndian, unit };
}

/** The unit of a time type. @param metadata the ninth part of its state: `(metadata, (unit, count, denominator, event))` */
function unitOf(metadata: Value | undefined): string | undefined {
  const parts = itemsOf(itemsOf(metadata)?.[1]);
  const name = bytesOf(parts?.[0]);
  const count = numberOf(parts?.[1]);
  if (name === undefined || name.length > 10 || count === undefined || count < 1) return undefined;
  const unit = `${count === 1 ? '' : String(count)}${Buffer.from(name).toString('latin1')}`;
  return parseUnit(unit) && unit;
}

function recordType(
  { items }: Tuple,
  fields: Dict | undefined,
  size: number | undefined,
): ElementType | undefined {
  if (fields === undefined || size === undefined || size < 0 || items.length > MAX_FIELDS) return undefined;
  const parts: ElementField[] = [];
  for (const item of items) {
    const name = textOf(item);
    const [type, at, given] = itemsOf(fields.get(item)) ?? [];
    const [fieldType, offset] = [elementTypeOf(type), numberOf(at)];
    if (name === undefined || fieldType === undefined || offset === undefined) return undefined;
    if (offset < 0 || offset + fieldType.size > size) return undefined;
    const title = textOf(given);
    parts.push({ name, ...(title !== undefined && { title }), type: fieldType, offset });
  }
  // If each type holds another one twice, the description doubles with each level.
  const length = parts.reduce((sum, { name, type }) => sum + name.length + type.name.length, 0);
  return length > MAX_DESCRIPTION ? undefined : recordOf(parts, size);
}

/** The largest number of characters in the name of a type. */
const MAX_DESCRIPTION = 10_000_000;

/** The largest number of fields of a record. Nobody makes larger ones. */
const MAX_FIELDS = 100_000;

/** A record type. If a field holds objects, the elements are objects too: tuples. */
export function recordOf(fields: readonly ElementField[], size: number): ElementType {
  const described = fields.map(({ name, type }) => `('${name}', ${quoteType(type)})`).join(', ');
  const name = `[${described}]`;
  if (fields.some(({ type }) => type.kind === 'object'))
    return { name, kind: 'object', size: 0, littleEndian: true, fields };
  return { name, kind: 'record', size, littleEndian: true, fields };
}

function quoteType({ name, fields, element }: ElementType): string {
  return fields || element ? name : `'${name}'`;
}

function subarrayType([base, shape]: readonly Value[], size: number | undefined): ElementType | undefined {
  const element = elementTypeOf(base);
  const lengths = numbersOf(itemsOf(shape) ?? (shape === undefined ? undefined : [shape]));
  if (element === undefined || lengths === undefined) return undefined;
  if (element.kind !== 'object') return arrayOf(element, lengths, size);
  // Each record holds an array of objects, which is an object itself.
  const named = arrayOf(element, lengths);
  return named && { ...named, kind: 'object' };
}

/** @param size of the whole in bytes, which is checked */
export function arrayOf(
  element: ElementType,
  shape: readonly number[],
  size?: number,
): ElementType | undefined {
  const count = elementCount(shape);
  if (count === undefined || (size !== undefined && size !== count * element.size)) return undefined;
  // A type without bytes may claim any number of elements, or of empty rows.
  const isEmpty = count * element.size === 0;
  if (isEmpty && shape.reduce((product, length) => product * Math.max(1, length), 1) > MAX_FIELDS)
    return undefined;
  const name = `(${quoteType(element)}, (${shape.join(', ')}${shape.length === 1 ? ',' : ''}))`;
  return { name, kind: 'array', size: count * element.size, littleEndian: true, element, shape };
}

/** The stored call of a type, as numpy writes it. */
export function dtypeCall(type: ElementType): InertCall {
  const { kind, size, littleEndian, fields, element, shape, unit } = type;
  const code = typeCode(type);
  const call = new InertCall(new InertName('numpy', 'dtype'), new Tuple([code, false, true]));
  const order =
    size === 1 || ['bytes', 'void', 'record', 'array', 'object'].includes(kind)
      ? '|'
      : littleEndian
        ? '<'
        : '>';
  const sized = ['str', 'bytes', 'void', 'record', 'array'].includes(kind);
  const sub = element && shape ? new Tuple([dtypeCall(element), new Tuple(shape.map(BigInt))]) : null;
  const parts = kind === 'record' ? fields : undefined;
  const names = parts ? new Tuple(parts.map(({ name }) => name)) : null;
  const entries = parts?.flatMap(({ name, title, type: one, offset }): [Value, Value][] => {
    if (title === undefined) return [[name, new Tuple([dtypeCall(one), BigInt(offset)])]];
    const field = new Tuple([dtypeCall(one), BigInt(offset), title]);
    return [
      [name, field],
      [title, field],
    ];
  });
  const alignment = sized ? (kind === 'str' ? 4n : 1n) : -1n;
  const flags = kind === 'str' ? 8n : kind === 'object' ? 63n : kind === 'record' ? 16n : 0n;
  const state: Value[] = [
    3n,
    order,
    sub,
    names,
    entries ? Dict.from(entries) : null,
    sized ? BigInt(size) : -1n,
    alignment,
    flags,
  ];
  if (unit !== undefined) {
    const [, count = '', name = ''] = /^(\d*)(.*)$/.exec(unit) ?? [];
    state[0] = 4n;
    state.push(
      new Tuple([new Dict(), new Tuple([Buffer.from(name), BigInt(count === '' ? 1 : count), 1n, 1n])]),
    );
  }
  call.state = new Tuple(state);
  return call;
}

/** The argument of `numpy.dtype(...)` for a type, without the byte order. */
export function typeCode({ kind, size }: ElementType): string {
  switch (kind) {
    case 'bool':
      return 'b1';
    case 'str':
      return `U${size / 4}`;
    case 'bytes':
      return `S${size}`;
    case 'datetime':
      return 'M8';
    case 'timedelta':
      return 'm8';
    case 'object':
      return 'O8';
    case 'record':
    case 'array':
    case 'void':
      return `V${size}`;
    default:
      return `${kind.charAt(0)}${size}`;
  }
}
