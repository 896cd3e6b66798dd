import { clockText, dateText, durationText } from '../../../arrays/instants';
import { type InertCall, InertName, type Value } from '../../value';
import type { Known } from '../known';
import { bytesOf, callableKey, dictOf, expression, isBare, itemsOf, nameOf } from '../matching';
import { isoDurationText } from '../numpy/timeValues';
import { reprOf } from '../pythonText';
import type { Form, Forms } from '../registry';
import { durationOf, offsetOfLocal, offsetText, type Zone, zoneOf } from './zones';

/** The bit for `fold`, in the month of a datetime or the hour of a time: the second of two times that clocks show alike. */
const FOLD = 0x80;

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Hour, minute, second, microsecond. */
  readonly clock: readonly [number, number, number, number];
  readonly isSecond: boolean;
}

const dateForm: Form = (call, args) => {
  const bytes = isBare(call) && args.length === 1 ? bytesOf(args[0]) : undefined;
  const date = bytes?.length === 4 ? dateFields(bytes) : undefined;
  if (date === undefined) return undefined;
  const text = dateText(date);
  return known('date', text, text, numbers('datetime.date', [date.year, date.month, date.day]));
};

const timeForm: Form = (call, args) => {
  const bytes = isBare(call) && args.length <= 2 ? bytesOf(args[0]) : undefined;
  const zone = zoneOf(args[1]);
  if (bytes?.length !== 6 || (args[1] !== undefined && zone === undefined)) return undefined;
  const clock = clockFields(bytes, 0, (bytes[0] as number) & ~FOLD);
  if (clock === undefined) return undefined;
  // Without a date, a zone whose offset from UTC changes has no offset.
  const wall = clockOf(clock);
  const text = zone?.isFixed ? `${wall}${offsetText(zone.offset(0))}` : wall;
  const isSecond = ((bytes[0] as number) & FOLD) !== 0;
  return known(
    'time',
    zone === undefined ? wall : `${wall} ${zone.name}`,
    text,
    numbers('datetime.time', trimmed(clock, 2), args[1], isSecond),
    text,
  );
};

const datetimeForm: Form = (call, args) => {
  const bytes = isBare(call) && args.length <= 2 ? bytesOf(args[0]) : undefined;
  const zone = zoneOf(args[1]);
  if (bytes?.length !== 10 || (args[1] !== undefined && zone === undefined)) return undefined;
  const month = bytes[2] as number;
  const date = dateFields(
    Uint8Array.of(bytes[0] as number, bytes[1] as number, month & ~FOLD, bytes[3] as number),
  );
  const clock = clockFields(bytes, 4, bytes[4] as number);
  if (date === undefined || clock === undefined) return undefined;
  const fields = { ...date, clock, isSecond: (month & FOLD) !== 0 };
  return knownDatetime(fields, zone, args[1]);
};

function knownDatetime(fields: Fields, zone: Zone | undefined, tz: Value | undefined): Known {
  const { year, month, day, clock } = fields;
  const wall = `${dateText(fields)} ${clockOf(clock)}`;
  const seconds = zone && (zone.ownOffset ?? offsetOfLocal(zone, localTime(fields), fields.isSecond));
  const offset = seconds === undefined ? '' : offsetText(seconds);
  // A zone of pytz has the offset itself, so no fold is stored for an hour that clocks show twice.
  const isSecond =
    zone?.ownOffset === undefined
      ? fields.isSecond
      : seconds === offsetOfLocal(zone, localTime(fields), true) &&
        seconds !== offsetOfLocal(zone, localTime(fields), false);
  const short = wall.replace(/(\.\d{3})000$/, '$1');
  const line = zone === undefined ? short : `${short} ${zone.name}`;
  const source = numbers('datetime.datetime', [year, month, day, ...trimmed(clock, 2)], tz, isSecond);
  return known('datetime', line, `${wall}${offset}`, source, `${wall.replace(' ', 'T')}${offset}`);
}

function localTime({ year, month, day, clock }: Fields): number {
  return (
    new Date(0).setUTCFullYear(year, month - 1, day) +
    clock[0] * 3_600_000 +
    clock[1] * 60_000 +
    clock[2] * 1000
  );
}

function dateFields(bytes: Uint8Array): { year: number; month: number; day: number } | undefined {
  const [high = 0, low = 0, month = 0, day = 0] = bytes;
  const year = high * 256 + low;
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days
    ? { year, month, day }
    : undefined;
}

function clockFields(bytes: Uint8Array, start: number, hour: number): Fields['clock'] | undefined {
  const [, minute = 0, second = 0, a = 0, b = 0, c = 0] = bytes.subarray(start);
  const microsecond = a * 65_536 + b * 256 + c;
  return hour < 24 && minute < 60 && second < 60 && microsecond < 1e6
    ? [hour, minute, second, microsecond]
    : undefined;
}

function clockOf([hour, minute, second, microsecond]: Fields['clock']): string {
  const nanoseconds = BigInt(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond) * 1000n;
  return clockText(nanoseconds, microsecond === 0 ? 0 : 6);
}

/** Removes zeros at the end, as Python does, but keeps `least` parts. */
function trimmed(clock: Fields['clock'], least: number): number[] {
  const parts = [...clock];
  while (parts.length > least && parts.at(-1) === 0) parts.pop();
  return parts;
}

function numbers(name: string, parts: readonly number[], tzinfo?: Value, isSecond = false): Value {
  return expression(name, parts.map(BigInt), { fold: isSecond ? 1n : undefined, tzinfo });
}

