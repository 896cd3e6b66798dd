import {
  floorDivide,
  instantOf,
  modulo,
  nanosecondsOf,
  NOT_A_TIME,
  parseUnit,
  type Unit,
} from '../../../arrays/instants';
import type { ElementType } from '../../../arrays/ndArray';

/** Units in which Python has dates, moments and durations; numpy takes all others for numbers. */
const DATES: ReadonlySet<string> = new Set(['Y', 'M', 'W', 'D']);
const MOMENTS: ReadonlySet<string> = new Set(['h', 'm', 's', 'ms', 'us']);
const DURATIONS: ReadonlySet<string> = new Set(['W', 'D', ...MOMENTS]);

const DAY_SECONDS = 86_400n;
/** Days of the longest duration of Python. */
const MAX_DAYS = 999_999_999n;

/** A time of numpy as Python's `repr()` has the object of `datetime` that numpy makes of it (`ndarray.astype(object)`). */
export function timeAsObject(count: bigint, { kind, unit: name = 'generic' }: ElementType): string {
  if (count === NOT_A_TIME) return 'None';
  const unit = parseUnit(name);
  const text = unit && (kind === 'datetime' ? momentText(count, unit) : intervalText(count, unit));
  return text ?? String(count);
}

function momentText(count: bigint, unit: Unit): string | undefined {
  const isDate = DATES.has(unit.name);
  const instant = isDate || MOMENTS.has(unit.name) ? instantOf(count, unit) : undefined;
  if (instant === undefined || instant.year < 1 || instant.year > 9999) return undefined;
  const { year, month, day, nanoseconds } = instant;
  if (isDate) return `datetime.date(${year}, ${month}, ${day})`;
  const seconds = Number(nanoseconds / 1_000_000_000n);
  const micro = Number((nanoseconds / 1000n) % 1_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (seconds % 60 !== 0 || micro !== 0) clock.push(seconds % 60);
  if (micro !== 0) clock.push(micro);
  return `datetime.datetime(${[year, month, day, ...clock].join(', ')})`;
}

function intervalText(count: bigint, unit: Unit): string | undefined {
  const nanoseconds = DURATIONS.has(unit.name) ? nanosecondsOf(count, unit) : undefined;
  if (nanoseconds === undefined) return undefined;
  const seconds = floorDivide(nanoseconds, 1_000_000_000n);
  const days = floorDivide(seconds, DAY_SECONDS);
  if (days > MAX_DAYS || days < -MAX_DAYS) return undefined;
  const parts = [
    ['days', days],
    ['seconds', modulo(seconds, DAY_SECONDS)],
    ['microseconds', modulo(nanoseconds, 1_000_000_000n) / 1000n],
  ] as const;
  const shown = parts.filter(([, part]) => part !== 0n).map(([part, value]) => `${part}=${value}`);
  return `datetime.timedelta(${shown.length === 0 ? '0' : shown.join(', ')})`;
}
