import { StoredBytes } from '../byteSource';
import { ByteArray, Dict, InertCall, InertName, Tuple, type Value } from '../value';

/** Modules of Python 3 by their names in Python 2, which protocols below 3 write. CPython `Lib/_compat_pickle.py`. */
const MODULES: Readonly<Record<string, string | undefined>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  exceptions: 'builtins',
  UserDict: 'collections',
  UserList: 'collections',
  UserString: 'collections',
  Cookie: 'http.cookies',
  commands: 'subprocess',
  urlparse: 'urllib.parse',
};

const NAMES: Readonly<Record<string, string | undefined>> = {
  'builtins.xrange': 'builtins.range',
  'builtins.long': 'builtins.int',
  'builtins.unicode': 'builtins.str',
  'collections.IterableUserDict': 'collections.UserDict',
};

/** The name of a class or function in Python 3, such as `datetime.date`; undefined for anything else. */
export function nameOf(value: Value | undefined): string | undefined {
  if (!(value instanceof InertName)) return undefined;
  const name = `${MODULES[value.module] ?? value.module}.${value.name}`;
  return NAMES[name] ?? name;
}

/** The last part of a name, which is the name of the class. */
export function shortName(value: Value): string {
  const name = value instanceof InertName ? value.name : '';
  return name.slice(name.lastIndexOf('.') + 1);
}

/**
 * The callable, as a key to look forms up by: the name; for `getattr(NAME, "attribute")` the text `getattr:NAME.attribute`,
 * as protocol 4 writes the functions of a class; for `partial(NAME, ...)` the text `partial:NAME`.
 */
export function callableKey(callable: Value): string | undefined {
  if (!(callable instanceof InertCall)) return nameOf(callable);
  const called = nameOf(callable.callable);
  if (called === 'functools.partial') return `partial:${nameOf(itemsOf(callable.args)?.[0]) ?? ''}`;
  if (called !== 'builtins.getattr') return undefined;
  const [owner, attribute] = itemsOf(callable.args) ?? [];
  const name = nameOf(owner);
  return name !== undefined && typeof attribute === 'string' ? `getattr:${name}.${attribute}` : undefined;
}

/** The qualified name of a class, such as `Outer.Inner`, which protocols below 4 write as `getattr(Outer, "Inner")`. */
export function classOf(value: Value): string | undefined {
  if (value instanceof InertName) return value.name;
  const [owner, name] = argumentsOf(value, 'builtins.getattr') ?? [];
  const isNested = owner instanceof InertName && typeof name === 'string' && CLASS_NAME.test(name);
  return isNested && CLASS_NAME.test(shortName(owner)) ? `${owner.name}.${name}` : undefined;
}

const CLASS_NAME = /^_*[A-Z]\w*$/;

export function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  return value instanceof Tuple ? value.items : undefined;
}

/** Whether a call has no keywords, and its result gets no state, items or entries. */
export function isBare(call: InertCall): boolean {
  return call.state === undefined && hasNoItems(call) && call.kwargs === undefined;
}

export function hasNoItems({ appended, entries }: InertCall): boolean {
  return appended.length === 0 && entries.length === 0;
}

/** The arguments of a bare call ({@link isBare}) of one of the names. */
export function argumentsOf(
  value: Value | undefined,
  ...names: readonly string[]
): readonly Value[] | undefined {
  if (!(value instanceof InertCall) || !isBare(value)) return undefined;
  const name = nameOf(value.callable);
  return name !== undefined && names.includes(name) ? itemsOf(value.args) : undefined;
}

/** Bytes of an array, which may lie in a file; see {@link bytesOf}. */
export function contentOf(value: Value | undefined): Uint8Array | StoredBytes | undefined {
  if (value instanceof StoredBytes) return value;
  return value instanceof ByteArray ? value.content : bytesOf(value);
}

/** Bytes of any kind, or a text in Latin-1, because Python 2's `str` may have been read as text. */
export function bytesOf(value: Value | undefined): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ByteArray) return value.bytes;
  return typeof value === 'string' && !NOT_LATIN1.test(value) ? Buffer.from(value, 'latin1') : undefined;
}

const NOT_LATIN1 = /[^\0-\xff]/;

/** A text, or its bytes in Latin-1, because Python 2's `str` may have been read as bytes. */
export function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array && value.length <= MAX_NAME
    ? Buffer.from(value).toString('latin1')
    : undefined;
}

const MAX_NAME = 1_000;

/** An integer that JavaScript's numbers hold exactly. */
export function numberOf(value: Value | undefined): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'bigint') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** All of the integers; undefined if there are more than 64, or {@link numberOf} has no number for one. */
export function numbersOf(values: readonly Value[] | undefined): number[] | undefined {
  if (values === undefined || values.length > 64) return undefined;
  const numbers = values.map(numberOf);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

export function dictOf(value: Value | undefined): Dict | undefined {
  return value instanceof Dict ? value : undefined;
}

/** A Python expression that calls a function by its name. */
export function expression(
  name: string,
  args: readonly Value[],
  keywords: Readonly<Record<string, Value | undefined>> = {},
): InertCall {
  const given = Object.entries(keywords).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  const kwargs = given.length > 0 ? Dict.from(given) : undefined;
  return new InertCall(new InertName('', name), new Tuple([...args]), kwargs);
}