function known(
  type: string,
  line: string,
  text: string,
  source: Value,
  plain = text,
  called: Value | undefined = source,
): Known {
  return {
    library: 'Python',
    type,
    line,
    text,
    called: () => called,
    python: () => source,
    plain: () => plain,
  };
}

const timedeltaForm: Form = (call, args) => {
  const microseconds = durationOf(call);
  if (microseconds === undefined) return undefined;
  const nanoseconds = microseconds * 1000n;
  const [days, clock = ''] = durationText(nanoseconds).split(' days ');
  const hours = clock.replace(/^\+/, '').replace(/^0/, '');
  const text =
    days === '0' ? hours : `${days ?? ''} day${days === '1' || days === '-1' ? '' : 's'}, ${hours}`;
  const [day, second, micro] = args as [bigint, bigint, bigint];
  const zero = (part: bigint): bigint | undefined => (part === 0n ? undefined : part);
  const source = expression('datetime.timedelta', microseconds === 0n ? [0n] : [], {
    days: zero(day),
    seconds: zero(second),
    microseconds: zero(micro),
  });
  return known('timedelta', text, text, source, isoDurationText(nanoseconds));
};

const zoneForm: Form = (call, args) => {
  const zone = zoneOf(call);
  if (zone === undefined) return undefined;
  const isFixed = zone.isFixed === true && callableKey(call.callable)?.startsWith('getattr') !== true;
  const source = isFixed
    ? zone.name === 'UTC'
      ? new InertName('', 'datetime.timezone.utc')
      : expression('datetime.timezone', fixedArguments(call, args, zone))
    : expression('zoneinfo.ZoneInfo', [zone.name]);
  const isNamed = isFixed && !zone.name.startsWith('UTC');
  const line = isNamed ? `${zone.name} (UTC${offsetText(zone.offset(0))})` : zone.name;
  const text = printedZone(call, zone);
  return isFixed
    ? known('timezone', line, text, source)
    : known('ZoneInfo', line, text, source, text, expression('zoneinfo.ZoneInfo', [], { key: zone.name }));
};

/** Python's `str` of a zone: its name or, for one of dateutil, the call that makes it. */
function printedZone(call: InertCall, zone: Zone): string {
  const state = dictOf(call.state);
  switch (nameOf(call.callable)) {
    case 'dateutil.tz.tz.tzutc':
      return 'tzutc()';
    case 'dateutil.tz.tz.tzlocal':
      return 'tzlocal()';
    case 'dateutil.tz.tz.tzoffset':
      return `tzoffset(${reprOf(state?.get('_name') ?? null)}, ${String(zone.offset(0))})`;
    case 'dateutil.tz.tz.tzfile':
      return `tzfile(${reprOf(state?.get('_filename') ?? null)})`;
    case 'dateutil.tz._tzfile._unpickle':
      return `tzfile(${reprOf(itemsOf(call.args)?.[1] ?? null)})`;
    default:
      return zone.name;
  }
}

/** The arguments of `datetime.timezone` for a zone of any library: its offset from UTC, and its name. */
function fixedArguments(call: InertCall, args: readonly Value[], zone: Zone): readonly Value[] {
  if (nameOf(call.callable) === 'datetime.timezone') return args;
  const microseconds = BigInt(Math.round(zone.offset(0) * 1e6));
  const [seconds, rest] = [microseconds / 1_000_000n, microseconds % 1_000_000n];
  const distance = expression('datetime.timedelta', [], {
    seconds,
    microseconds: rest === 0n ? undefined : rest,
  });
  return zone.name.startsWith('UTC') ? [distance] : [distance, zone.name];
}

const STRUCT_FIELDS = 'tm_year tm_mon tm_mday tm_hour tm_min tm_sec tm_wday tm_yday tm_isdst'.split(' ');

/** `time.struct_time((nine numbers), {...})`. */
const structTimeForm: Form = (call, [parts, extra]) => {
  const fields = itemsOf(parts);
  if (!isBare(call) || fields?.length !== 9 || (extra !== undefined && dictOf(extra) === undefined))
    return undefined;
  const [year, month, day, ...clock] = fields.map((field) =>
    typeof field === 'bigint' ? String(field).padStart(2, '0') : '',
  );
  const line = `${year ?? ''}-${month ?? ''}-${day ?? ''} ${clock.slice(0, 3).join(':')}`;
  const named = STRUCT_FIELDS.map((name, i) => `${name}=${reprOf(fields[i] ?? null)}`);
  const text = `time.struct_time(${named.join(', ')})`;
  const source = expression('time.struct_time', [parts as Value]);
  return { ...known('struct_time', line, text, source), called: () => undefined };
};

export const timeForms: Forms = {
  'datetime.date': dateForm,
  'datetime.time': timeForm,
  'datetime.datetime': datetimeForm,
  'datetime.timedelta': timedeltaForm,
  'datetime.timezone': zoneForm,
  'getattr:zoneinfo.ZoneInfo._unpickle': zoneForm,
  'pytz._UTC': zoneForm,
  'pytz._p': zoneForm,
  'pytz._FixedOffset': zoneForm,
  'pytz.FixedOffset': zoneForm,
  'dateutil.tz.tz.tzutc': zoneForm,
  'dateutil.tz.tz.tzoffset': zoneForm,
  'dateutil.tz.tz.tzlocal': zoneForm,
  'dateutil.tz.tz.tzfile': zoneForm,
  'dateutil.tz._tzfile._unpickle': zoneForm,
  'time.struct_time': structTimeForm,
};
