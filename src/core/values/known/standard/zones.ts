import { InertCall, type Value } from '../../value';
import {
  argumentsOf,
  callableKey,
  dictOf,
  hasNoItems,
  isBare,
  itemsOf,
  nameOf,
  numberOf,
  textOf,
} from '../matching';

/** A time zone: its name, and its offset from UTC. */
export interface Zone {
  readonly name: string;
  /** How pandas calls it in a type, where that is not its name. */
  readonly repr?: string;
  /** Set if its offset never changes. */
  readonly isFixed?: true;
  /** The offset from UTC in seconds, positive to the east. @param utc milliseconds since 1970 */
  offset(utc: number): number;
  /** The offset from UTC in seconds that a zone of pytz stores for the time that it belongs to. */
  readonly ownOffset?: number;
}

const UTC: Zone = { name: 'UTC', isFixed: true, offset: () => 0 };

/** The zone that a value represents, of the standard library, pytz or dateutil; undefined for anything else. */
export function zoneOf(value: Value | undefined): Zone | undefined {
  if (!(value instanceof InertCall)) return undefined;
  if (!isBare(value)) return dateutilZone(value);
  const args = itemsOf(value.args) ?? [];
  switch (callableKey(value.callable)) {
    case 'datetime.timezone':
      return fixedZone(durationOf(args[0]), textOf(args[1]));
    case 'getattr:zoneinfo.ZoneInfo._unpickle':
    case 'zoneinfo.ZoneInfo':
      return namedZone(textOf(args[0]));
    case 'pytz._UTC':
    case 'dateutil.tz.tz.tzutc':
      return UTC;
    case 'pytz._p':
      return localizedZone(namedZone(textOf(args[0])), numberOf(args[1]));
    case 'dateutil.tz._tzfile._unpickle':
      return fileZone(args);
    case 'pytz._FixedOffset':
    case 'pytz.FixedOffset': {
      const minutes = numberOf(args[0]);
      const zone = minutes === undefined ? undefined : fixedZone(BigInt(minutes) * 60_000_000n, undefined);
      return zone && (minutes === 0 ? zone : { ...zone, repr: `pytz.FixedOffset(${minutes})` });
    }
    default:
      return undefined;
  }
}

/**
 * Zones of dateutil that have a state: `tzoffset() ⊕ {'_name', '_offset'}`, `tzfile(None, '/usr/share/zoneinfo/Europe/Berlin') ⊕ {…}`,
 * and `tzlocal() ⊕ {…}` if its machine has no daylight saving time.
 */
function dateutilZone(call: InertCall): Zone | undefined {
  const state = dictOf(call.state);
  if (state === undefined || !hasNoItems(call) || call.kwargs !== undefined) return undefined;
  switch (callableKey(call.callable)) {
    case 'dateutil.tz.tz.tzoffset':
      return fixedZone(durationOf(state.get('_offset')), textOf(state.get('_name')));
    case 'dateutil.tz.tz.tzlocal':
      if (state.get('_hasdst') !== false) return undefined;
      return fixedZone(durationOf(state.get('_std_offset')), textOf(itemsOf(state.get('_tznames'))?.[0]));
    case 'dateutil.tz.tz.tzfile':
      return namedZone(zoneOfFile(textOf(state.get('_filename'))));
    default:
      return undefined;
  }
}

/** `_unpickle(tzfile, name, file name, (six lists of offsets and of when they change))`, as dateutil 3 writes it. */
function fileZone([type, name, fileName, content, ...more]: readonly Value[]): Zone | undefined {
  if (nameOf(type) !== 'dateutil.tz._tzfile.tzfile' || itemsOf(content)?.length !== 6 || more.length > 0)
    return undefined;
  return namedZone(textOf(name) ?? zoneOfFile(textOf(fileName)));
}

/** `_p(name, offset from UTC in seconds, daylight saving in seconds, 'CEST')`. */
function localizedZone(zone: Zone | undefined, seconds: number | undefined): Zone | undefined {
  return zone && seconds !== undefined && Math.abs(seconds) < 86_400
    ? { ...zone, ownOffset: seconds }
    : undefined;
}

