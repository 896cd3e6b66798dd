import {
  argumentsOf,
  callableKey,
  classOf,
  dictOf,
  hasNoItems,
  isBare,
  itemsOf,
  nameOf,
} from '../../values/known/matching';
import { recognise } from '../../values/known/recognise';
import { Dict, InertCall, InertName, InertReference, Tuple, type Value } from '../../values/value';
import type { PickleEvent } from './account';
import { worst, type Level } from './effects';
import { isEnumOfPython, levelOfName } from './knownNames';

/** The level of one event. A call is judged by its complete form, never by its module alone. */
export function levelOf(event: PickleEvent): Level {
  if (event instanceof InertCall) return levelOfCall(event);
  if (event instanceof InertReference) return event.kind === 'persistent' ? 'classes' : 'calls';
  return event.kind === 'change' ? 'calls' : (levelOfName(event.name) ?? 'classes');
}

/**
 * Whether an event imports a function such as `os.system`, which an object of an unknown class could call: it comes with
 * Python, and is not known to be data.
 */
export function couldBeCalled(event: PickleEvent): boolean {
  return (
    'kind' in event &&
    event.kind === 'import' &&
    levelOfName(event.name) === undefined &&
    isInStandardLibrary(event.name)
  );
}

/** Functions that pickles get from a class by `getattr`, and call to make a known value. */
const TAKEN_FUNCTIONS: ReadonlySet<string> = new Set(['getattr:zoneinfo.ZoneInfo._unpickle']);

const GETATTR = 'getattr:';

function levelOfCall(call: InertCall): Level {
  const key = isBare(call) ? (callableKey(call) ?? '') : '';
  if (TAKEN_FUNCTIONS.has(key)) return 'plain';
  // The form in which protocols below 4 write a nested name.
  const taken = key.startsWith(GETATTR) ? levelOfName(key.slice(GETATTR.length)) : undefined;
  if (taken !== undefined) return taken;
  if (isEmptyArray(call)) return 'known';
  const known = recognise(call);
  if (known !== undefined && known.isRecord !== true && known.library !== '')
    return known.library === 'Python' ? 'plain' : 'known';
  if (known?.ofClass !== undefined && isForeignClass(known.ofClass)) return 'classes';
  const called = isPartial(call) ? itemsOf(call.args)?.[0] : undefined;
  if (called instanceof InertCall) return levelOfCall(called);
  if (called instanceof InertName && levelOfName(called.qualifiedName) === 'known') return 'known';
  return (
    levelOfMember(call) ?? (isObject(call) || isPartial(call) || isConstructor(call) ? 'classes' : 'calls')
  );
}

/** Whether a call makes an array of pandas, but not its state: a reader that does not know the format of a file may never reach it. */
function isEmptyArray(call: InertCall): boolean {
  const [type, checksum, state] = argumentsOf(call, 'pandas._libs.arrays.__pyx_unpickle_NDArrayBacked') ?? [];
  return levelOfName(nameOf(type) ?? '') === 'known' && typeof checksum === 'bigint' && state === null;
}

/**
 * Whether `new C(...)` can do no more than make an object of its class. Some of Python's own classes, such as `map`, call
 * their arguments.
 */
function isObject({ callable, args, kwargs, isNew }: InertCall): boolean {
  if (!isNew || !(callable instanceof InertName)) return isNew && isForeignClass(callable);
  return (
    !isInStandardLibrary(callable.qualifiedName) ||
    (isOfData(args) && (kwargs === undefined || isOfData(kwargs)))
  );
}

/** Whether a value is a class, perhaps a nested one, that does not come with Python. */
function isForeignClass(type: Value): boolean {
  const owner = type instanceof InertName ? type : argumentsOf(type, 'builtins.getattr')?.[0];
  return (
    classOf(type) !== undefined && owner instanceof InertName && !isInStandardLibrary(owner.qualifiedName)
  );
}

/**
 * `getattr(C, '__new__')`, which protocols below 4 wrap in a partial in order to pass keywords. Any other call of it is
 * reported separately.
 */
function isConstructor(call: InertCall): boolean {
  const [owner, name] = argumentsOf(call, 'builtins.getattr') ?? [];
  return name === '__new__' && owner !== undefined && isForeignClass(owner);
}

/** Whether everything in a value is plain or known, so that it holds nothing that could be called. */
function isOfData(value: Value, budget = { parts: MAX_PARTS }): boolean {
  if (--budget.parts < 0) return false;
  const areOfData = (values: readonly Value[]): boolean => values.every((each) => isOfData(each, budget));
  if (value instanceof InertName) return levelOfName(value.qualifiedName) !== undefined;
  if (value instanceof InertCall) return ['plain', 'known'].includes(levelOfCall(value));
  if (value instanceof Tuple) return areOfData(value.items);
  if (value instanceof Dict) return areOfData(value.keys) && areOfData(value.values);
  return Array.isArray(value) ? areOfData(value) : !(value instanceof InertReference);
}

