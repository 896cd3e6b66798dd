import {
  clockText,
  dateText,
  durationText,
  floorDivide,
  instantOf,
  modulo,
  nanosecondsOf,
  neededDigits,
  NOT_A_TIME,
  parseUnit,
  type Unit,
} from '../../../arrays/instants';
import type { NdArray } from '../../../arrays/ndArray';
import { InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { expression } from '../matching';
import { elementsOf } from '../numpy/elements';
import { isoDurationText } from '../numpy/timeValues';
import { remember } from '../registry';
import { offsetOfLocal, offsetText, type Zone } from '../standard/zones';
import { missingCell, type Vector } from './vector';

const NANOSECOND: Unit = { count: 1n, name: 'ns' };

/** The stored integers of an array of one dimension, also if its type is a time. */
export function integersOf(array: NdArray): (row: number) => bigint {
  const { type } = array;
  const isTime = type.kind === 'datetime' || type.kind === 'timedelta';
  const plain: NdArray = isTime ? { ...array, type: { ...type, kind: 'int', name: 'int64' } } : array;
  const elements = elementsOf(plain);
  const stride = array.strides[0] ?? 0;
  return (row) => elements.value(array.offset + row * stride) as bigint;
}

/** Times, in a zone or without one. As in pandas, all times without a zone in a column have the same number of digits. */
export function timesVector(array: NdArray, unitName: string, zone: Zone | undefined): Vector {
  const unit = parseUnit(unitName) ?? NANOSECOND;
  const read = integersOf(array);
  const type =
    zone === undefined ? `datetime64[${unitName}]` : `datetime64[${unitName}, ${zone.repr ?? zone.name}]`;
  return momentsVector(array.shape[0] as number, (row) => nanosecondsOf(read(row), unit), type, zone);
}

/** @param nanoseconds since 1970; undefined for a missing time */
export function momentsVector(
  length: number,
  nanoseconds: (row: number) => bigint | undefined,
  type: string,
  zone: Zone | undefined,
): Vector {
  let shared: number | undefined;
  const digits = (): number => (shared ??= sharedDigits(length, nanoseconds));
  return {
    length,
    type,
    kind: 'time',
    cell: (row) => {
      const value = nanoseconds(row);
      if (value === undefined) return missingCell('NaT');
      return { kind: 'time', text: zone === undefined ? naiveText(value, digits()) : zonedText(value, zone) };
    },
    number: (row) => {
      const value = nanoseconds(row);
      return value === undefined ? NaN : Number(value) / 1e6;
    },
    exact: nanoseconds,
    value: (row) => timestampValue(nanoseconds(row), zone),
  };
}

const DAY = 86_400_000_000_000n;

/** Digits of the second that a column needs, a multiple of three; -1 if all times are at midnight. */
function sharedDigits(length: number, read: (row: number) => bigint | undefined): number {
  let digits = -1;
  // A time that is a multiple of this many nanoseconds needs no more digits.
  let step = DAY;
  for (let row = 0; row < length && digits < 9; row++) {
    const value = read(row);
    if (value === undefined || value % step === 0n) continue;
    digits = Math.max(digits, neededDigits(value));
    step = 10n ** BigInt(9 - digits);
  }
  return digits;
}

function naiveText(nanoseconds: bigint, digits: number): string {
  const date = dateOf(nanoseconds);
  return digits < 0 ? date : `${date} ${clockText(modulo(nanoseconds, DAY), digits)}`;
}

function dateOf(nanoseconds: bigint): string {
  const instant = instantOf(nanoseconds, NANOSECOND);
  return instant === undefined ? 'NaT' : dateText(instant);
}

/** The text of `str(Timestamp)`, whose second has no, six or nine digits. */
function zonedText(utc: bigint, zone: Zone, separator = ' '): string {
  const offset = zone.offset(Number(utc / 1_000_000n));
  return `${timestampText(utc + BigInt(Math.round(offset * 1e9)), separator)}${offsetText(offset)}`;
}

function timestampText(nanoseconds: bigint, separator = ' '): string {
  const needed = neededDigits(modulo(nanoseconds, DAY));
  const digits = needed === 0 ? 0 : needed === 9 ? 9 : 6;
  return `${dateOf(nanoseconds)}${separator}${clockText(modulo(nanoseconds, DAY), digits)}`;
}

/** How a pandas Timestamp is shown. @param utc nanoseconds since 1970; a time without a zone counts as UTC */
export function knownTimestamp(utc: bigint | undefined, zone: Zone | undefined): Known {
  if (utc === undefined) return NOT_A_TIME_KNOWN;
  const text = zone === undefined ? timestampText(utc) : zonedText(utc, zone);
  const iso = zone === undefined ? timestampText(utc, 'T') : zonedText(utc, zone, 'T');
  const isFixed = zone?.isFixed === true && zone.name !== 'UTC';
  return {
    library: 'pandas',
    type: 'Timestamp',
    line: text,
    text,
    called: () =>
      expression('Timestamp', [text.replace(/:(\d\d)$/, zone === undefined ? '$&' : '$1')], {
        tz: isFixed ? `UTC${text.slice(-6)}` : zone?.name,
      }),
    python: () =>
      zone === undefined || isFixed
        ? expression('pd.Timestamp', [text])
        : expression('pd.Timestamp', [wallText(utc, zone)], { tz: zone.name }),
    plain: () => iso,
  };
}

/** The time that clocks in a zone show, with its offset if they show it twice. */
function wallText(utc: bigint, zone: Zone): string {
  const offset = zone.offset(Number(utc / 1_000_000n));
  const local = Number(utc / 1_000_000n) + offset * 1000;
  const isTwice = offsetOfLocal(zone, local, false) !== offsetOfLocal(zone, local, true);
  return `${timestampText(utc + BigInt(Math.round(offset * 1e9)))}${isTwice ? offsetText(offset) : ''}`;
}

/** How `pandas.NaT` is shown. */
export const NOT_A_TIME_KNOWN: Known = {
  library: 'pandas',
  type: 'NaTType',
  line: 'NaT',
  text: 'NaT',
  isMissing: true,
  python: () => new InertName('', 'pd.NaT'),
  plain: () => null,
};

/** A cell of a column of times as a value. A missing time is None. */
function timestampValue(utc: bigint | undefined, zone: Zone | undefined): Value {
  if (utc === undefined) return null;
  const known = knownTimestamp(utc, zone);
  return remember(new InertCall(new InertName('pandas', 'Timestamp'), new Tuple([known.text ?? ''])), known);
}

/** Durations. If all are whole days, they are shown without a time of day. */
export function durationsVector(array: NdArray, unitName: string): Vector {
  const unit = parseUnit(unitName) ?? NANOSECOND;
  const read = integersOf(array);
  const length = array.shape[0] as number;
  const nanoseconds = (row: number): bigint | undefined => nanosecondsOf(read(row), unit);
  let days: boolean | undefined;
  const text = (value: bigint): string => {
    days ??= sharedDigits(length, nanoseconds) < 0;
    return days ? `${value / DAY} days` : durationText(value);
  };
  return {
    length,
    type: `timedelta64[${unitName}]`,
    kind: 'time',
    cell: (row) => {
      const value = nanoseconds(row);
      return value === undefined ? missingCell('NaT') : { kind: 'time', text: text(value) };
    },
    number: (row) => {
      const value = nanoseconds(row);
      return value === undefined ? NaN : Number(value) / 1e6;
    },
    exact: nanoseconds,
    value: (row) => {
      const value = nanoseconds(row);
      if (value === undefined) return null;
      return remember(
        new InertCall(new InertName('pandas', 'Timedelta'), new Tuple([durationText(value)])),
        knownTimedelta(value),
      );
    },
  };
}

export function knownTimedelta(nanoseconds: bigint): Known {
  const text = durationText(nanoseconds);
  return {
    library: 'pandas',
    type: 'Timedelta',
    line: text,
    text,
    called: () => expression('Timedelta', [text]),
    python: () => expression('pd.Timedelta', [text]),
    plain: () => isoDurationText(nanoseconds),
  };
}

/** For each frequency below a day, its length in nanoseconds and the digits of the second that are shown; -1 shows no seconds. */
const CLOCKS: Readonly<Record<string, readonly [length: bigint, digits: number] | undefined>> = {
  H: [3_600_000_000_000n, -1],
  T: [60_000_000_000n, -1],
  MIN: [60_000_000_000n, -1],
  S: [1_000_000_000n, 0],
  L: [1_000_000n, 3],
  MS: [1_000_000n, 3],
  U: [1_000n, 6],
  US: [1_000n, 6],
  N: [1n, 9],
  NS: [1n, 9],
};

/** The text of a period by its ordinal: `2024-01`, `2024Q1`, `2024-01-01`. @param frequency as pandas names it, such as `M` */
export function periodText(ordinal: bigint, frequency: string): string {
  const [, name = '', anchor = ''] = /^(?:\d+)?([A-Za-z]+)(?:-([A-Z]+))?/.exec(frequency) ?? [];
  if (ordinal === NOT_A_TIME) return 'NaT';
  const base = name.toUpperCase();
  const clock = CLOCKS[base];
  if (clock !== undefined) {
    const [length, digits] = clock;
    const text = naiveText(ordinal * length, Math.max(0, digits));
    return digits < 0 ? text.slice(0, -3) : text;
  }
  return dayText(ordinal, base, anchor) ?? `${String(ordinal)} (${frequency})`;
}

/** The text of a period of a day or more; undefined for other periods. */
function dayText(ordinal: bigint, base: string, anchor: string): string | undefined {
  switch (base) {
    case 'A':
    case 'Y':
    case 'YE':
      return String(1970n + ordinal);
    case 'Q':
    case 'QE':
      return `${String(1970n + floorDivide(ordinal, 4n))}Q${String(modulo(ordinal, 4n) + 1n)}`;
    case 'M':
    case 'ME':
      return `${String(1970n + floorDivide(ordinal, 12n)).padStart(4, '0')}-${String(modulo(ordinal, 12n) + 1n).padStart(2, '0')}`;
    case 'W': {
      // Of the weeks that end on a Sunday, number 0 ends four days before 1 January 1970.
      const end =
        ordinal * 7n - 4n + BigInt(Math.max(0, 'SUN MON TUE WED THU FRI SAT'.split(' ').indexOf(anchor)));
      return `${dateOf((end - 6n) * DAY)}/${dateOf(end * DAY)}`;
    }
    case 'B': {
      // 1 January 1970 was a Thursday.
      const sinceMonday = ordinal + 3n;
      return dateOf((floorDivide(sinceMonday, 5n) * 7n + modulo(sinceMonday, 5n) - 3n) * DAY);
    }
    case 'D':
      return dateOf(ordinal * DAY);
    default:
      return undefined;
  }
}

export function periodsVector(array: NdArray, frequency: string): Vector {
  const read = integersOf(array);
  const text = (row: number): string => periodText(read(row), frequency);
  return {
    length: array.shape[0] as number,
    type: `period[${frequency}]`,
    frequency,
    kind: 'text',
    cell: (row) => (read(row) === NOT_A_TIME ? missingCell('NaT') : { kind: 'text', text: text(row) }),
    value: (row) => (read(row) === NOT_A_TIME ? null : text(row)),
  };
}
