import { floatReader, shortest } from '../../../arrays/floats';
import { nanosecondsOf, NOT_A_TIME, numpyDatetimeText, parseUnit, type Unit } from '../../../arrays/instants';
import { contiguousStrides, offsetOf, type ElementType, type NdArray } from '../../../arrays/ndArray';
import type { StoredBytes } from '../../byteSource';
import { formatFloat } from '../../../numberText';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { expression } from '../matching';
import { remember } from '../registry';
import { bytesRepr, complexText, reprOf, textOfValue } from '../pythonText';

/** Reads one element, which begins at a byte of the view; of an object array, the element with that number. */
type Read<T> = (view: DataView, at: number) => T;

/** The elements of an array by where they begin, which {@link offsetOf} tells. */
export interface Elements {
  /** The element as a value; None where it is masked. */
  readonly value: (at: number) => Value;
  /** As numpy prints it. */
  readonly text: (at: number) => string;
  /** A number to compare and plot: of a time, milliseconds since 1970; NaN where there is none. */
  readonly number: (at: number) => number;
  /** Whether there is nothing: None, NaT, or the like. */
  readonly isMissing: (at: number) => boolean;
}

export function elementsOf(array: NdArray): Elements {
  const { type, objects } = array;
  if (objects !== undefined) return objectElements(objects, type);
  const source = array.stored === undefined ? undefined : new FileWindow(array.stored, type.size);
  if (source !== undefined) return elementsOfFile(type, source);
  const { bytes } = array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = valueReader(type);
  const text = textReader(type, value);
  const number = numberReader(type);
  const isTime = type.kind === 'datetime' || type.kind === 'timedelta';
  return {
    value: (at) => value(view, at),
    text: (at) => text(view, at),
    number: (at) => number(view, at),
    isMissing: (at) => isTime && view.getBigInt64(at, type.littleEndian) === NOT_A_TIME,
  };
}

function elementsOfFile(type: ElementType, window: FileWindow): Elements {
  const [value, number] = [valueReader(type), numberReader(type)];
  const text = textReader(type, value);
  const isTime = type.kind === 'datetime' || type.kind === 'timedelta';
  return {
    value: (at) => value(window.at(at), 0),
    text: (at) => text(window.at(at), 0),
    number: (at) => number(window.at(at), 0),
    isMissing: (at) => isTime && window.at(at).getBigInt64(0, type.littleEndian) === NOT_A_TIME,
  };
}

/** Bytes that are read of a file at once. */
const WINDOW = 64 * 1024;

/** The bytes around the element that was asked for last: the next one is mostly near. */
class FileWindow {
  private start = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly stored: StoredBytes,
    private readonly size: number,
  ) {}

  /** @param offset of an element */
  at(offset: number): DataView {
    if (offset < this.start || offset + this.size > this.start + this.bytes.length) {
      this.start = offset;
      this.bytes = this.stored.read(
        offset,
        Math.max(this.size, Math.min(WINDOW, this.stored.length - offset)),
      );
    }
    const { buffer, byteOffset } = this.bytes;
    return new DataView(buffer, byteOffset + offset - this.start, this.size);
  }
}

function objectElements(objects: readonly Value[], type: ElementType): Elements {
  const value = (at: number): Value => withFields(objects[at] as Value, type);
  return {
    value,
    text: (at) => textOfValue(value(at)),
    number: (at) => {
      const one = value(at);
      return typeof one === 'number' || typeof one === 'bigint' || typeof one === 'boolean'
        ? Number(one)
        : NaN;
    },
    isMissing: (at) => value(at) === null,
  };
}

/** A tuple of an array of records as the record that it is. */
function withFields(value: Value, { fields }: ElementType): Value {
  if (fields === undefined || !(value instanceof Tuple) || value.items.length !== fields.length) return value;
  return recordValue(fields.map(({ name, type }, i) => [name, withFields(value.items[i] as Value, type)]));
}

/** All elements in C order, up to `limit`. */
export function* ordinals({ shape }: NdArray, limit = Infinity): Generator<number> {
  const count = shape.reduce((product, length) => product * length, 1);
  for (let ordinal = 0; ordinal < count && ordinal < limit; ordinal++) yield ordinal;
}

