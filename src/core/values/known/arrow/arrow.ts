import { dateText, floorDivide, instantOf, type Unit } from '../../../arrays/instants';
import type { ElementType, NdArray } from '../../../arrays/ndArray';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import { argumentsOf, bytesOf, itemsOf, numberOf, textOf } from '../matching';
import { contiguous } from '../numpy/numpy';
import { simpleType, timeType } from '../numpy/dtype';
import { durationsVector, integersOf, timesVector } from '../pandas/times';
import {
  arrayVector,
  codedVector,
  maskedVector,
  missingCell,
  valuesVector,
  type Vector,
} from '../pandas/vector';
import { namedZone } from '../standard/zones';
import { arrowTypeOf, fieldOf } from './types';

/** Levels of lists and structures that are read. */
const MAX_DEPTH = 20;

/** `(type, length, null_count, offset, buffers, children, dictionary)`, as `_restore_array` takes it. */
type Parts = readonly Value[];

/** The array, or array in chunks, of pyarrow that a value stands for; undefined where its lengths do not fit its buffers. */
export function arrowVector(value: Value | undefined): Vector | undefined {
  const restored = argumentsOf(value, 'pyarrow.lib._restore_array');
  if (restored !== undefined) return restoredArray(itemsOf(restored[0]), 0);
  const chunked = argumentsOf(value, 'pyarrow.lib.chunked_array');
  if (chunked === undefined || !Array.isArray(chunked[0])) return undefined;
  const chunks = chunked[0].map(arrowVector);
  if (!chunks.every((chunk) => chunk !== undefined)) return undefined;
  return concatenate(chunks, arrowTypeOf(chunked[1])?.name ?? 'null');
}

function concatenate(chunks: readonly Vector[], type: string): Vector {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const starts: number[] = [];
  let length = 0;
  for (const chunk of chunks) {
    starts.push(length);
    length += chunk.length;
  }
  const locate = (row: number): [Vector, number] => {
    let at = starts.length - 1;
    while (at > 0 && (starts[at] as number) > row) at--;
    return [chunks[at] as Vector, row - (starts[at] as number)];
  };
  return {
    length,
    type: first?.type ?? type,
    kind: first?.kind ?? 'object',
    cell: (row) => {
      const [chunk, at] = locate(row);
      return chunk.cell(at);
    },
    number: (row) => {
      const [chunk, at] = locate(row);
      return chunk.number?.(at) ?? NaN;
    },
    value: (row) => {
      const [chunk, at] = locate(row);
      return chunk.value(at);
    },
  };
}

function restoredArray(parts: Parts | undefined, depth: number): Vector | undefined {
  if (parts?.length !== 7 || depth > MAX_DEPTH) return undefined;
  const [type, lengthValue, , offsetValue, bufferList, , dictionary] = parts;
  const [length, offset] = [numberOf(lengthValue), numberOf(offsetValue)];
  const name = arrowTypeOf(type)?.name;
  if (length === undefined || offset === undefined || length < 0 || offset < 0 || name === undefined)
    return undefined;
  if (!Array.isArray(bufferList) || !Number.isSafeInteger(length + offset)) return undefined;
  const buffers = bufferList.map(bufferOf);
  const validity = buffers[0] ?? undefined;
  if (validity !== undefined && validity.length * 8 < length + offset) return undefined;
  const data = dataVector({ type: type as Value, name, length, offset, buffers, parts, depth, dictionary });
  if (length > MAX_EMPTY && buffers.every((buffer) => buffer === undefined) && !hasChildren(parts))
    return undefined;
  if (data === undefined || validity === undefined) return data;
  return maskedVector(data, invalidRows(validity, offset, length), data.type);
}

/** Elements that take no bytes, of which a few bytes could claim any number. */
const MAX_EMPTY = 1_000_000;

function hasChildren(parts: Parts): boolean {
  return Array.isArray(parts[5]) && parts[5].length > 0;
}

