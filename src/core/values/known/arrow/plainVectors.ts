import { dateText, floorDivide, instantOf, type Unit } from '../../../arrays/instants';
import type { ElementType, NdArray } from '../../../arrays/ndArray';
import { InertCall, InertName, Tuple, type Value } from '../../value';
import { contiguous } from '../numpy/arrays';
import { simpleType, timeType } from '../numpy/dtype';
import { durationsVector, integersOf, timesVector } from '../pandas/times';
import { arrayVector, missingCell, valuesVector, type Vector } from '../pandas/vector';
import { namedZone } from '../standard/zones';

export interface Layout {
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

/** A row is true if its bit in the bitmap is not set. */
export function invalidRows(bitmap: Uint8Array, offset: number, length: number): Vector {
  const value = (row: number): boolean => !bitAt(bitmap, row + offset);
  return { length, type: 'bool', kind: 'boolean', cell: () => missingCell(''), value };
}

/** Decimals, and bytes of a fixed length. Each row takes the same number of bytes. */
export function sizedVector({ name, length, offset, buffers }: Layout): Vector | undefined {
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

/** Reads little-endian two's complement. */
function signedInteger(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i] as number);
  return BigInt.asIntN(bytes.length * 8, number);
}

/** @param scale digits after the decimal point */
function decimalText(number: bigint, scale: number): string {
  if (scale <= 0) return scale === 0 ? String(number) : `${String(number)}E+${String(-scale)}`;
  const digits = String(number < 0n ? -number : number).padStart(scale + 1, '0');
  return `${number < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function boolVector({ length, offset, buffers }: Layout): Vector | undefined {
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

/** Text and bytes: a buffer of ascending offsets, and a buffer of content. @param size of an offset in bytes */
export function textVector({ name, length, offset, buffers }: Layout, size: 4 | 8): Vector | undefined {
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

export function offsetReader(bytes: Uint8Array, size: 4 | 8, first: number): (row: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 4) return (row) => view.getInt32((row + first) * 4, true);
  return (row) => Number(view.getBigInt64((row + first) * 8, true));
}

export function isAscending(starts: (row: number) => number, length: number, end: number): boolean {
  let last = 0;
  for (let row = 0; row <= length; row++) {
    const start = starts(row);
    if (start < last || start > end) return false;
    last = start;
  }
  return true;
}

export function computedVector(length: number, type: string, value: (row: number) => Value): Vector {
  return { length, type, kind: 'object', cell: (row) => valuesVector([value(row)]).cell(0), value };
}

export function numberVector(
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

/** `length` elements, the first of which has the number `offset`. Undefined if the buffer has fewer. */
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

/** Dates as days (4 bytes) or milliseconds (8 bytes) since 1970. */
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

/** A `datetime.date`; undefined for a year that Python does not have. */
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

/** `(type, length, null_count, offset, buffers, children, dictionary)`, as `_restore_array` takes it. */
export type Parts = readonly Value[];