function valueReader(type: ElementType): Read<Value> {
  const { kind, size, littleEndian } = type;
  switch (kind) {
    case 'bool':
      return (view, at) => view.getUint8(at) !== 0;
    case 'int':
    case 'uint':
      return integerReader(size, littleEndian, kind === 'int');
    case 'float':
      return floatsOf(type);
    case 'complex':
      return complexReader(type);
    case 'datetime':
    case 'timedelta':
      return timeReader(type);
    case 'str':
      return stringReader(size, littleEndian);
    case 'bytes':
      return (view, at) => withoutZeros(bytesAt(view, at, size));
    case 'record':
      return recordReader(type);
    case 'array':
      return subarrayReader(type);
    case 'void':
    case 'object':
      return (view, at) => bytesAt(view, at, size);
  }
}

/** 64-bit integers as bigint; smaller ones are read as numbers, which is faster. */
function integerReader(size: number, isLittle: boolean, isSigned: boolean): Read<bigint> {
  if (size === 8)
    return isSigned
      ? (view, at) => view.getBigInt64(at, isLittle)
      : (view, at) => view.getBigUint64(at, isLittle);
  const read = smallIntegerReader(size, isLittle, isSigned);
  return (view, at) => BigInt(read(view, at));
}

function smallIntegerReader(size: number, isLittle: boolean, isSigned: boolean): Read<number> {
  switch (size) {
    case 1:
      return isSigned ? (view, at) => view.getInt8(at) : (view, at) => view.getUint8(at);
    case 2:
      return isSigned
        ? (view, at) => view.getInt16(at, isLittle)
        : (view, at) => view.getUint16(at, isLittle);
    case 4:
      return isSigned
        ? (view, at) => view.getInt32(at, isLittle)
        : (view, at) => view.getUint32(at, isLittle);
    default: {
      const read = integerReader(8, isLittle, isSigned);
      return (view, at) => Number(read(view, at));
    }
  }
}

function floatsOf({ size, littleEndian, floatFormat }: ElementType): Read<number> {
  return floatReader(size, littleEndian, floatFormat) ?? (() => NaN);
}

function complexReader({ size, littleEndian }: ElementType): Read<Value> {
  const read = floatReader(size / 2, littleEndian, undefined) ?? (() => NaN);
  return (view, at) => complexValue(read(view, at), read(view, at + size / 2));
}

/** Python's complex number. */
export function complexValue(real: number, imaginary: number): InertCall {
  return new InertCall(new InertName('builtins', 'complex'), new Tuple([real, imaginary]));
}

function timeReader(type: ElementType): Read<Value> {
  const unit = parseUnit(type.unit ?? 'generic') ?? { count: 1n, name: 'generic' };
  return (view, at) => timeValue(view.getBigInt64(at, type.littleEndian), unit, type);
}

/** A time of numpy. It is known as what it is, and made by `numpy.datetime64(...)` where it is written as a pickle. */
export function timeValue(
  count: bigint,
  unit: Unit,
  { kind, unit: unitName = 'generic' }: ElementType,
): Value {
  const isDate = kind === 'datetime';
  const text = isDate ? numpyDatetimeText(count, unit) : timedeltaText(count, unit);
  const isNone = count === NOT_A_TIME;
  const args: Value[] = [isDate || isNone ? (isNone ? 'NaT' : text) : count, unitName];
  const name = isDate ? 'datetime64' : 'timedelta64';
  const known: Known = {
    library: 'numpy',
    type: name,
    line: text,
    text,
    python: () => expression(`np.${name}`, args),
    plain: () => (isNone ? null : isDate ? text : isoDuration(count, unit)),
  };
  return remember(new InertCall(new InertName('numpy', name), new Tuple(args)), known);
}

const WORDS: Readonly<Record<string, string | undefined>> = {
  Y: 'years',
  M: 'months',
  W: 'weeks',
  D: 'days',
  h: 'hours',
  m: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  ps: 'picoseconds',
  fs: 'femtoseconds',
  as: 'attoseconds',
  generic: 'generic time units',
};

function timedeltaText(count: bigint, unit: Unit): string {
  return count === NOT_A_TIME ? 'NaT' : `${count * unit.count} ${WORDS[unit.name] ?? unit.name}`;
}

/** As ISO 8601 has durations, where the unit has a length. */
function isoDuration(count: bigint, unit: Unit): string {
  const nanoseconds = unit.name === 'Y' || unit.name === 'M' ? undefined : nanosecondsOf(count, unit);
  if (nanoseconds === undefined) return timedeltaText(count, unit);
  return isoDurationText(nanoseconds);
}

