import type { Value } from '../../value';
import { dictOf, expression, itemsOf, nameOf, shortName } from '../matching';
import type { Known } from '../known';
import type { Form, Forms } from '../registry';
import { exceptionForm } from './exceptions';
import { namedIn, parts, plainRecord } from './records';

/** Classes of Python's modules whose objects only hold data, and neither call nor open what they are given. */
const OBJECTS: Readonly<Record<string, string>> = {
  random: 'Random',
  statistics: 'NormalDist LinearRegression',
  decimal: 'DecimalTuple',
  os: 'stat_result statvfs_result terminal_size',
  posix: 'times_result uname_result sched_param',
  resource: 'struct_rusage',
  pwd: 'struct_passwd',
  platform: 'uname_result',
  uuid: 'SafeUUID',
  plistlib: 'UID',
  http: 'HTTPMethod',
  'urllib.parse': 'ParseResult SplitResult DefragResult ParseResultBytes SplitResultBytes DefragResultBytes',
  string: 'Template',
  subprocess: 'CompletedProcess',
  logging: 'LogRecord',
  'xml.etree.ElementTree': 'Element',
  'http.cookies': 'SimpleCookie Morsel',
  'http.cookiejar': 'Cookie',
  difflib: 'Match',
  graphlib: 'TopologicalSorter _NodeInfo',
  tokenize: 'TokenInfo',
  zipfile: 'ZipInfo',
  tarfile: 'TarInfo',
  'email.message': 'Message EmailMessage',
  'email._policybase': 'Compat32',
  'email.policy': 'EmailPolicy',
  ast:
    'Module Expression Assign AnnAssign AugAssign Expr Return If For While FunctionDef ClassDef arguments arg keyword Import ' +
    'ImportFrom alias Name Attribute Subscript Slice Constant Call BinOp UnaryOp BoolOp Compare List Tuple Dict Set Lambda IfExp ' +
    'Load Store Del Add Sub Mult Div Mod Pow USub Not And Or Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn JoinedStr FormattedValue',
};

const EXCEPTIONS: Readonly<Record<string, string>> = {
  subprocess: 'CalledProcessError TimeoutExpired',
  'json.decoder': 'JSONDecodeError',
  'urllib.error': 'URLError',
  'http.client': 'HTTPException BadStatusLine',
  decimal: 'InvalidOperation DivisionByZero Overflow',
  struct: 'error',
  zlib: 'error',
  re: 'error',
  binascii: 'Error',
  _csv: 'Error',
  shutil: 'Error',
  _queue: 'Empty',
  queue: 'Full',
  socket: 'gaierror herror',
  ssl: 'SSLError',
  sqlite3: 'DatabaseError IntegrityError OperationalError ProgrammingError',
  pickle: 'PicklingError UnpicklingError',
  zipfile: 'BadZipFile',
  tarfile: 'TarError',
  configparser: 'NoOptionError NoSectionError',
  argparse: 'ArgumentTypeError',
  'xml.etree.ElementTree': 'ParseError',
  statistics: 'StatisticsError',
  graphlib: 'CycleError',
  'asyncio.exceptions': 'CancelledError InvalidStateError',
  'concurrent.futures._base': 'BrokenExecutor CancelledError',
  'zoneinfo._common': 'ZoneInfoNotFoundError',
};

/** `C(…)[ ⊕ {…} | (…)][ + entries]`. */
const objectForm: Form = (call, args) => {
  const { state, entries, appended, kwargs } = call;
  const held = dictOf(state) ?? dictOf(itemsOf(state)?.[1]);
  const given = held === undefined ? itemsOf(state) : [];
  if (kwargs !== undefined || appended.length > 0) return undefined;
  if (state !== undefined && state !== null && given === undefined) return undefined;
  const named: readonly (readonly [Value, Value])[] = [...(held ?? []), ...entries];
  const name = nameOf(call.callable) ?? '';
  // The state of a generator of random numbers cannot be typed.
  const items = name === 'random.Random' ? [] : [...args, ...(given ?? [])];
  const count = items.length + named.length;
  return {
    library: 'Python',
    type: shortName(call.callable),
    children: parts([...args, ...(given ?? [])], named),
    python: (limit) => (count > limit ? undefined : expression(name, items, namedIn(named))),
    plain: () => plainRecord(items, named),
  };
};

/** What `str()` returns for one with several arguments, only its class knows. */
const moduleException: Form = (call, args) => {
  const known = exceptionForm(call, args);
  if (known === undefined) return undefined;
  const { text, called, ...others } = known;
  const python: Known['python'] = () => expression(nameOf(call.callable) ?? '', args);
  return {
    ...others,
    python,
    ...(called && { called }),
    ...(args.length < 2 && text !== undefined && { text }),
  };
};

function formsOf(table: Readonly<Record<string, string>>, form: Form): Forms {
  return Object.fromEntries(
    Object.entries(table).flatMap(([module, names]) =>
      names.split(' ').map((name) => [`${module}.${name}`, form]),
    ),
  );
}

export const moduleForms: Forms = {
  ...formsOf(OBJECTS, objectForm),
  ...formsOf(EXCEPTIONS, moduleException),
};
