import { InertCall, type Value } from '../../value';
import { argumentsOf, dictOf, expression, itemsOf, nameOf, numberOf, shortName, textOf } from '../matching';
import { textOfValue } from '../pythonText';
import { attributes } from '../attributes';
import type { Known } from '../known';
import type { Form } from '../registry';
import { durationOf } from '../standard/zones';

/** The codes of frequencies by class of offset, until pandas 2.1 and since then. Since then, those of ends have an E in offsets. */
const CODES: Readonly<Record<string, readonly [old: string, now: string] | undefined>> = {
  Day: ['D', 'D'],
  MonthEnd: ['M', 'M'],
  MonthBegin: ['MS', 'MS'],
  QuarterEnd: ['Q', 'Q'],
  YearEnd: ['A', 'Y'],
  Hour: ['H', 'h'],
  Minute: ['T', 'min'],
  Second: ['S', 's'],
  Week: ['W', 'W'],
  BusinessDay: ['B', 'B'],
  QuarterBegin: ['QS', 'QS'],
  YearBegin: ['AS', 'YS'],
  BusinessMonthEnd: ['BM', 'BM'],
  BusinessMonthBegin: ['BMS', 'BMS'],
  BQuarterEnd: ['BQ', 'BQ'],
  BQuarterBegin: ['BQS', 'BQS'],
  HalfYearEnd: ['HY', 'HY'],
  HalfYearBegin: ['HYS', 'HYS'],
  BHalfYearEnd: ['BHY', 'BHY'],
  BHalfYearBegin: ['BHYS', 'BHYS'],
  BYearEnd: ['BA', 'BY'],
  BYearBegin: ['BAS', 'BYS'],
  SemiMonthEnd: ['SM', 'SM'],
  SemiMonthBegin: ['SMS', 'SMS'],
  CustomBusinessDay: ['C', 'C'],
  BusinessHour: ['BH', 'bh'],
  CustomBusinessHour: ['CBH', 'cbh'],
  Milli: ['L', 'ms'],
  Micro: ['U', 'us'],
  Nano: ['N', 'ns'],
};

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'MON TUE WED THU FRI SAT SUN'.split(' ');

const CALENDAR = ['weekmask', 'holidays', 'calendar', 'offset'];
const MONTH = ['month'];
const STARTING = ['startingMonth'];
const DAY = ['day_of_month'];

/** For each class, the names of the arguments after the count and `normalize`. */
const PARAMETERS: Readonly<Record<string, readonly string[] | undefined>> = {
  Week: ['weekday'],
  WeekOfMonth: ['week', 'weekday'],
  LastWeekOfMonth: ['weekday'],
  QuarterBegin: STARTING,
  QuarterEnd: STARTING,
  BQuarterBegin: STARTING,
  BQuarterEnd: STARTING,
  HalfYearBegin: STARTING,
  HalfYearEnd: STARTING,
  BHalfYearBegin: STARTING,
  BHalfYearEnd: STARTING,
  YearBegin: MONTH,
  YearEnd: MONTH,
  BYearBegin: MONTH,
  BYearEnd: MONTH,
  SemiMonthBegin: DAY,
  SemiMonthEnd: DAY,
  BusinessHour: ['start', 'end', 'offset'],
  CustomBusinessDay: CALENDAR,
  CustomBusinessHour: ['weekmask', 'holidays', 'calendar', 'start', 'end', 'offset'],
  CustomBusinessMonthBegin: CALENDAR,
  CustomBusinessMonthEnd: CALENDAR,
  Easter: ['method'],
  FY5253: ['weekday', 'startingMonth', 'variation'],
  FY5253Quarter: ['weekday', 'startingMonth', 'qtr_with_extra_week', 'variation'],
};

/** Offsets for which pandas prints only the hours. Their arguments are passed by name. */
const CUSTOM: ReadonlySet<string> = new Set([
  'BusinessHour',
  'CustomBusinessDay',
  'CustomBusinessHour',
  'CustomBusinessMonthBegin',
  'CustomBusinessMonthEnd',
]);

/** Classes of offsets that take a count, `normalize` and their {@link PARAMETERS}. */
export const OFFSETS: readonly string[] = [
  ...Object.keys(CODES),
  ...Object.keys(PARAMETERS).filter((name) => CODES[name] === undefined),
];

const MODULES: readonly string[] = ['pandas._libs.tslibs.offsets', 'pandas.tseries.offsets'];

/**
 * The frequency that an offset such as `MonthEnd(1, False)` represents; undefined if it is not one.
 * @param isOld whether to use the names of pandas until 2.1
 * @param isOffset whether it is that of times, and not of periods
 */
export function offsetCode(value: Value | undefined, isOld: boolean, isOffset = false): string | undefined {
  if (!(value instanceof InertCall)) return undefined;
  const name = nameOf(value.callable) ?? '';
  const short = shortName(value.callable);
  const codes = MODULES.includes(name.slice(0, -short.length - 1)) ? CODES[short] : undefined;
  const [given, , detail] = itemsOf(value.args) ?? [];
  const count = given ?? dictOf(value.state)?.get('n') ?? 1n;
  if (codes === undefined || typeof count !== 'bigint') return undefined;
  const end = isOffset && short.endsWith('End') ? 'E' : '';
  const base = `${codes[isOld ? 0 : 1]}${end}${suffixOf(short, numberOf(detail))}`;
  return count === 1n ? base : `${String(count)}${base}`;
}

