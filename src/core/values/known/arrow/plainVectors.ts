import { clockText, dateText, floorDivide, instantOf, type Unit } from '../../../arrays/instants';
import type { ElementType, NdArray } from '../../../arrays/ndArray';
import { InertCall, InertName, Tuple, type Value } from '../../value';
import { contiguous } from '../numpy/arrays';
import { simpleType, timeType } from '../numpy/dtype';
import { durationsVector, integersOf, timesVector } from '../pandas/times';
import { arrayVector, missingCell, valuesVector, type Vector } from '../pandas/vector';
import { textOfValue } from '../pythonText';
import { namedZone, zoneOfOffset } from '../standard/zones';

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
export function textVector(layout: Layout, size: 4 | 8): Vector | undefined {
  const { name, length, offset, buffers } = layout;
  const [, offsets, bytes] = buffers;
  if (length === 0) return valuesVector([], name, 'text');
  if (offsets === undefined || offsets.length < (length + offset + 1) * size) return undefined;
  const starts = offsetReader(offsets, size, offset);
  const content = bufferOver(bytes);
  if (!isAscending(starts, length, content.length)) return undefined;
  return bytesVector(layout, (row) => [content, starts(row), starts(row + 1)]);
}

/** Bytes of a view: its length, and either up to 12 bytes, or the first 4, the number of a buffer and a place in it. */
const VIEW = 16;

/** Text and bytes: a buffer of views, and any number of buffers of content. */
export function viewVector(layout: Layout): Vector | undefined {
  const { length, offset, buffers } = layout;
  const [views, ...contents] = buffers.slice(1).map(bufferOver);
  if (views === undefined || views.length < (length + offset) * VIEW) return undefined;
  const place = (row: number): Place | undefined => {
    const at = (row + offset) * VIEW;
    const size = views.readInt32LE(at);
    const isShort = size <= 12;
    const content = isShort ? views : contents[views.readInt32LE(at + 8)];
    const start = isShort ? at + 4 : views.readInt32LE(at + 12);
    return content !== undefined && size >= 0 && start >= 0 && start + size <= content.length
      ? [content, start, start + size]
      : undefined;
  };
  for (let row = 0; row < length; row++) if (place(row) === undefined) return undefined;
  return bytesVector(layout, (row) => place(row) as Place);
}

function bufferOver(bytes: Uint8Array = new Uint8Array(0)): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

type Place = readonly [content: Buffer, start: number, end: number];

