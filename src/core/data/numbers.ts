import type { ElementType, NdArray } from '../arrays/ndArray';

/** Reads the number at a byte offset; a boolean is 0 or 1, a complex number its magnitude. */
export type NumberReader = (view: DataView, offset: number) => number;

/** How the numbers of an array are read; undefined for elements that are no numbers. Times are counts of their unit, NaT is NaN. */
export function numberReader(type: ElementType): NumberReader | undefined {
  const little = type.littleEndian;
  switch (type.kind) {
    case 'bool':
      return (view, at) => (view.getUint8(at) === 0 ? 0 : 1);
    case 'int':
      return integerReader(type.size, true, little);
    case 'uint':
      return integerReader(type.size, false, little);
    case 'float':
      return floatReader(type);
    case 'complex':
      return complexReader(type);
    case 'datetime':
    case 'timedelta':
      return timeReader(little);
    case 'str':
    case 'bytes':
    case 'record':
    case 'array':
    case 'object':
    case 'void':
      return undefined;
  }
}

/** A view of the bytes of an array. */
export function dataViewOf({ bytes }: Pick<NdArray, 'bytes'>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function integerReader(size: number, signed: boolean, little: boolean): NumberReader | undefined {
  switch (size) {
    case 1:
      return signed ? (view, at) => view.getInt8(at) : (view, at) => view.getUint8(at);
    case 2:
      return signed ? (view, at) => view.getInt16(at, little) : (view, at) => view.getUint16(at, little);
    case 4:
      return signed ? (view, at) => view.getInt32(at, little) : (view, at) => view.getUint32(at, little);
    case 8:
      return longReader(signed, little);
    default:
      return undefined;
  }
}

/** Without a bigint for each; numbers beyond 2^53 are rounded. */
function longReader(signed: boolean, little: boolean): NumberReader {
  const [lowAt, highAt] = little ? [0, 4] : [4, 0];
  return (view, at) => {
    const low = view.getUint32(at + lowAt, little);
    const high = signed ? view.getInt32(at + highAt, little) : view.getUint32(at + highAt, little);
    return high * 2 ** 32 + low;
  };
}

const NOT_A_TIME = -(2 ** 31);

function timeReader(little: boolean): NumberReader {
  const read = longReader(true, little);
  const [lowAt, highAt] = little ? [0, 4] : [4, 0];
  return (view, at) => {
    const isMissing =
      view.getInt32(at + highAt, little) === NOT_A_TIME && view.getUint32(at + lowAt, little) === 0;
    return isMissing ? NaN : read(view, at);
  };
}

function floatReader({ size, littleEndian: little, floatFormat }: ElementType): NumberReader | undefined {
  if (floatFormat === 'bfloat16') {
    const bits = new DataView(new ArrayBuffer(4));
    return (view, at) => {
      bits.setUint32(0, view.getUint16(at, little) << 16);
      return bits.getFloat32(0);
    };
  }
  if (floatFormat?.startsWith('float8')) return float8Reader(floatFormat);
  switch (size) {
    case 2:
      return (view, at) => halfToNumber(view.getUint16(at, little));
    case 4:
      return (view, at) => view.getFloat32(at, little);
    case 8:
      return (view, at) => view.getFloat64(at, little);
    default:
      return undefined;
  }
}

function complexReader({ size, littleEndian: little }: ElementType): NumberReader | undefined {
  if (size === 8)
    return (view, at) => Math.hypot(view.getFloat32(at, little), view.getFloat32(at + 4, little));
  if (size === 16)
    return (view, at) => Math.hypot(view.getFloat64(at, little), view.getFloat64(at + 8, little));
  return undefined;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The float8 formats of the Open Compute Project, and the variants without infinities and negative zero (`fnuz`). */
function float8Reader(format: string): NumberReader | undefined {
  const match = /e(\d)m(\d)(fnuz|fn)?$/.exec(format);
  if (!match) return undefined;
  const [exponentBits, fractionBits, variant] = [Number(match[1]), Number(match[2]), match[3]];
  const bias = 2 ** (exponentBits - 1) - (variant === 'fnuz' ? 0 : 1);
  const values = Float64Array.from({ length: 256 }, (_, byte) => {
    const sign = byte & 0x80 ? -1 : 1;
    const exponent = (byte & 0x7f) >> fractionBits;
    const fraction = byte & (2 ** fractionBits - 1);
    if (variant === 'fnuz' && byte === 0x80) return NaN;
    if (variant === 'fn' && (byte & 0x7f) === 0x7f) return NaN;
    if (variant === undefined && exponent === 2 ** exponentBits - 1)
      return fraction === 0 ? sign * Infinity : NaN;
    const scaled = fraction / 2 ** fractionBits;
    return exponent === 0 ? sign * scaled * 2 ** (1 - bias) : sign * (1 + scaled) * 2 ** (exponent - bias);
  });
  return (view, at) => values[view.getUint8(at)] ?? NaN;
}
