import { InertCall, type Value } from '../../value';
import { argumentsOf, dictOf, itemsOf, nameOf, shortName, textOf } from '../matching';

/** What pandas calls the frequency of an offset. */
const CODES: Readonly<Record<string, string | undefined>> = {
  Day: 'D',
  MonthEnd: 'M',
  MonthBegin: 'MS',
  QuarterEnd: 'Q',
  YearEnd: 'A',
  Hour: 'H',
  Minute: 'T',
  Second: 'S',
  Week: 'W',
  BusinessDay: 'B',
  Milli: 'L',
  Micro: 'U',
  Nano: 'N',
};

const MODULES: readonly string[] = ['pandas._libs.tslibs.offsets', 'pandas.tseries.offsets'];

/** The frequency that an offset such as `MonthEnd(1, False)` stands for; undefined where it is none. */
export function offsetCode(value: Value | undefined): string | undefined {
  if (!(value instanceof InertCall)) return undefined;
  const name = nameOf(value.callable) ?? '';
  const short = shortName(value.callable);
  const code = MODULES.includes(name.slice(0, -short.length - 1)) ? CODES[short] : undefined;
  const count = itemsOf(value.args)?.[0] ?? dictOf(value.state)?.get('n') ?? 1n;
  return code === undefined
    ? undefined
    : count === 1n
      ? code
      : `${typeof count === 'bigint' ? String(count) : ''}${code}`;
}

/** Of a `PeriodDtype`, which holds an offset, or since pandas 2.2 a text such as `period[M]`. */
export function periodFrequency(dtype: Value | undefined): string | undefined {
  const args = argumentsOf(dtype, 'pandas.core.dtypes.dtypes.PeriodDtype', 'pandas.PeriodDtype');
  const text = textOf(args?.[0]);
  if (text !== undefined) return /^[Pp]eriod\[(.*)\]$/.exec(text)?.[1] ?? text;
  return offsetCode(args?.[0]);
}