function bufferOf(value: Value): Uint8Array | undefined {
  return bytesOf(argumentsOf(value, 'pyarrow.lib.py_buffer')?.[0]);
}

interface Layout {
  readonly type: Value;
  readonly name: string;
  readonly length: number;
  readonly offset: number;
  readonly buffers: readonly (Uint8Array | undefined)[];
  readonly parts: Parts;
  readonly depth: number;
  readonly dictionary: Value | undefined;
}

function bitAt(bytes: Uint8Array, index: number): boolean {
  return (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

/** True where a bit of the bitmap is not set. */
function invalidRows(bitmap: Uint8Array, offset: number, length: number): Vector {
  const value = (row: number): boolean => !bitAt(bitmap, row + offset);
  return { length, type: 'bool', kind: 'boolean', cell: () => missingCell(''), value };
}

function dataVector(layout: Layout): Vector | undefined {
  const { name, length, offset, buffers } = layout;
  switch (name) {
    case 'null':
      return { length, type: 'null', kind: 'object', cell: () => missingCell('<NA>'), value: () => null };
    case 'bool':
      return boolVector(layout);
    case 'string':
    case 'large_string':
    case 'binary':
    case 'large_binary':
      return textVector(layout, name.startsWith('large') ? 8 : 4);
    default:
      return nestedVector(layout) ?? sizedVector(layout) ?? numberVector(name, length, offset, buffers[1]);
  }
}

function nestedVector(layout: Layout): Vector | undefined {
  const { name, type, parts, depth, dictionary } = layout;
  if (/^(?:large_)?list</.test(name)) return listVector(layout);
  if (name.startsWith('struct<')) return structVector(layout);
  if (!name.startsWith('dictionary<')) return undefined;
  const index = argumentsOf(type, 'pyarrow.lib.dictionary')?.[0];
  const codes = restoredArray([index ?? null, ...parts.slice(1, 6), null], depth + 1);
  const values = restoredArray(itemsOf(dictionary), depth + 1);
  return codes && values && codedVector(codes, values, name);
}

/** Decimals, and bytes of one length: so many bytes for each. */
function sizedVector({ name, length, offset, buffers }: Layout): Vector | undefined {
  const decimal = /^decimal(\d+)\(\d+, (-?\d+)\)$/.exec(name);
  const binary = /^fixed_size_binary\[(\d+)\]$/.exec(name);
  const size = decimal ? Number(decimal[1]) / 8 : Number(binary?.[1] ?? 0);
  const [, content = new Uint8Array(0)] = buffers;
  if ((decimal ?? binary) === null || !(content.length >= (length + offset) * size)) return undefined;
  const bytesOfRow = (row: number): Uint8Array =>
    content.subarray((row + offset) * size, (row + offset + 1) * size);
  if (decimal === null) return computedVector(length, name, bytesOfRow);
  const scale = Number(decimal[2]);
  const text = (row: number): string => decimalText(signedInteger(bytesOfRow(row)), scale);
  return {
    length,
    type: name,
    kind: 'number',
    cell: (row) => ({ kind: 'number', text: text(row) }),
    number: (row) => Number(text(row)),
    value: (row) => new InertCall(new InertName('decimal', 'Decimal'), new Tuple([text(row)])),
  };
}

/** In two's complement, the lowest byte first. */
function signedInteger(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i] as number);
  return BigInt.asIntN(bytes.length * 8, number);
}

