import { LimitError } from './errors';
import { say } from './text';

/**
 * Digits of an integer beyond which text is neither read nor written. Conversion costs more than linear time, so a larger number
 * would let a short message burn seconds; Python's own default limit is 4,300.
 */
const MAX_INTEGER_DIGITS = 50_000;

/** Signed integers of this many bits have at most 4,300 digits, the most that Python reads by default. */
const PYTHON_INTEGER_BITS = 14_284;
/** Signed integers of this many bits have at most {@link MAX_INTEGER_DIGITS} digits. */
const MAX_INTEGER_BITS = 166_096;

/** Up to 15 digits are exact as a number, from which a bigint is made much faster than from text. */
const EXACT_DIGITS = 15;

/** @param text an optional sign and decimal digits, already checked to be so. @throws LimitError */
export function parseInteger(text: string): bigint {
  if (text.length <= EXACT_DIGITS) return BigInt(Number(text));
  if (text.length > MAX_INTEGER_DIGITS + 1) throw tooManyDigits();
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}

/** Decimal digits. @throws LimitError */
export function formatInteger(value: bigint): string {
  if (BigInt.asIntN(MAX_INTEGER_BITS, value) !== value) throw tooManyDigits();
  return value.toString();
}

/** Whether Python reads the number in decimal. It reads one of any size in hexadecimal. */
export function isPythonDecimal(value: bigint): boolean {
  return BigInt.asIntN(PYTHON_INTEGER_BITS, value) === value;
}

/** As Python's `repr` of a float: the shortest digits that read back the same, `1e+16`, `1e-05`, `nan`, `-inf`. */
export function formatFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) {
    const text = String(value);
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (Number.isNaN(value)) return 'nan';
  if (magnitude === Infinity) return value > 0 ? 'inf' : '-inf';
  return value.toExponential().replace(/(?<=[+-])\d$/, '0$&');
}

function tooManyDigits(): LimitError {
  return new LimitError(
    say`An integer`,
    MAX_INTEGER_DIGITS,
    say`digits`,
    say`A pickle holds integers of any size.`,
  );
}
