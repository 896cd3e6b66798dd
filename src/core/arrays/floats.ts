/** Reading and writing of floats that JavaScript has no type for. */

/** Reads one float; `at` in bytes from the start of the view. */
export type ReadFloat = (view: DataView, at: number) => number;

/** The reader of a format: by size in bytes for those of IEEE 754, or by name, such as `bfloat16`. Undefined for others. */
export function floatReader(
  size: number,
  isLittle: boolean,
  format: string | undefined,
): ReadFloat | undefined {
  if (format !== undefined) return NAMED[format]?.(isLittle);
  switch (size) {
    case 2:
      return (view, at) => smallFloat(view.getUint16(at, isLittle), 5, 10);
    case 4:
      return (view, at) => view.getFloat32(at, isLittle);
    case 8:
      return (view, at) => view.getFloat64(at, isLittle);
    case 16:
      return (view, at) => extendedFloat(view, at, isLittle);
    default:
      return undefined;
  }
}

const NAMED: Readonly<Record<string, ((isLittle: boolean) => ReadFloat) | undefined>> = {
  bfloat16: (isLittle) => (view, at) => bfloat16(view.getUint16(at, isLittle)),
  float8_e4m3fn: () => (view, at) => float8WithoutInfinity(view.getUint8(at), 4, 3),
  float8_e5m2: () => (view, at) => smallFloat(view.getUint8(at), 5, 2),
  float8_e4m3fnuz: () => (view, at) => float8WithoutZeroSign(view.getUint8(at), 4, 3),
  float8_e5m2fnuz: () => (view, at) => float8WithoutZeroSign(view.getUint8(at), 5, 2),
  float8_e8m0fnu: () => (view, at) => (view.getUint8(at) === 0xff ? NaN : 2 ** (view.getUint8(at) - 127)),
};

/** A float of IEEE 754's kind, of so many bits. */
function smallFloat(bits: number, exponentBits: number, mantissaBits: number): number {
  const sign = bits >> (exponentBits + mantissaBits) ? -1 : 1;
  const exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
  const mantissa = (bits & ((1 << mantissaBits) - 1)) / (1 << mantissaBits);
  const bias = (1 << (exponentBits - 1)) - 1;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias);
  if (exponent === (1 << exponentBits) - 1) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa) * 2 ** (exponent - bias);
}

/** `fn`: all bits set are nan, and there is no infinity. */
function float8WithoutInfinity(bits: number, exponentBits: number, mantissaBits: number): number {
  if ((bits & 0x7f) === 0x7f) return NaN;
  return finiteFloat(bits, exponentBits, mantissaBits, (1 << (exponentBits - 1)) - 1);
}

/** `fnuz`: the bits of -0.0 mean nan, the bias is one more, and there is no infinity. */
function float8WithoutZeroSign(bits: number, exponentBits: number, mantissaBits: number): number {
  if (bits === 0x80) return NaN;
  return finiteFloat(bits, exponentBits, mantissaBits, 1 << (exponentBits - 1));
}

function finiteFloat(bits: number, exponentBits: number, mantissaBits: number, bias: number): number {
  const sign = bits >> (exponentBits + mantissaBits) ? -1 : 1;
  const exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
  const mantissa = (bits & ((1 << mantissaBits) - 1)) / (1 << mantissaBits);
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias);
  return sign * (1 + mantissa) * 2 ** (exponent - bias);
}

const scratch = new DataView(new ArrayBuffer(8));

function bfloat16(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}

/** The 80-bit format of x86, padded to 16 bytes, as the nearest float of 64 bits. */
function extendedFloat(view: DataView, at: number, isLittle: boolean): number {
  const signAndExponent = view.getUint16(at + (isLittle ? 8 : 6), isLittle);
  const mantissa = view.getBigUint64(at + (isLittle ? 0 : 8), isLittle);
  const sign = signAndExponent & 0x8000 ? -1 : 1;
  const exponent = signAndExponent & 0x7fff;
  if (exponent === 0x7fff) return mantissa << 1n === 1n << 64n ? sign * Infinity : NaN;
  // In two steps, as 2 ** -16445 alone is 0.
  const scale = exponent - 16383 - 63;
  return sign * Number(mantissa) * 2 ** Math.trunc(scale / 2) * 2 ** (scale - Math.trunc(scale / 2));
}

/** The significant digits with which a float of each size reads back the same, whatever it is. */
const DIGITS: Readonly<Record<number, number | undefined>> = { 1: 4, 2: 5, 4: 9 };

/** Smaller floats of 32 bits have fewer digits. */
const SMALLEST_NORMAL = 2 ** -126;

/** The shortest digits that are read back as the same float of that format, as a number whose text they are. */
export function shortest(value: number, size: number, format?: string): number {
  const most = format === 'bfloat16' ? 4 : DIGITS[size];
  if (most === undefined || !Number.isFinite(value) || value === 0) return value;
  const isSingle = format === undefined && size === 4;
  const same = isSingle ? Math.fround : nearestOf(size, format);
  // No two decimals of six digits are the same float of 32 bits, so a shorter one is these digits without zeros at the end.
  const first = isSingle && Math.abs(value) >= SMALLEST_NORMAL ? 6 : 1;
  for (let digits = first; digits < most; digits++) {
    const shorter = Number(roundedToEven(value, digits));
    if (same(shorter) === value) return shorter;
  }
  return Number(roundedToEven(value, most));
}

/** As `toPrecision`, which rounds ties away from zero, while numpy rounds them to the even digit. */
function roundedToEven(value: number, digits: number): string {
  const more = value.toExponential(digits);
  const isEven = /[02468]\.?5e/.test(more);
  return isEven && Number(more) === value ? more.replace('5e', 'e') : value.toPrecision(digits);
}

function nearestOf(size: number, format: string | undefined): (value: number) => number {
  const bits = format === 'bfloat16' ? 7 : size === 2 ? 10 : format?.includes('e5m2') ? 2 : 3;
  const lowest = format === 'bfloat16' ? -126 : size === 2 || format?.includes('e5m2') ? -14 : -6;
  return (value) => {
    const exponent = Math.max(lowest, Math.floor(Math.log2(Math.abs(value))));
    const unit = 2 ** (exponent - bits);
    const scaled = value / unit;
    const rounded = Math.round(scaled);
    // Ties go to even.
    const even = Math.abs(scaled % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
    return even * unit;
  };
}
