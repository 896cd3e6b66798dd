import { ByteArray, Dict, InertCall, InertName, Tuple, ValueSet, type Value } from '../../values/value';

/**
 * The value of calling `callable` with `args` (opcode REDUCE): plain data if Python itself writes plain data as a call,
 * because the protocol has no opcode for it; otherwise an inert call. Nothing is ever run.
 * @throws UnhashableError
 */
export function reduce(callable: Value, args: Value): Value {
  if (callable instanceof InertName && args instanceof Tuple) {
    const plain = REDUCTIONS.get(callable.qualifiedName)?.(args.items);
    if (plain !== undefined) return plain;
  }
  return new InertCall(callable, args);
}

/** Whether Python itself writes a name for plain data, so that importing it runs nothing. */
export function isPlainName(qualifiedName: string): boolean {
  return REDUCTIONS.has(qualifiedName) || PLAIN_BASES.has(qualifiedName);
}

/** The base with which protocols below 2 construct most objects. */
const PLAIN_BASES: ReadonlySet<string> = new Set(['builtins.object', '__builtin__.object']);

/** Makes plain data from the arguments; undefined if Python would not write them. */
type Reduction = (args: readonly Value[]) => Value | undefined;

/** In Python 2 and protocols below 3, the modules are called `__builtin__` and `copy_reg`. */
const REDUCTIONS: ReadonlyMap<string, Reduction> = new Map<string, Reduction>([
  ...inModules(['builtins', '__builtin__'], {
    bytes: (args) => (args.length === 0 ? new Uint8Array(0) : undefined),
    bytearray: byteArray,
    set: (args) => setOf(args, false),
    frozenset: (args) => setOf(args, true),
    int: sameInteger,
    // What a namedtuple of C, such as the result of `date.isocalendar()`, is written as.
    tuple: ([items, ...more]) => (items instanceof Tuple && more.length === 0 ? items : undefined),
    long: sameInteger,
  }),
  ...inModules(['_codecs'], { encode: ([text, encoding]) => latin1Bytes(text, encoding) }),
  ...inModules(['copyreg', 'copy_reg'], {
    _reconstructor: reconstructed,
    __newobj__: ([type, ...args]) =>
      type === undefined ? undefined : new InertCall(type, new Tuple(args), undefined, true),
  }),
]);

function inModules(modules: readonly string[], reductions: Record<string, Reduction>): [string, Reduction][] {
  return modules.flatMap((module) =>
    Object.entries(reductions).map(([name, reduction]): [string, Reduction] => [
      `${module}.${name}`,
      reduction,
    ]),
  );
}

function byteArray(args: readonly Value[]): ByteArray | undefined {
  const [content, encoding] = args;
  if (args.length === 0) return new ByteArray(new Uint8Array(0));
  const bytes = args.length === 1 ? content : latin1Bytes(content, encoding);
  return bytes instanceof Uint8Array ? new ByteArray(bytes) : undefined;
}

function setOf(args: readonly Value[], isFrozen: boolean): ValueSet | undefined {
  const [members = []] = args;
  return args.length <= 1 && Array.isArray(members) ? ValueSet.from(members, isFrozen) : undefined;
}

function sameInteger(args: readonly Value[]): bigint | undefined {
  const [value] = args;
  return args.length === 1 && typeof value === 'bigint' ? value : undefined;
}

/** The bytes of a text in Latin-1, which is how protocols below 3 store bytes. */
function latin1Bytes(text: Value | undefined, encoding: Value | undefined): Uint8Array | undefined {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return undefined;
    bytes[i] = unit;
  }
  return bytes;
}

/**
 * How protocols below 2 construct an object: `_reconstructor(type, base, state)`, with no state if the base is `object`. Python
 * calls the base, so only its own types with a state of that type are accepted.
 */
function reconstructed([type, base, state, ...more]: readonly Value[]): InertCall | undefined {
  if (type === undefined || state === undefined || more.length > 0 || !(base instanceof InertName))
    return undefined;
  if (!BUILTINS.has(base.module) || STATES.get(base.name)?.(state) !== true) return undefined;
  return new InertCall(type, new Tuple(state === null ? [] : [state]), undefined, true);
}

const BUILTINS: ReadonlySet<string> = new Set(['builtins', '__builtin__']);

/** For each base class, whether Python writes such a state. */
const STATES: ReadonlyMap<string, (state: Value) => boolean> = new Map<string, (state: Value) => boolean>([
  ['object', (state) => state === null],
  ['int', (state) => typeof state === 'bigint'],
  ['long', (state) => typeof state === 'bigint'],
  ['float', (state) => typeof state === 'number'],
  ['str', (state) => typeof state === 'string' || state instanceof Uint8Array],
  ['unicode', (state) => typeof state === 'string'],
  ['bytes', (state) => state instanceof Uint8Array],
  ['bytearray', (state) => state instanceof ByteArray || state instanceof Uint8Array],
  ['list', (state) => Array.isArray(state)],
  ['tuple', (state) => state instanceof Tuple],
  ['dict', (state) => state instanceof Dict],
  ['set', (state) => state instanceof ValueSet || Array.isArray(state)],
  ['frozenset', (state) => state instanceof ValueSet || Array.isArray(state)],
]);