/** Parts of arguments that are checked. A call of a class of Python with more parts is not trusted. */
const MAX_PARTS = 1_000;

/**
 * A member of an enumeration: `Color(1)`, in Python 3.11 `getattr(Color, 'RED')`, for flags joined by `or_`. Only an integer
 * is accepted: a text may be code or a command. Undefined for anything else.
 */
function levelOfMember(call: InertCall): Level | undefined {
  const taken = argumentsOf(call, 'builtins.getattr', '_operator.or_', 'operator.or_');
  if (taken !== undefined) return recognise(call) === undefined ? undefined : levelOfParts(taken);
  const [value, ...more] = itemsOf(call.args) ?? [];
  if (!isBare(call) || typeof value !== 'bigint' || more.length > 0) return undefined;
  return levelOfEnum(call.callable);
}

function levelOfParts([first, second]: readonly Value[]): Level | undefined {
  if (first instanceof InertName) return levelOfEnum(first);
  const levels = [first, second].map((part) => part instanceof InertCall && levelOfMember(part));
  return levels.every((level) => level !== false && level !== undefined) ? worst(levels) : undefined;
}

/** The level of an enumeration; undefined if it cannot be one. By convention, only classes begin with a capital letter. */
function levelOfEnum(type: Value): Level | undefined {
  const name = nameOf(type);
  if (name === undefined) return undefined;
  if (isEnumOfPython(name)) return 'plain';
  return !isInStandardLibrary(name) && /(?:^|\.)_*[A-Z]\w*$/.test(name) ? 'classes' : undefined;
}

/**
 * Whether a call is `functools.partial(f) ⊕ (f, args, keywords, attributes)`, which calls nothing by itself. Functions that
 * come with Python do not count, unless they are known.
 */
function isPartial(call: InertCall): boolean {
  const [called, ...more] = itemsOf(call.args) ?? [];
  const [again, args, keywords, ...attributes] = itemsOf(call.state) ?? [];
  return (
    nameOf(call.callable) === 'functools.partial' &&
    call.kwargs === undefined &&
    hasNoItems(call) &&
    call.laterStates.length === 0 &&
    more.length === 0 &&
    attributes.length === 1 &&
    called !== undefined &&
    (called === again || nameOf(again) === nameOf(called)) &&
    (called instanceof InertName
      ? !isInStandardLibrary(called.qualifiedName) || levelOfName(called.qualifiedName) !== undefined
      : called instanceof InertCall && isConstructor(called)) &&
    itemsOf(args) !== undefined &&
    dictOf(keywords) !== undefined
  );
}

/**
 * Modules that come with Python 2.7 to 3.14 (`sys.stdlib_module_names`); those that begin with an underscore are not listed. They
 * only ever raise a level. The names in them that libraries and programs write for data are known separately, so any other name in
 * them is not data.
 */
const PYTHON_MODULES: ReadonlySet<string> = new Set(
  `BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser Queue
  SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tkinter UserDict UserList UserString abc aifc
  annotationlib antigravity anydbm argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
  binascii binhex bisect bsddb builtins bz2 cPickle cProfile cStringIO calendar cgi cgitb chunk cmath cmd
  code codecs codeop collections colorsys commands compileall compiler compression concurrent configparser
  contextlib contextvars cookielib copy copy_reg copyreg crypt csv ctypes curses dataclasses datetime
  dbhash dbm decimal difflib dis distutils doctest dumbdb dummy_thread dummy_threading email encodings
  ensurepip enum errno exceptions faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib
  functools gc gdbm genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac hotshot
  html http httplib idlelib ihooks imaplib imghdr imp importlib imputil inspect io ipaddress itertools
  json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap markupbase marshal math md5
  mhlib mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc new nis nntplib nt ntpath
  nturl2path numbers opcode operator optparse os os2emxpath ossaudiodev parser pathlib pdb pickle
  pickletools pipes pkgutil platform plistlib popen2 poplib posix posixfile posixpath pprint profile
  pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline repr reprlib
  resource rexec rlcompleter robotparser runpy sched secrets select selectors sets sha shelve shlex shutil
  signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse
  ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig syslog
  tabnanny tarfile telnetlib tempfile termios textwrap this thread threading time timeit tkMessageBox
  tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing
  unicodedata unittest urllib urllib2 urlparse user uu uuid venv warnings wave weakref webbrowser whichdb
  winreg winsound wsgiref xdrlib xml xmlrpc xmlrpclib zipapp zipfile zipimport zlib zoneinfo`.split(/\s+/),
);

/** Whether a class or function comes with Python. @param name qualified, such as `os.system` */
export function isInStandardLibrary(name: string): boolean {
  return PYTHON_MODULES.has(name.split('.', 1)[0] ?? '') || /^_(?!_(?:mp_)?main__)/.test(name);
}
