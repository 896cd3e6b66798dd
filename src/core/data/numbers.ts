import { floatReader } from '../arrays/floats';
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
      return floatReader(type.size, little, type.floatFormat);
    case 'complex':
      return complexReader(type.size / 2, little);
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

function complexReader(size: number, little: boolean): NumberReader | undefined {
  const read = floatReader(size, little, undefined);
  return read && ((view, at) => Math.hypot(read(view, at), read(view, at + size)));
}
