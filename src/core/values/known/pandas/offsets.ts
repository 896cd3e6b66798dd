import { InertCall, type Value } from '../../value';
import { argumentsOf, dictOf, expression, itemsOf, nameOf, numberOf, shortName, textOf } from '../matching';
import { textOfValue } from '../pythonText';
import type { Form } from '../registry';
import { durationOf } from '../standard/zones';

/** What pandas calls the frequency of an offset until 2.1, and since then. */
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
  Milli: ['L', 'ms'],
  Micro: ['U', 'us'],
  Nano: ['N', 'ns'],
};

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'MON TUE WED THU FRI SAT SUN'.split(' ');

/** By the class, the names of what follows the count and whether it is normalized. */
const PARAMETERS: Readonly<Record<string, readonly string[] | undefined>> = {
  Week: ['weekday'],
  WeekOfMonth: ['week', 'weekday'],
  LastWeekOfMonth: ['weekday'],
  QuarterBegin: ['startingMonth'],
  QuarterEnd: ['startingMonth'],
  BQuarterBegin: ['startingMonth'],
  BQuarterEnd: ['startingMonth'],
  YearBegin: ['month'],
  YearEnd: ['month'],
  BYearBegin: ['month'],
  BYearEnd: ['month'],
  SemiMonthBegin: ['day_of_month'],
  SemiMonthEnd: ['day_of_month'],
};

/** Classes of offsets that are made of a count, whether it is normalized, and {@link PARAMETERS}. */
export const OFFSETS: readonly string[] = [
  ...Object.keys(CODES),
  ...Object.keys(PARAMETERS).filter((name) => CODES[name] === undefined),
  ...['BusinessMonthBegin', 'BusinessMonthEnd', 'Easter'],
];

const MODULES: readonly string[] = ['pandas._libs.tslibs.offsets', 'pandas.tseries.offsets'];

/**
 * The frequency that an offset such as `MonthEnd(1, False)` stands for; undefined where it is none.
 * @param isOld as pandas names it until 2.1
 */
export function offsetCode(value: Value | undefined, isOld: boolean): string | undefined {
  if (!(value instanceof InertCall)) return undefined;
  const name = nameOf(value.callable) ?? '';
  const short = shortName(value.callable);
  const codes = MODULES.includes(name.slice(0, -short.length - 1)) ? CODES[short] : undefined;
  const [given, , detail] = itemsOf(value.args) ?? [];
  const count = given ?? dictOf(value.state)?.get('n') ?? 1n;
  if (codes === undefined || typeof count !== 'bigint') return undefined;
  const base = `${codes[isOld ? 0 : 1]}${suffixOf(short, numberOf(detail))}`;
  return count === 1n ? base : `${String(count)}${base}`;
}

/** The month with which a quarter or year ends, or the day with which a week does. */
function suffixOf(type: string, detail: number | undefined): string {
  if (type === 'Week') return `-${WEEKDAYS[detail ?? 6] ?? 'SUN'}`;
  if (type !== 'QuarterEnd' && type !== 'YearEnd') return '';
  return `-${MONTHS[(detail ?? 12) - 1] ?? 'DEC'}`;
}

/** Of a `PeriodDtype`, which holds an offset, or since pandas 2.2 a text such as `period[M]`. */
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
  // Business days may be moved by a time, which mostly is none.
  const given = details.filter((detail) => durationOf(detail) !== 0n);
  if (given.length > names.length || (isNormalized !== undefined && typeof isNormalized !== 'boolean'))
    return undefined;
  const named = given.map((detail, i) => `${names[i] ?? ''}=${textOfValue(detail)}`);
  const times = count === 1n ? type : `${String(count)} * ${type}s`;
  const text = `<${[times, named.join(', ')].filter((part) => part !== '').join(': ')}>`;
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
