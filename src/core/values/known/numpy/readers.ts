import { floatReader, shortest } from '../../../arrays/floats';
import { longDoubleText } from '../../../arrays/longDouble';
import { nanosecondsOf, parseUnit } from '../../../arrays/instants';
import { contiguousStrides, type ElementType } from '../../../arrays/ndArray';
import { formatFloat } from '../../../numberText';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { bytesRepr, complexText, reprOf, textOfValue } from '../pythonText';
import { remember } from '../registry';
import { timedeltaText, timeValue } from './timeValues';

/** Reads one element, which begins at a byte of the view; of an object array, the element with that number. */
export type Read<T> = (view: DataView, at: number) => T;

export function valueReader(type: ElementType): Read<Value> {
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
      return stringReader(type);
    case 'bytes':
      return (view, at) => withoutZeros(bytesAt(view, at, size), type.isStripped === true);
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

function timeReader(type: ElementType): Read<Value> {
  const unit = parseUnit(type.unit ?? 'generic') ?? { count: 1n, name: 'generic' };
  return (view, at) => timeValue(view.getBigInt64(at, type.littleEndian), unit, type);
}

/**
 * A float as numpy prints it. numpy writes an exponent if the number itself is below 0.0001, even if its shortest digits are
 * exactly 0.0001.
 */
function smallFloatText(value: number, size: number, floatFormat: string | undefined): string {
  const text = formatFloat(shortest(value, size, floatFormat));
  return Math.abs(value) < 1e-4 ? text.replace(/^(-?)0\.0001$/, '$11e-04') : text;
}

function stringReader({ size, littleEndian: isLittle, isStripped }: ElementType): Read<string> {
  return (view, at) => {
    let end = at + size;
    while (end > at && view.getUint32(end - 4, isLittle) === 0) end -= 4;
    let text = '';
    for (let i = at; i < end; i += 4) {
      const code = view.getUint32(i, isLittle);
      text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    }
    return isStripped ? text.trimEnd() : text;
  };
}

function bytesAt(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}

function withoutZeros(bytes: Uint8Array, isStripped: boolean): Uint8Array {
  let end = bytes.length;
  while (
    end > 0 &&
    (bytes[end - 1] === 0 || (isStripped && /\s/.test(String.fromCharCode(bytes[end - 1] ?? 0))))
  )
    end--;
  return bytes.subarray(0, end);
}

function recordReader({ fields = [] }: ElementType): Read<Value> {
  const readers = fields.map(({ name, type, offset }) => ({ name, offset, read: valueReader(type) }));
  const long = fields.flatMap((field, i) => (isLongDouble(field.type) ? [{ ...field, i }] : []));
  return (view, at) => {
    const parts = readers.map(({ name, offset, read }): [string, Value] => [name, read(view, at + offset)]);
    if (long.length === 0) return recordValue(parts);
    return recordValue(parts, () => {
      const exact = parts.map(([, value]) => value);
      for (const { i, offset, type } of long)
        exact[i] = longNumber(exact[i] as Value, longDoubleText(view, at + offset, type.littleEndian));
      return exact;
    });
  };
}

/** A record of a structured array. @param exact its values in Python, where they differ */
export function recordValue(parts: readonly [name: string, value: Value][], exact?: () => Value[]): Value {
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
    python: () => new Tuple(exact?.() ?? values),
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

/** Bytes of no type, each of them as its number. */
export function voidText(bytes: Uint8Array): string {
  return `b'${Array.from(bytes, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}'`;
}

/** Whether a type is a long double, which has more digits than JavaScript's numbers. */
export function isLongDouble({ kind, size, floatFormat }: ElementType): boolean {
  return kind === 'float' && size === 16 && floatFormat === undefined;
}

/** A long double: text if a float of Python is not the same number. */
export function longNumber(value: Value, text: string): Value {
  if (typeof value !== 'number' || !/\d/.test(text)) return value;
  return digitsOf(value.toExponential(LONG_DIGITS)) === digitsOf(text) ? value : text;
}

/** With so many digits, no two long doubles have the same text. */
const LONG_DIGITS = 20;

/** Significant digits. */
function digitsOf(number: string): string {
  return number.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '');
}

/** Reads the `str()` of a complex number of long doubles: `(0.33333333333333333334+0j)`. */
function longComplexReader(isLittle: boolean): Read<string> {
  const part = (view: DataView, at: number): string => longDoubleText(view, at, isLittle).replace(/\.0$/, '');
  return (view, at) => {
    const [real, imaginary] = [part(view, at), part(view, at + 16)];
    if (real === '0') return `${imaginary}j`;
    return `(${real}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j)`;
  };
}

export function textReader(type: ElementType, value: Read<Value>): Read<string> {
  const { kind, size, floatFormat } = type;
  switch (kind) {
    case 'float': {
      if (isLongDouble(type)) return (view, at) => longDoubleText(view, at, type.littleEndian);
      const read = floatsOf(type);
      return (view, at) => smallFloatText(read(view, at), size, floatFormat);
    }
    case 'complex': {
      if (size === 32) return longComplexReader(type.littleEndian);
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

export function numberReader(type: ElementType): Read<number> {
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

/** Python's complex number. */
export function complexValue(real: number, imaginary: number): InertCall {
  return new InertCall(new InertName('builtins', 'complex'), new Tuple([real, imaginary]));
}

/** Reads an integer exactly, or a time as nanoseconds since 1970. Undefined for other types, and for a missing time. */
export function exactReader(type: ElementType): Read<bigint | undefined> {
  const { kind, size, littleEndian } = type;
  switch (kind) {
    case 'int':
    case 'uint':
      return integerReader(size, littleEndian, kind === 'int');
    case 'datetime':
    case 'timedelta': {
      const unit = parseUnit(type.unit ?? 'generic') ?? { count: 1n, name: 'generic' };
      return (view, at) => nanosecondsOf(view.getBigInt64(at, littleEndian), unit);
    }
    default:
      return () => undefined;
  }
}
