/** The digits of C's long double, which has more of them than JavaScript's numbers: on x86, a sign, 15 bits of exponent, 64 of mantissa. */

const BIAS = 16_383 + 63;
const LOWEST = 1 - BIAS;
const TOP_BIT = 1n << 63n;

/** The shortest decimal that is read back as the same long double, as numpy prints a scalar: `0.33333333333333333334`, `1e+4000`. */
export function longDoubleText(view: DataView, at: number, isLittle: boolean): string {
  const head = view.getUint16(at + (isLittle ? 8 : 6), isLittle);
  const mantissa = view.getBigUint64(at + (isLittle ? 0 : 8), isLittle);
  const exponent = head & 0x7fff;
  const sign = head & 0x8000 ? '-' : '';
  if (exponent === 0x7fff) return BigInt.asUintN(63, mantissa) === 0n ? `${sign}inf` : 'nan';
  if (mantissa === 0n) return `${sign}0.0`;
  const { digits, power } = shortestDigits(mantissa, Math.max(exponent - BIAS, LOWEST));
  return sign + decimalText(digits, power);
}

/** Digits with a point, or with an exponent below 0.0001 and from 1e16 on. @param power of ten of the first digit */
function decimalText(digits: string, power: number): string {
  if (power < -4 || power >= 16) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits.charAt(0)}${rest}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  return `${whole}.${digits.slice(power + 1) || '0'}`;
}

/**
 * The shortest digits of `mantissa * 2 ** exponent` that no other long double is nearer to (Steele and White; Burger and Dybvig,
 * "Printing Floating-Point Numbers Quickly and Accurately").
 */
function shortestDigits(mantissa: bigint, exponent: number): { digits: string; power: number } {
  // The next lower number is half as far if the mantissa is a power of two.
  const isUneven = mantissa === TOP_BIT && exponent > LOWEST;
  const extra = isUneven ? 2n : 1n;
  const scale = exponent >= 0 ? 1n << BigInt(exponent) : 1n;
  let rest = mantissa * scale * 2n * extra;
  let whole = (exponent < 0 ? 1n << BigInt(-exponent) : 1n) * 2n * extra;
  let [above, below] = [scale * extra, scale];
  const isEven = mantissa % 2n === 0n;
  const reaches = (sum: bigint, limit: bigint): boolean => (isEven ? sum >= limit : sum > limit);
  // One less than the power at most, which the loop below corrects.
  let power = Math.ceil((mantissa.toString(2).length - 1 + exponent) * Math.log10(2) - 1e-9) - 1;
  if (power >= 0) whole *= 10n ** BigInt(power + 1);
  else if (power < -1) {
    const factor = 10n ** BigInt(-power - 1);
    [rest, above, below] = [rest * factor, above * factor, below * factor];
  }
  if (reaches(rest + above, whole)) {
    power++;
    whole *= 10n;
  }
  let digits = '';
  for (;;) {
    [rest, above, below] = [rest * 10n, above * 10n, below * 10n];
    const digit = rest / whole;
    rest %= whole;
    const isLow = isEven ? rest <= below : rest < below;
    const isHigh = reaches(rest + above, whole);
    if (!isLow && !isHigh) {
      digits += String(digit);
      continue;
    }
    const isUp = isLow && isHigh ? rest * 2n >= whole : isHigh;
    return { digits: digits + String(isUp ? digit + 1n : digit), power };
  }
}
