/** How numpy prints floats that stand together: with as many digits as the longest of them needs, up to a precision. */

/** Digits behind the point (numpy's `precision`). */
const PRECISION = 8;

/** The layout of floats in one array (numpy's `FloatingFormat`). */
export interface FloatLayout {
  readonly isExponential: boolean;
  /** Characters before the point, a sign included. */
  readonly left: number;
  /** Digits behind the point. */
  readonly right: number;
  /** Characters of the exponent, its sign included. */
  readonly exponent: number;
  readonly hasPlus: boolean;
}

/** A float of any size. */
export interface PrintedFloat {
  /** The shortest number that reads back as the same, which is printed if it is short enough. */
  readonly short: number;
  readonly exact: number;
  /** Its shortest digits, where it has more than a number of JavaScript. */
  readonly digits?: string;
}

/** Numbers that JavaScript has none for are taken for these where only their size matters. */
const [LARGEST, SMALLEST] = [1e300, 1e-300];

/** A float by its shortest digits. */
export function floatOfDigits(digits: string): PrintedFloat {
  if (/[nf]/.test(digits)) {
    const exact = digits === 'nan' ? NaN : digits.startsWith('-') ? -Infinity : Infinity;
    return { short: exact, exact };
  }
  const number = Number(digits);
  const isZero = !/[1-9]/.test(digits.replace(/e.*/, ''));
  const size = isZero ? 0 : Math.min(LARGEST, Math.max(SMALLEST, Math.abs(number)));
  const exact = digits.startsWith('-') ? -size : size;
  return { short: exact, exact, digits };
}

/** @param hasPlus whether positive numbers have a sign */
export function layoutFloats(numbers: readonly PrintedFloat[], hasPlus = false): FloatLayout {
  const finite = numbers.filter(({ exact }) => Number.isFinite(exact));
  const isExponential = needsExponent(finite.map(({ exact }) => exact));
  const parts = finite.map((number) => splitFloat(number, isExponential, hasPlus));
  const longest = (lengths: readonly number[]): number =>
    lengths.reduce((most, length) => Math.max(most, length), 0);
  const right = longest(parts.map(({ fraction }) => fraction.length));
  const exponent = longest(parts.map((part) => part.exponent.length));
  let left = longest(parts.map(({ whole }) => whole.length));
  const tail = right + 1 + (exponent > 0 ? exponent + 1 : 0);
  // As in numpy, there is room for an infinity if anything is not finite.
  if (finite.length < numbers.length)
    left = Math.max(left, (hasPlus || numbers.some(({ exact }) => exact === -Infinity) ? 4 : 3) - tail);
  return { isExponential, left, right, exponent, hasPlus };
}

export function floatText(number: PrintedFloat, layout: FloatLayout): string {
  const { isExponential, left, right, exponent, hasPlus } = layout;
  const width = left + 1 + right + (isExponential ? exponent + 1 : 0);
  if (!Number.isFinite(number.exact)) return nonFinite(number.exact, hasPlus).padStart(width);
  const short = splitFloat(number, isExponential, hasPlus);
  if (!isExponential) return `${short.whole.padStart(left)}.${short.fraction}`.padEnd(width);
  // If other numbers need more digits, numpy prints further digits of this one.
  const part = short.fraction.length < right ? splitFloat(number, true, hasPlus, right) : short;
  const [sign = '+', ...digits] = part.exponent;
  return `${part.whole.padStart(left)}.${part.fraction.padEnd(right, '0')}e${sign}${digits.join('').padStart(exponent - 1, '0')}`;
}

function needsExponent(finite: readonly number[]): boolean {
  let [low, high] = [Infinity, 0];
  for (const number of finite) {
    const magnitude = Math.abs(number);
    if (magnitude === 0) continue;
    low = Math.min(low, magnitude);
    high = Math.max(high, magnitude);
  }
  return high > 0 && (high >= 1e8 || low < 0.0001 || high / low > 1000);
}

/** @param places digits behind the point of one with an exponent; as few as will do unless given */
function splitFloat(
  { short, exact, digits: all }: PrintedFloat,
  isExponential: boolean,
  hasPlus: boolean,
  places?: number,
): { whole: string; fraction: string; exponent: string } {
  const sign = short < 0 || Object.is(short, -0) ? '-' : hasPlus ? '+' : '';
  const number = { short: Math.abs(short), exact: Math.abs(exact) };
  const text =
    all !== undefined
      ? roundedDigits(all, isExponential, places)
      : isExponential
        ? exponential(number, places)
        : positional(number);
  const [digits = '', power = ''] = text.split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const exponent = power === '' ? '' : power.replace(/^([+-])(\d)$/, '$10$2');
  return { whole: sign + whole, fraction: fraction.replace(/0+$/, ''), exponent };
}

/** The shortest digits that read back the same, or the precision where those are more. */
function positional({ short, exact }: PrintedFloat): string {
  const text = String(short);
  const point = text.indexOf('.');
  const isShort = !text.includes('e') && (point < 0 || text.length - point - 1 <= PRECISION);
  return isShort ? text : exact.toFixed(PRECISION);
}

/** As {@link positional} and {@link exponential}, by the digits alone. */
function roundedDigits(text: string, isExponential: boolean, places?: number): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '') || '0';
  // The power of ten of the last digit.
  const last = Number(exponent) - fraction.length;
  if (!isExponential) {
    const kept = roundHalf(digits, -last - PRECISION);
    const all = kept.padEnd(kept.length + Math.max(0, last), '0');
    const behind = Math.min(PRECISION, Math.max(0, -last));
    const padded = all.padStart(behind + 1, '0');
    return behind === 0 ? padded : `${padded.slice(0, -behind)}.${padded.slice(-behind)}`;
  }
  const surplus = Math.max(0, digits.length - 1 - (places ?? PRECISION));
  const kept = roundHalf(digits, surplus);
  const power = digits === '0' ? 0 : last + surplus + kept.length - 1;
  const tail = kept
    .slice(1)
    .replace(/0+$/, '')
    .padEnd(places ?? 0, '0');
  return `${kept.charAt(0)}${tail === '' ? '' : `.${tail}`}e${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

/** Leaves out so many digits at the end, and rounds the rest. */
function roundHalf(digits: string, surplus: number): string {
  if (surplus <= 0) return digits;
  const unit = 10n ** BigInt(Math.min(surplus, digits.length + 1));
  const number = BigInt(digits);
  const [kept, rest] = [number / unit, (number % unit) * 2n];
  const isUp = rest > unit || (rest === unit && kept % 2n === 1n);
  return String(isUp ? kept + 1n : kept);
}

function exponential({ short, exact }: PrintedFloat, places?: number): string {
  if (places !== undefined) return exact.toExponential(places);
  const text = short.toExponential();
  const digits = text.indexOf('e') - text.indexOf('.') - 1;
  return text.includes('.') && digits > PRECISION ? exact.toExponential(PRECISION) : text;
}

function nonFinite(number: number, hasPlus: boolean): string {
  if (Number.isNaN(number)) return hasPlus ? '+nan' : 'nan';
  return number < 0 ? '-inf' : hasPlus ? '+inf' : 'inf';
}
