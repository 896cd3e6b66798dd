/** Integers and floats in the forms of pickles. */

/** The longest decimal text that is read. The time for reading it grows faster than its length. */
export const MAX_DECIMAL_DIGITS = 100_000;

/** The longest binary integer that is read, in bytes. JavaScript's own limit is slightly higher. */
export const MAX_INTEGER_BYTES = 2 ** 26;

const SMALL_INTEGERS = Array.from({ length: 1024 }, (_, i) => BigInt(i));

/** A number as bigint. Common ones are shared. */
export function integerOf(value: number): bigint {
  return SMALL_INTEGERS[value] ?? BigInt(value);
}

/** Reads a little-endian two's complement of any length. */
export function integerFromBytes(bytes: Buffer): bigint {
  const size = bytes.length;
  if (size === 0) return 0n;
  if (size <= 6) return integerOf(bytes.readIntLE(0, size));
  if (size === 8) return bytes.readBigInt64LE();
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return BigInt.asIntN(8 * size, magnitude);
}

/** The shortest little-endian two's complement, at least one byte. */
export function bytesOfInteger(value: bigint): Uint8Array {
  const magnitude = value < 0n ? ~value : value;
  const hex = magnitude.toString(16);
  const bits = 4 * hex.length - Math.clz32(parseInt(hex.charAt(0), 16)) + 28;
  // One more bit holds the sign.
  const size = (bits >> 3) + 1;
  const bytes = Buffer.from(hex.padStart(2 * size, '0'), 'hex').reverse();
  if (value < 0n) for (let i = 0; i < size; i++) bytes[i] = ~(bytes[i] as number);
  return bytes;
}

const BLANKS = '[ \\t\\n\\v\\f\\r]*';
const ANY_BASE = new RegExp(
  `^${BLANKS}([-+]?)(0[xX][\\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|0+|[1-9]\\d*)${BLANKS}$`,
);
const DECIMAL = new RegExp(`^${BLANKS}([-+]?)(\\d+)${BLANKS}$`);
/** The texts that C's `strtol` reads with any base: no blanks at the end, and no letters in an octal number. */
const C_LONG = new RegExp(`^${BLANKS}([-+]?)(0[xX][\\da-fA-F]+|0[0-7]*|[1-9]\\d*)$`);

/**
 * Reads an integer as CPython does: `int(text, 0)` or `int(text, 10)`, with blanks around it, underscores between digits, and
 * anything after a NUL. Undefined for any other text.
 */
export function parsePythonInteger(text: string, base: 0 | 10): bigint | undefined {
  const digits = withoutUnderscores(untilNul(text));
  const match = digits === undefined ? null : (base === 0 ? ANY_BASE : DECIMAL).exec(digits);
  return match === null ? undefined : signed(match[1], BigInt((match[2] as string).replace(/^0+(?=\d)/, '')));
}

/**
 * Reads the line of the opcode INT like CPython's C reader: as a C long with any base, including octal, otherwise as
 * Python's `int`. With two characters, such as `01`, 0 and 1 are booleans.
 */
export function parseIntegerLine(line: string): bigint | boolean | undefined {
  const match = C_LONG.exec(untilNul(line));
  // `strtol` returns 0 for an empty text, and CPython only checks that a NUL follows.
  const nothing = line.startsWith('\0') ? 0n : undefined;
  const value = match === null ? nothing : signed(match[1], cInteger(match[2] as string));
  if (value === undefined || BigInt.asIntN(64, value) !== value) return parsePythonInteger(line, 0);
  return line.length === 2 && (value === 0n || value === 1n) ? value === 1n : value;
}

function cInteger(digits: string): bigint {
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
}

function signed(sign: string | undefined, magnitude: bigint): bigint {
  return sign === '-' ? -magnitude : magnitude;
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Removes underscores; undefined if one is not between digits. */
function withoutUnderscores(text: string): string | undefined {
  if (!text.includes('_')) return text;
  return /(^|[^\da-zA-Z])_|__|_([^\da-zA-Z]|$)/.test(text) ? undefined : text.replaceAll('_', '');
}

/** Reads a float as CPython's `float` does; undefined for any other text. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = withoutUnderscores(untilNul(text))?.trim();
  if (trimmed === undefined) return undefined;
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}