/** @param scale digits behind the point */
function decimalText(number: bigint, scale: number): string {
  if (scale <= 0) return scale === 0 ? String(number) : `${String(number)}E+${String(-scale)}`;
  const digits = String(number < 0n ? -number : number).padStart(scale + 1, '0');
  return `${number < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function boolVector({ length, offset, buffers }: Layout): Vector | undefined {
  const [, bits] = buffers;
  if (bits === undefined || bits.length * 8 < length + offset)
    return length === 0 ? valuesVector([], 'bool') : undefined;
  const value = (row: number): boolean => bitAt(bits, row + offset);
  return {
    length,
    type: 'bool',
    kind: 'boolean',
    cell: (row) => ({ kind: 'boolean', text: value(row) ? 'True' : 'False' }),
    number: (row) => Number(value(row)),
    value,
  };
}

/** Text and bytes: offsets of so many bytes, which never run backwards, and then the content. */
function textVector({ name, length, offset, buffers }: Layout, size: 4 | 8): Vector | undefined {
  const [, offsets, content = new Uint8Array(0)] = buffers;
  if (length === 0) return valuesVector([], name, 'text');
  if (offsets === undefined || offsets.length < (length + offset + 1) * size) return undefined;
  const starts = offsetReader(offsets, size, offset);
  if (!isAscending(starts, length, content.length)) return undefined;
  const isText = name.endsWith('string');
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const value = (row: number): string | Uint8Array => {
    const [start, end] = [starts(row), starts(row + 1)];
    return isText ? text.toString('utf8', start, end) : content.subarray(start, end);
  };
  return {
    length,
    type: name,
    kind: 'text',
    cell: (row) => {
      const one = value(row);
      return { kind: 'text', text: typeof one === 'string' ? one : Buffer.from(one).toString('latin1') };
    },
    value,
  };
}

function offsetReader(bytes: Uint8Array, size: 4 | 8, first: number): (row: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 4) return (row) => view.getInt32((row + first) * 4, true);
  return (row) => Number(view.getBigInt64((row + first) * 8, true));
}

function isAscending(starts: (row: number) => number, length: number, end: number): boolean {
  let last = 0;
  for (let row = 0; row <= length; row++) {
    const start = starts(row);
    if (start < last || start > end) return false;
    last = start;
  }
  return true;
}

function listVector(layout: Layout): Vector | undefined {
  const { name, length, offset, buffers, parts, depth, type } = layout;
  const size = argumentsOf(type, 'pyarrow.lib.large_list') ? 8 : 4;
  const children = childrenOf(parts, depth);
  const [child] = children ?? [];
  if (child === undefined || buffers[1] === undefined) return undefined;
  if (buffers[1].length < (length + offset + 1) * size) return undefined;
  const starts = offsetReader(buffers[1], size, offset);
  if (!isAscending(starts, length, child.length)) return undefined;
  return computedVector(length, name, (row) =>
    Array.from({ length: starts(row + 1) - starts(row) }, (_, i) => child.value(starts(row) + i)),
  );
}

function structVector({ name, length, offset, parts, depth, type }: Layout): Vector | undefined {
  const children = childrenOf(parts, depth);
  const fields = argumentsOf(type, 'pyarrow.lib.struct')?.[0];
  if (children === undefined || !Array.isArray(fields)) return undefined;
  const names = fields.map((field) => textOf(argumentsOf(field, 'pyarrow.lib.field')?.[0]));
  if (names.length !== children.length || children.some((child) => child.length < length + offset))
    return undefined;
  return computedVector(length, name, (row) =>
    Dict.from(children.map((child, i) => [names[i] ?? '', child.value(row + offset)])),
  );
}

function computedVector(length: number, type: string, value: (row: number) => Value): Vector {
  return { length, type, kind: 'object', cell: (row) => valuesVector([value(row)]).cell(0), value };
}

function childrenOf(parts: Parts, depth: number): Vector[] | undefined {
  const list = parts[5];
  if (!Array.isArray(list)) return undefined;
  const children = list.map((child) => restoredArray(itemsOf(child), depth + 1));
  return children.every((child) => child !== undefined) ? children : undefined;
}

function numberVector(
  name: string,
  length: number,
  offset: number,
  bytes: Uint8Array | undefined,
): Vector | undefined {
  const time = /^(timestamp|duration)\[(s|ms|us|ns)(?:, tz=(.*))?\]$/.exec(name);
  const isDate = /^date(32|64)(?:\[\w+\])?$/.exec(name);
  const number = /^(int|uint|float|double|halffloat)(8|16|32|64)?$/.exec(name);
  const unit = time?.[2] ?? (isDate?.[1] === '64' ? 'ms' : 'D');
  if (isDate !== null) return dateVector(isDate[1] === '32' ? 4 : 8, { name, length, offset, bytes });
  const type = time ? timeType('datetime', unit) : number && numberType(number);
  if (type === null || type === undefined) return undefined;
  if (bytes === undefined) return length === 0 ? valuesVector([], name) : undefined;
  const array = arrayIn(bytes, type, length, offset);
  if (array === undefined) return undefined;
  if (time === null) return { ...arrayVector(array), type: name };
  if (time[1] === 'duration') return { ...durationsVector(array, unit), type: name };
  const zone = time[3] === undefined ? undefined : namedZone(time[3]);
  return time[3] !== undefined && zone === undefined
    ? undefined
    : { ...timesVector(array, unit, zone), type: name };
}

/** Elements from one on, where there are so many. */
function arrayIn(bytes: Uint8Array, type: ElementType, length: number, offset: number): NdArray | undefined {
  if (bytes.length < (length + offset) * type.size) return undefined;
  return contiguous(bytes.subarray(offset * type.size, (offset + length) * type.size), type, [length]);
}

interface Dates {
  readonly name: string;
  readonly length: number;
  readonly offset: number;
  readonly bytes: Uint8Array | undefined;
}

/** Days, of 4 bytes, or milliseconds, of 8, since 1970. */
function dateVector(
  size: 4 | 8,
  { name, length, offset, bytes = new Uint8Array(0) }: Dates,
): Vector | undefined {
  const array = arrayIn(bytes, simpleType('int', size), length, offset);
  if (array === undefined) return undefined;
  const number = integersOf(array);
  const days = (row: number): bigint => (size === 4 ? number(row) : floorDivide(number(row), 86_400_000n));
  const text = (row: number): string => {
    const day = instantOf(days(row), DAY);
    return day === undefined ? String(days(row)) : dateText(day);
  };
  return {
    length,
    type: name,
    kind: 'time',
    cell: (row) => ({ kind: 'time', text: text(row) }),
    number: (row) => Number(days(row)) * 86_400_000,
    value: (row) => dateValue(instantOf(days(row), DAY)) ?? text(row),
  };
}

const DAY: Unit = { count: 1n, name: 'D' };

/** Python's date, where it has one. */
function dateValue(instant: ReturnType<typeof instantOf>): Value | undefined {
  if (instant === undefined || instant.year < 1 || instant.year > 9999) return undefined;
  const { year, month, day } = instant;
  const packed = Uint8Array.of(year >> 8, year & 255, month, day);
  return new InertCall(new InertName('datetime', 'date'), new Tuple([packed]));
}

function numberType([, kind = '', bits]: RegExpExecArray): ReturnType<typeof simpleType> | undefined {
  if (kind === 'double') return simpleType('float', 8);
  if (kind === 'halffloat') return simpleType('float', 2);
  if (bits === undefined) return undefined;
  return simpleType(kind as 'int' | 'uint' | 'float', Number(bits) / 8);
}

interface ArrowColumn {
  readonly name: string;
  readonly vector: Vector;
  /** What one would type for its type. */
  readonly type: Value;
}

/** The columns of a table or a record batch of pyarrow by name. */
export function arrowColumns(call: InertCall): ArrowColumn[] | undefined {
  const args = argumentsOf(call, 'pyarrow.lib._reconstruct_table', 'pyarrow.lib._reconstruct_record_batch');
  const fields = argumentsOf(args?.[1], 'pyarrow.lib.schema')?.[0];
  if (!args || !Array.isArray(args[0]) || !Array.isArray(fields) || fields.length !== args[0].length)
    return undefined;
  const columns: ArrowColumn[] = [];
  for (const [i, column] of args[0].entries()) {
    const field = fieldOf(fields[i]);
    const vector = arrowVector(column);
    if (field === undefined || vector === undefined) return undefined;
    columns.push({ name: field.field, vector, type: field.source });
  }
  return columns;
}