/** The name of the zone that a file of the system's zone database describes. */
function zoneOfFile(fileName: string | undefined): string | undefined {
  return /zoneinfo\/([\w+/-]+)$/.exec(fileName ?? '')?.[1];
}

/** Microseconds of a `datetime.timedelta(days, seconds, microseconds)`. */
export function durationOf(value: Value | undefined): bigint | undefined {
  const args = argumentsOf(value, 'datetime.timedelta');
  const [days, seconds, microseconds] = args ?? [];
  if (args?.length !== 3 || typeof days !== 'bigint' || typeof seconds !== 'bigint') return undefined;
  if (typeof microseconds !== 'bigint' || days > MAX_DAYS || days < -MAX_DAYS) return undefined;
  return (days * 86_400n + seconds) * 1_000_000n + microseconds;
}

/** The limit of a timedelta in Python. */
const MAX_DAYS = 999_999_999n;

function fixedZone(microseconds: bigint | undefined, name: string | undefined): Zone | undefined {
  if (microseconds === undefined || microseconds <= -86_400_000_000n || microseconds >= 86_400_000_000n)
    return undefined;
  const seconds = Number(microseconds) / 1e6;
  const called = name ?? (seconds === 0 ? 'UTC' : `UTC${offsetText(seconds)}`);
  return { name: called, isFixed: true, offset: () => seconds };
}

/** A zone of an offset in ISO 8601, such as `+05:30`. */
export function zoneOfOffset(text: string): Zone | undefined {
  const [, sign = '', hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const size = BigInt(Number(hours) * 60 + Number(minutes) || 0) * 60_000_000n;
  return sign === '' ? undefined : fixedZone(sign === '-' ? -size : size, text);
}

const zones = new Map<string, Zone | undefined>();

/** A zone of the IANA database; undefined if JavaScript does not know its name. */
export function namedZone(name: string | undefined): Zone | undefined {
  if (name === undefined || name.length > 100) return undefined;
  if (name === 'UTC') return UTC;
  if (!zones.has(name) && zones.size < MAX_ZONES) zones.set(name, loadZone(name));
  return zones.get(name);
}

/** The largest number of cached names. There are some 600, but a file may contain any text. */
const MAX_ZONES = 2_000;

function loadZone(timeZone: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    // Offsets change only at full quarters of an hour.
    const known = new Map<number, number>();
    return {
      name: timeZone,
      offset: (utc) => {
        const quarter = Math.floor(utc / 900_000);
        let seconds = known.get(quarter);
        if (seconds === undefined) {
          seconds = offsetIn(format, quarter * 900_000);
          if (known.size > 10_000) known.clear();
          known.set(quarter, seconds);
        }
        return seconds;
      },
    };
  } catch {
    return undefined;
  }
}

/** The largest time that `Date` can hold. */
const MAX_TIME = 8.64e15;

function offsetIn(format: Intl.DateTimeFormat, utc: number): number {
  const moment = Math.max(-MAX_TIME, Math.min(MAX_TIME, utc));
  const text = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!match) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? -seconds : seconds;
}

/** An offset in ISO 8601: `+01:00`. */
export function offsetText(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [
    Math.floor(size / 3600),
    Math.floor(size / 60) % 60,
    ...(size % 60 === 0 ? [] : [Math.floor(size % 60)]),
  ];
  return (seconds < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/**
 * The offset for a local time in a zone.
 * @param local milliseconds since 1970 as if it were UTC
 * @param isSecond whether to choose the later of two times that clocks show alike
 */
export function offsetOfLocal(zone: Zone, local: number, isSecond: boolean): number {
  const candidates = [zone.offset(local - 86_400_000), zone.offset(local + 86_400_000)];
  const fitting = candidates.filter((offset) => zone.offset(local - offset * 1000) === offset);
  const [first, second] = fitting;
  return (isSecond ? second : first) ?? first ?? zone.offset(local - (candidates[0] as number) * 1000);
}