function bytesVector({ name, length }: Layout, place: (row: number) => Place): Vector {
  const isText = name.includes('string');
  const value = (row: number): string | Uint8Array => {
    const [content, start, end] = place(row);
    return isText ? content.toString('utf8', start, end) : content.subarray(start, end);
  };
  return {
    length,
    type: name,
    kind: 'text',
    cell: (row) => ({ kind: 'text', text: textOfValue(value(row)) }),
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

export function numberVector({ name, length, offset, buffers }: Layout): Vector | undefined {
  const [, bytes] = buffers;
  const [, kind = '', bits = '64', unit = 'ms', tz] =
    /^(\w+?)(8|16|32|64)?(?:\[(s|ms|us|ns|day)(?:, tz=(.*))?\])?$/.exec(name) ?? [];
  const isClock = kind === 'time';
  const type =
    isClock || kind === 'date' ? simpleType('int', Number(bits) / 8) : numberType(kind, bits, unit);
  if (type === undefined) return undefined;
  if (bytes === undefined) return length === 0 ? valuesVector([], name) : undefined;
  const array = arrayIn(bytes, type, length, offset);
  if (array === undefined) return undefined;
  switch (kind) {
    case 'time':
      return clockVector(name, array, UNITS[unit] ?? 1n);
    case 'date':
      return dateVector(name, array, bits === '32' ? 1n : 86_400_000n);
    case 'duration':
      return inFull({ ...durationsVector(array, unit), type: name });
    case 'timestamp': {
      const zone = tz === undefined ? undefined : (namedZone(tz) ?? zoneOfOffset(tz));
      if (tz !== undefined && zone === undefined) return undefined;
      return inFull({ ...timesVector(array, unit, zone), type: name });
    }
    default:
      return inFull({ ...arrayVector(array), type: name });
  }
}

/** Nanoseconds. */
const UNITS: Readonly<Record<string, bigint | undefined>> = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n };

/** Values that pandas prints one by one, as it has them as objects. */
function inFull(vector: Vector): Vector {
  const cell: Vector['cell'] = (row) => {
    const { kind, text } = vector.cell(row);
    const isValue = kind === 'time' || kind === 'number';
    return { kind, text: isValue ? textOfValue(vector.value(row)) : text };
  };
  return { ...vector, cell };
}

/** `length` elements, the first of which has the number `offset`. Undefined if the buffer has fewer. */
function arrayIn(bytes: Uint8Array, type: ElementType, length: number, offset: number): NdArray | undefined {
  if (bytes.length < (length + offset) * type.size) return undefined;
  return contiguous(bytes.subarray(offset * type.size, (offset + length) * type.size), type, [length]);
}

/** Dates, `unit` of which make a day since 1970. */
function dateVector(name: string, array: NdArray, unit: bigint): Vector {
  const number = integersOf(array);
  const days = (row: number): bigint => floorDivide(number(row), unit);
  const value = (row: number): Value => {
    const day = instantOf(days(row), DAY);
    return dateValue(day) ?? (day === undefined ? String(days(row)) : dateText(day));
  };
  return momentsVector(name, array, (row) => Number(days(row)) * 86_400_000, value);
}

/** Times of day. */
function clockVector(name: string, array: NdArray, unit: bigint): Vector {
  const number = integersOf(array);
  const value = (row: number): Value => {
    const nanoseconds = number(row) * unit;
    const [seconds, rest] = [Number(nanoseconds / 1_000_000_000n), nanoseconds % 1_000_000_000n];
    // Python has no time with nanoseconds, nor one of another day.
    if (rest % 1000n !== 0n || nanoseconds < 0n || seconds >= 86_400) return clockText(nanoseconds, 9);
    const [minutes, micros] = [Math.floor(seconds / 60), Number(rest / 1000n)];
    const packed = Uint8Array.of(
      Math.floor(minutes / 60),
      minutes % 60,
      seconds % 60,
      micros >> 16,
      micros >> 8,
      micros,
    );
    return new InertCall(new InertName('datetime', 'time'), new Tuple([packed]));
  };
  return momentsVector(name, array, (row) => Number(number(row) * unit) / 1e6, value);
}

function momentsVector(
  type: string,
  array: NdArray,
  number: (row: number) => number,
  value: (row: number) => Value,
): Vector {
  const cell: Vector['cell'] = (row) => ({ kind: 'time', text: textOfValue(value(row)) });
  return { length: array.shape[0] as number, type, kind: 'time', cell, number, value };
}

const DAY: Unit = { count: 1n, name: 'D' };

/** A `datetime.date`; undefined for a year that Python does not have. */
function dateValue(instant: ReturnType<typeof instantOf>): Value | undefined {
  if (instant === undefined || instant.year < 1 || instant.year > 9999) return undefined;
  const { year, month, day } = instant;
  const packed = Uint8Array.of(year >> 8, year & 255, month, day);
  return new InertCall(new InertName('datetime', 'date'), new Tuple([packed]));
}

function numberType(kind: string, bits: string, unit: string): ElementType | undefined {
  switch (kind) {
    case 'timestamp':
    case 'duration':
      return timeType('datetime', unit);
    case 'int':
    case 'uint':
      return simpleType(kind, Number(bits) / 8);
    case 'double':
      return simpleType('float', 8);
    case 'float':
      return simpleType('float', 4);
    case 'halffloat':
      return simpleType('float', 2);
    default:
      return undefined;
  }
}

/** Intervals of months, days and nanoseconds. */
export function spansVector({ name, length, offset, buffers }: Layout): Vector | undefined {
  const content = bufferOver(buffers[1]);
  if (content.length < (length + offset) * 16) return undefined;
  const parts = (row: number): bigint[] => {
    const at = (row + offset) * 16;
    return [
      BigInt(content.readInt32LE(at)),
      BigInt(content.readInt32LE(at + 4)),
      content.readBigInt64LE(at + 8),
    ];
  };
  return computedVector(length, name, (row) => new Tuple(parts(row)));
}

/** `(type, length, null_count, offset, buffers, children, dictionary)`, as `_restore_array` takes it. */
export type Parts = readonly Value[];
