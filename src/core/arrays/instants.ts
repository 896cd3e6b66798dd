/** Times as counts of a unit since 1970, as numpy and pandas hold them, and their text. */

/** Nanoseconds of each unit that has a constant length; finer ones are in {@link FINER}. */
const NANOSECONDS: Readonly<Record<string, bigint | undefined>> = {
  W: 604_800_000_000_000n,
  D: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};

const FINER: Readonly<Record<string, bigint | undefined>> = {
  ps: 1_000n,
  fs: 1_000_000n,
  as: 1_000_000_000n,
};

const DAY = 86_400_000_000_000n;

/** Not a time: the lowest of the 64-bit integers. */
export const NOT_A_TIME = -0x8000000000000000n;

/** A unit with its count, as in `25s`. */
export interface Unit {
  readonly count: bigint;
  readonly name: string;
}

/** @returns undefined if it is not one */
export function parseUnit(unit: string): Unit | undefined {
  const match = /^(\d{0,9})(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as|generic)$/.exec(unit);
  if (!match) return undefined;
  return { count: BigInt(match[1] === '' ? 1 : (match[1] ?? 1)), name: match[2] as string };
}

/** A moment of the proleptic Gregorian calendar. */
export interface Instant {
  /** From the first year of our era, which is 1; 0 is the one before. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Nanoseconds since midnight. */
  readonly nanoseconds: bigint;
  /** The part below a nanosecond, in attoseconds. */
  readonly attoseconds: bigint;
}

/** @param value in `unit` since 1970. Undefined for {@link NOT_A_TIME} and units without a length. */
export function instantOf(value: bigint, unit: Unit): Instant | undefined {
  if (value === NOT_A_TIME || unit.name === 'generic') return undefined;
  const count = value * unit.count;
  if (unit.name === 'Y' || unit.name === 'M') {
    const months = unit.name === 'Y' ? count * 12n : count;
    const year = 1970n + floorDivide(months, 12n);
    return {
      year: Number(year),
      month: Number(modulo(months, 12n)) + 1,
      day: 1,
      nanoseconds: 0n,
      attoseconds: 0n,
    };
  }
  const finer = FINER[unit.name];
  const nanoseconds =
    finer === undefined ? count * (NANOSECONDS[unit.name] ?? 1n) : floorDivide(count, finer);
  const attoseconds = finer === undefined ? 0n : modulo(count, finer) * (1_000_000_000n / finer);
  const date = civilDate(floorDivide(nanoseconds, DAY));
  return { ...date, nanoseconds: modulo(nanoseconds, DAY), attoseconds };
}

/** Nanoseconds since 1970, rounded down; undefined as for {@link instantOf}. */
export function nanosecondsOf(value: bigint, unit: Unit): bigint | undefined {
  if (value === NOT_A_TIME || unit.name === 'generic') return undefined;
  const length = NANOSECONDS[unit.name];
  // Most columns of times count nanoseconds.
  if (length === 1n && unit.count === 1n) return value;
  if (length !== undefined) return value * unit.count * length;
  const instant = instantOf(value, unit);
  return instant && daysFrom(instant.year, instant.month, instant.day) * DAY + instant.nanoseconds;
}

/** Days since 1970 as a date. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function civilDate(days: bigint): Pick<Instant, 'year' | 'month' | 'day'> {
  const shifted = days + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = Number(shifted - era * 146_097n);
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = Number(era) * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return { year, month, day };
}

/** Days from 1970 to a date. */
export function daysFrom(year: number, month: number, day: number): bigint {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return BigInt(era) * 146_097n + BigInt(dayOfEra) - 719_468n;
}

/** `2024-02-29`; years before 0 have a sign among the four characters, as in numpy. */
export function dateText({ year, month, day }: Pick<Instant, 'year' | 'month' | 'day'>): string {
  const sign = year < 0 ? '-' : '';
  return `${sign}${String(Math.abs(year)).padStart(4 - sign.length, '0')}-${pad(month)}-${pad(day)}`;
}

/** `12:34:56`, with so many digits of the second behind a point. */
export function clockText(nanoseconds: bigint, digits: number, attoseconds = 0n): string {
  const seconds = Number(nanoseconds / 1_000_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => pad(part))
    .join(':');
  if (digits === 0) return clock;
  const fraction = `${pad(Number(nanoseconds % 1_000_000_000n), 9)}${String(attoseconds).padStart(9, '0')}`;
  return `${clock}.${fraction.slice(0, digits)}`;
}

/** As numpy prints it, with the precision of its unit: `2024-02`, `2024-02-29T12`, `2024-02-29T12:34:56.789`, `NaT`. */
export function numpyDatetimeText(value: bigint, unit: Unit): string {
  if (value === NOT_A_TIME) return 'NaT';
  const instant = instantOf(value, unit);
  if (instant === undefined) return String(value);
  const date = dateText(instant);
  const digits = UNIT_DIGITS[unit.name];
  switch (unit.name) {
    case 'Y':
      return date.slice(0, -6);
    case 'M':
      return date.slice(0, -3);
    case 'W':
    case 'D':
      return date;
    case 'h':
      return `${date}T${clockText(instant.nanoseconds, 0).slice(0, 2)}`;
    case 'm':
      return `${date}T${clockText(instant.nanoseconds, 0).slice(0, 5)}`;
    default:
      return `${date}T${clockText(instant.nanoseconds, digits ?? 0, instant.attoseconds)}`;
  }
}

const UNIT_DIGITS: Readonly<Record<string, number | undefined>> = {
  s: 0,
  ms: 3,
  us: 6,
  ns: 9,
  ps: 12,
  fs: 15,
  as: 18,
};

/** Digits of a second that are not all zeros, in threes: 0, 3, 6 or 9. */
export function neededDigits(nanoseconds: bigint): number {
  if (nanoseconds % 1_000_000_000n === 0n) return 0;
  if (nanoseconds % 1_000_000n === 0n) return 3;
  return nanoseconds % 1_000n === 0n ? 6 : 9;
}

/** A duration as pandas prints it: `1 days 02:03:04.500000`, `-1 days +23:59:59`. */
export function durationText(nanoseconds: bigint): string {
  const days = floorDivide(nanoseconds, DAY);
  const rest = modulo(nanoseconds, DAY);
  const needed = neededDigits(rest);
  const digits = needed === 0 ? 0 : needed === 9 ? 9 : 6;
  return `${String(days)} days ${days < 0n ? '+' : ''}${clockText(rest, digits)}`;
}

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export function modulo(a: bigint, b: bigint): bigint {
  return a - floorDivide(a, b) * b;
}

function pad(number: number, width = 2): string {
  return String(number).padStart(width, '0');
}
