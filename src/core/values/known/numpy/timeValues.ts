import {
  floorDivide,
  modulo,
  nanosecondsOf,
  NOT_A_TIME,
  numpyDatetimeText,
  type Unit,
} from '../../../arrays/instants';
import type { ElementType } from '../../../arrays/ndArray';
import { InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { expression } from '../matching';
import { remember } from '../registry';

/** A time or duration of numpy, recognized at once, and written into a pickle as `numpy.datetime64(...)` or `timedelta64(...)`. */
export function timeValue(
  count: bigint,
  unit: Unit,
  { kind, unit: unitName = 'generic' }: ElementType,
): Value {
  const isDate = kind === 'datetime';
  const text = isDate ? numpyDatetimeText(count, unit) : timedeltaText(count, unit);
  const isNone = count === NOT_A_TIME;
  const args: Value[] = [isDate || isNone ? (isNone ? 'NaT' : text) : count, unitName];
  const name = isDate ? 'datetime64' : 'timedelta64';
  const known: Known = {
    library: 'numpy',
    type: name,
    line: text,
    text,
    ...(isNone && { isMissing: true as const }),
    called: () => {
      const shown = typeof args[0] === 'string' ? `'${args[0]}'` : String(count);
      // numpy leaves out most units of one that is a moment.
      const isImplied = unitName === 'generic' || (isDate && /^(?!h)\D+$/.test(unitName));
      return new InertName('', `numpy.${name}(${shown}${isImplied ? '' : `,'${unitName}'`})`);
    },
    python: () => expression(`np.${name}`, args),
    plain: () => (isNone ? null : isDate ? text : isoDuration(count, unit)),
  };
  return remember(new InertCall(new InertName('numpy', name), new Tuple(args)), known);
}

const WORDS: Readonly<Record<string, string | undefined>> = {
  Y: 'years',
  M: 'months',
  W: 'weeks',
  D: 'days',
  h: 'hours',
  m: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  ps: 'picoseconds',
  fs: 'femtoseconds',
  as: 'attoseconds',
  generic: 'generic time units',
};

export function timedeltaText(count: bigint, unit: Unit): string {
  return count === NOT_A_TIME ? 'NaT' : `${count * unit.count} ${WORDS[unit.name] ?? unit.name}`;
}

/** A duration in ISO 8601 if its unit has a fixed length; other durations as numpy prints them. */
function isoDuration(count: bigint, unit: Unit): string {
  const nanoseconds = unit.name === 'Y' || unit.name === 'M' ? undefined : nanosecondsOf(count, unit);
  if (nanoseconds === undefined) return timedeltaText(count, unit);
  return isoDurationText(nanoseconds);
}

/** A duration as pandas writes it: `P1DT2H3M4.5S`, or `P-1DT23H59M59S` for minus one second. */
export function isoDurationText(nanoseconds: bigint): string {
  const rest = modulo(nanoseconds, DAY);
  const seconds = rest / 1_000_000_000n;
  const fraction = String(rest % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const [hours, minutes] = [seconds / 3600n, (seconds / 60n) % 60n].map(String);
  const clock = `${hours ?? ''}H${minutes ?? ''}M${String(seconds % 60n)}`;
  return `P${String(floorDivide(nanoseconds, DAY))}DT${clock}${fraction === '' ? '' : `.${fraction}`}S`;
}

const DAY = 86_400_000_000_000n;