/** `P1DT2H3M4.5S`, with the sign in front. */
export function isoDurationText(nanoseconds: bigint): string {
  const [sign, size] = nanoseconds < 0n ? ['-', -nanoseconds] : ['', nanoseconds];
  const seconds = size / 1_000_000_000n;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const clock = [(seconds / 3600n) % 24n, (seconds / 60n) % 60n, seconds % 60n].map(String);
  return `${sign}P${String(seconds / 86_400n)}DT${clock[0] ?? ''}H${clock[1] ?? ''}M${clock[2] ?? ''}${fraction === '' ? '' : `.${fraction}`}S`;
}

function stringReader(size: number, isLittle: boolean): Read<string> {
  return (view, at) => {
    let end = at + size;
    while (end > at && view.getUint32(end - 4, isLittle) === 0) end -= 4;
    let text = '';
    for (let i = at; i < end; i += 4) {
      const code = view.getUint32(i, isLittle);
      text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    }
    return text;
  };
}

function bytesAt(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function recordReader({ fields = [] }: ElementType): Read<Value> {
  const readers = fields.map(({ name, type, offset }) => ({ name, offset, read: valueReader(type) }));
  return (view, at) => recordValue(readers.map(({ name, offset, read }) => [name, read(view, at + offset)]));
}

/** A record of a structured array. */
export function recordValue(parts: readonly [name: string, value: Value][]): Value {
  const values = parts.map(([, value]) => value);
  const known: Known = {
    library: 'numpy',
    type: 'void',
    children: {
      count: parts.length,
      at: (i) => {
        const [key, value] = parts[i] as [string, Value];
        return { step: { kind: 'key', key }, value };
      },
    },
    get text() {
      return reprOf(new Tuple(values));
    },
    python: () => new Tuple(values),
    plain: () => Dict.from(parts),
  };
  return remember(new InertCall(new InertName('builtins', 'tuple'), new Tuple([values])), known);
}

function subarrayReader({ element, shape }: ElementType): Read<Value> {
  if (element === undefined || shape === undefined) return () => null;
  const read = valueReader(element);
  const strides = contiguousStrides(shape, element.size);
  const list = (view: DataView, at: number, axis: number): Value => {
    if (axis === shape.length) return read(view, at);
    const stride = strides[axis] as number;
    return Array.from({ length: shape[axis] as number }, (_, i) => list(view, at + i * stride, axis + 1));
  };
  return (view, at) => list(view, at, 0);
}

function textReader(type: ElementType, value: Read<Value>): Read<string> {
  const { kind, size, floatFormat } = type;
  switch (kind) {
    case 'float': {
      const read = floatsOf(type);
      return (view, at) => formatFloat(shortest(read(view, at), size, floatFormat));
    }
    case 'complex': {
      const half = floatReader(size / 2, type.littleEndian, undefined) ?? (() => NaN);
      const short = (number: number): number => shortest(number, size / 2);
      return (view, at) => complexText(short(half(view, at)), short(half(view, at + size / 2)));
    }
    case 'bytes':
    case 'void':
      return (view, at) => bytesRepr(value(view, at) as Uint8Array);
    case 'timedelta': {
      const unit = parseUnit(type.unit ?? 'generic') ?? { count: 1n, name: 'generic' };
      return (view, at) => timedeltaText(view.getBigInt64(at, type.littleEndian), unit);
    }
    default:
      return (view, at) => textOfValue(value(view, at));
  }
}

function numberReader(type: ElementType): Read<number> {
  const { kind, size, littleEndian } = type;
  switch (kind) {
    case 'bool':
      return (view, at) => view.getUint8(at);
    case 'int':
    case 'uint':
      return smallIntegerReader(size, littleEndian, kind === 'int');
    case 'float':
      return floatsOf(type);
    case 'datetime':
    case 'timedelta': {
      const unit = parseUnit(type.unit ?? 'generic') ?? { count: 1n, name: 'generic' };
      return (view, at) => {
        const nanoseconds = nanosecondsOf(view.getBigInt64(at, littleEndian), unit);
        return nanoseconds === undefined ? NaN : Number(nanoseconds) / 1e6;
      };
    }
    default:
      return () => NaN;
  }
}

/** The value of the only element of an array without dimensions, or of the first one. */
export function firstElement(array: NdArray): Value {
  return elementsOf(array).value(offsetOf(array, 0));
}
