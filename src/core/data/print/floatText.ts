/** How numpy prints floats that stand together: with as many digits as the longest of them needs, up to a precision. */

/** Digits behind the point (numpy's `precision`). */
const PRECISION = 8;

/** How floats are laid out that stand in one array (numpy's `FloatingFormat`). */
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

/** @param hasPlus whether positive numbers have a sign */
export function layoutFloats(numbers: readonly number[], hasPlus = false): FloatLayout {
  const finite = numbers.filter(Number.isFinite);
  const isExponential = needsExponent(finite);
  const parts = finite.map((number) => splitFloat(number, isExponential, hasPlus));
  const longest = (lengths: readonly number[]): number =>
    lengths.reduce((most, length) => Math.max(most, length), 0);
  const right = longest(parts.map(({ fraction }) => fraction.length));
  const exponent = longest(parts.map((part) => part.exponent.length));
  let left = longest(parts.map(({ whole }) => whole.length));
  const tail = right + 1 + (exponent > 0 ? exponent + 1 : 0);
  for (const number of numbers)
    if (!Number.isFinite(number)) left = Math.max(left, nonFinite(number, hasPlus).length - tail);
  return { isExponential, left, right, exponent, hasPlus };
}

export function floatText(number: number, layout: FloatLayout): string {
  const { isExponential, left, right, exponent, hasPlus } = layout;
  const width = left + 1 + right + (isExponential ? exponent + 1 : 0);
  if (!Number.isFinite(number)) return nonFinite(number, hasPlus).padStart(width);
  const part = splitFloat(number, isExponential, hasPlus);
  const head = `${part.whole.padStart(left)}.`;
  if (!isExponential) return `${head}${part.fraction}`.padEnd(width);
  const [sign = '+', ...digits] = part.exponent;
  return `${head}${part.fraction.padEnd(right, '0')}e${sign}${digits.join('').padStart(exponent - 1, '0')}`;
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

function splitFloat(
  number: number,
  isExponential: boolean,
  hasPlus: boolean,
): { whole: string; fraction: string; exponent: string } {
  const sign = number < 0 || Object.is(number, -0) ? '-' : hasPlus ? '+' : '';
  const magnitude = Math.abs(number);
  const [digits = '', power = ''] = (isExponential ? exponential(magnitude) : positional(magnitude)).split(
    'e',
  );
  const [whole = '', fraction = ''] = digits.split('.');
  const exponent = power === '' ? '' : power.replace(/^([+-])(\d)$/, '$10$2');
  return { whole: sign + whole, fraction: fraction.replace(/0+$/, ''), exponent };
}

/** The shortest digits that read back the same, or the precision where those are more. */
function positional(magnitude: number): string {
  const text = String(magnitude);
  const point = text.indexOf('.');
  const isShort = !text.includes('e') && (point < 0 || text.length - point - 1 <= PRECISION);
  return isShort ? text : magnitude.toFixed(PRECISION);
}

function exponential(magnitude: number): string {
  const text = magnitude.toExponential();
  const digits = text.indexOf('e') - text.indexOf('.') - 1;
  return text.includes('.') && digits > PRECISION ? magnitude.toExponential(PRECISION) : text;
}

function nonFinite(number: number, hasPlus: boolean): string {
  if (Number.isNaN(number)) return 'nan';
  return number < 0 ? '-inf' : hasPlus ? '+inf' : 'inf';
}
