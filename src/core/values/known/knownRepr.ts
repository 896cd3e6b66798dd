import { Dict, InertCall, InertName, Tuple, type Value } from '../value';
import { textOfKnown, type Known } from './known';

/** The largest number of parts of a value that is written within another one. */
const MAX_PARTS = 1_000;
/** Arrays and frames that are printed within each other; others are described. */
const MAX_NESTED = 1;

/** Types whose `repr()` is the call that makes a value, unlike their `str()`. */
const CALLED: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  Python: new Set([
    ...['date', 'time', 'datetime', 'timedelta', 'timezone', 'ZoneInfo', 'Decimal', 'Fraction', 'UUID'],
    ...['PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath', 'Path', 'PurePath'],
    ...['IPv4Address', 'IPv6Address', 'IPv4Network', 'IPv6Network', 'IPv4Interface', 'IPv6Interface'],
  ]),
  pandas: new Set(['Timestamp', 'Timedelta', 'Period', 'Interval']),
  numpy: new Set(['str_']),
};

let nesting = 0;

/** What {@link Known.repr} returns; undefined for a value that has none, or is within another one that has one, as they may nest without end. */
export function linesOf({ repr }: Known): string | undefined {
  if (repr === undefined || nesting >= MAX_NESTED) return undefined;
  nesting++;
  try {
    return repr();
  } finally {
    nesting--;
  }
}

/** A recognized value as Python's `repr()` returns it. @param write writes a part of it */
export function knownRepr(known: Known, write: (part: Value) => string): string {
  const { library, type } = known;
  const lines = linesOf(known);
  if (lines !== undefined) return lines;
  const text = textOfKnown(known);
  const isTime = library === 'numpy' && /^(?:datetime|timedelta)64/.test(type);
  const isCalled =
    CALLED[library]?.has(type) === true ||
    isTime ||
    known.called !== undefined ||
    (text === undefined && (library === 'Python' || known.isRecord === true));
  const source = isCalled ? (known.called ?? known.python)(MAX_PARTS) : undefined;
  if (source instanceof InertName) return source.name;
  if (!(source instanceof InertCall)) return text ?? type;
  if (type === 'Timestamp') return timestampRepr(text ?? '', source);
  const { callable, args, kwargs } = source;
  const positional = (args instanceof Tuple ? args.items : []).map(write);
  const named = (kwargs instanceof Dict ? [...kwargs] : []).map(([key, value]): [string, string] => [
    key as string,
    write(value),
  ]);
  const name = callable instanceof InertName ? callable.name : '';
  switch (type) {
    case 'str_':
      return positional[0] ?? '';
    case 'timedelta':
      if (named.length === 0) return 'datetime.timedelta(0)';
      break;
    case 'datetime':
    case 'time':
      // `fold` comes before `tzinfo`.
      named.sort();
      break;
    case 'OrderedDict':
      if (positional[0] === '{}') positional.pop();
      break;
    case 'ZoneInfo':
      return `zoneinfo.ZoneInfo(key=${positional[0] ?? ''})`;
    case 'Period':
      return `Period(${[...positional, ...named.map(([, value]) => value)].join(', ')})`;
  }
  if (isTime) return `numpy.${name.replace('np.', '')}(${momentParts(positional, name)})`;
  const shown = /^(?:datetime|functools|operator)\./.test(name)
    ? name
    : name.slice(name.lastIndexOf('.') + 1);
  return `${shown.replace('SimpleNamespace', 'namespace')}(${[...positional, ...named.map(([key, value]) => `${key}=${value}`)].join(', ')})`;
}

/** The arguments of a time of numpy, which leaves out most units of one that is a moment. */
function momentParts([first = '', unit = '']: readonly string[], name: string): string {
  const isImplied = unit === "'generic'" || (name.endsWith('datetime64') && /^'(?!h')\D+'$/.test(unit));
  return isImplied ? first : `${first},${unit}`;
}

/** The `repr()` of a Timestamp: `Timestamp('2024-01-01 00:00:00+0100', tz='Europe/Berlin')`. */
function timestampRepr(text: string, { kwargs }: InertCall): string {
  const [, wall = '', offset = ''] = /^(.*?)([+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (offset === '') return `Timestamp('${text}')`;
  const tz = kwargs instanceof Dict ? kwargs.get('tz') : undefined;
  const zone = typeof tz === 'string' ? tz : `UTC${offset}`;
  return `Timestamp('${wall}${offset.replace(':', '')}', tz='${zone}')`;
}