/** The last month of a quarter or year, or the last day of a week. */
function suffixOf(type: string, detail: number | undefined): string {
  if (type === 'Week') return `-${WEEKDAYS[detail ?? 6] ?? 'SUN'}`;
  if (type.startsWith('Semi')) return `-${String(detail ?? 15)}`;
  return /Quarter|Year/.test(type) ? `-${MONTHS[(detail ?? 12) - 1] ?? 'DEC'}` : '';
}

/** The frequency of a `PeriodDtype`, which holds an offset or, since pandas 2.2, a text such as `period[M]`. */
export function periodFrequency(dtype: Value | undefined): string | undefined {
  const args = argumentsOf(dtype, 'pandas.core.dtypes.dtypes.PeriodDtype', 'pandas.PeriodDtype');
  const text = textOf(args?.[0]);
  if (text !== undefined) return /^[Pp]eriod\[(.*)\]$/.exec(text)?.[1] ?? text;
  return offsetCode(args?.[0], true);
}

/** An offset such as `Week(1, False, 2)`, shown as pandas prints it: `<Week: weekday=2>`, `<2 * Days>`. */
export const offsetForm: Form = (call, args) => {
  const type = shortName(call.callable);
  const names = PARAMETERS[type] ?? [];
  const [count, isNormalized, ...details] = args;
  if (
    typeof count !== 'bigint' ||
    call.kwargs !== undefined ||
    call.entries.length + call.appended.length > 0
  )
    return undefined;
  // Business days have a time by which they are moved, usually zero, which pandas does not print.
  const given = details.filter((detail) => durationOf(detail) !== 0n);
  if (given.length > names.length || (isNormalized !== undefined && typeof isNormalized !== 'boolean'))
    return undefined;
  if (CUSTOM.has(type)) return customOffset(type, count, isNormalized, details);
  const named = given.map((detail, i) => `${names[i] ?? ''}=${textOfValue(detail)}`);
  const times = timesText(type, count);
  // pandas prints the parts in the alphabetical order of their names.
  const text = `<${[times, named.sort().join(', ')].filter((part) => part !== '').join(': ')}>`;
  const typed =
    isNormalized === true || given.length > 0 ? [count, isNormalized ?? false, ...given] : [count];
  return {
    library: 'pandas',
    type,
    line: text,
    text,
    python: () => expression(`pd.offsets.${type}`, typed),
    plain: () => text,
  };
};

/** `new DateOffset() ⊕ {'n', 'normalize', 'days', …}`, shown as pandas prints it: `<DateOffset: days=3>`. */
export const dateOffsetForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const count = state?.get('n');
  if (
    !call.isNew ||
    args.length > 0 ||
    call.kwargs !== undefined ||
    call.entries.length + call.appended.length > 0
  )
    return undefined;
  if (state === undefined || typeof count !== 'bigint') return undefined;
  const isNormalized = state.get('normalize') === true;
  const named = [...state].filter(
    (entry): entry is [string, Value] =>
      typeof entry[0] === 'string' && !['n', 'normalize'].includes(entry[0]) && !entry[0].startsWith('_'),
  );
  const times = timesText('DateOffset', count);
  const details = named
    .map(([name, value]) => `${name}=${textOfValue(value)}`)
    .sort()
    .join(', ');
  const text = details === '' ? `<${times}>` : `<${times}: ${details}>`;
  return {
    library: 'pandas',
    type: 'DateOffset',
    line: text,
    text,
    python: () =>
      expression('pd.DateOffset', isNormalized ? [count, true] : [count], Object.fromEntries(named)),
    plain: () => text,
  };
};

function timesText(name: string, count: bigint): string {
  const type = name.replace(/^B(?=Quarter|Half)/, 'Business');
  return count === 1n ? type : `${String(count)} * ${type}${count === -1n ? '' : 's'}`;
}

/** `CustomBusinessDay(1, False, 'Mon Tue', (), None, timedelta(0))`, shown as `<CustomBusinessDay>`. */
function customOffset(
  type: string,
  count: bigint,
  isNormalized: Value | undefined,
  details: readonly Value[],
): Known {
  const names = PARAMETERS[type] ?? [];
  const entries = details.map((detail, i): [string, Value] => [names[i] ?? '', detail]);
  const named = entries.filter(([, value]) => value !== null && durationOf(value) !== 0n);
  const hours = hoursText(type, new Map(entries));
  const times = timesText(type, count);
  const text = hours === undefined ? `<${times}>` : `<${times}: ${hours}>`;
  return {
    library: 'pandas',
    type,
    line: text,
    text,
    children: attributes([['n', count], ['normalize', isNormalized ?? false], ...entries]),
    python: () => {
      const given = isNormalized === true ? [count, true] : [count];
      return expression(`pd.offsets.${type}`, given, Object.fromEntries(named));
    },
    plain: () => text,
  };
}

/** The hours as pandas prints them: `bh=09:00-17:00`. */
function hoursText(type: string, parts: ReadonlyMap<string, Value>): string | undefined {
  const [starts, ends] = ['start', 'end'].map((name) => itemsOf(parts.get(name)));
  if (starts === undefined || ends?.length !== starts.length) return undefined;
  const clock = (time: Value | undefined): string => textOfValue(time ?? null).slice(0, 5);
  const hours = starts.map((start, i) => `${clock(start)}-${clock(ends[i])}`);
  return `${CODES[type]?.[1] ?? ''}=${hours.join(',')}`;
}
