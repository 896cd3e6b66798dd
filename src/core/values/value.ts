import { StoredBytes } from './byteSource';
import { hashInteger, textKey } from './plainKeys';

/**
 * The value model: everything that a dictionary can hold, whichever format it came in.
 *
 * It is a superset of JSON and of plain Python. JavaScript's own types are used where they are exact:
 *
 * | Python      | here                | note                                           |
 * | ----------- | ------------------- | ---------------------------------------------- |
 * | None        | null                |                                                |
 * | bool        | boolean             |                                                |
 * | int         | bigint              | always, so that `1` and `1.0` stay different   |
 * | float       | number              | always; `-0`, `NaN` and infinities survive     |
 * | str         | string              | UTF-16; lone surrogates survive                |
 * | bytes       | Uint8Array, {@link StoredBytes} | the latter where they lie in a file |
 * | bytearray   | {@link ByteArray}   |                                                |
 * | list        | Value[]             |                                                |
 * | tuple       | {@link Tuple}       |                                                |
 * | set         | {@link ValueSet}    | `frozen` tells frozenset from set              |
 * | dict        | {@link Dict}        | ordered; keys of any hashable kind             |
 * | class, call | {@link InertName}, {@link InertCall}, {@link InertReference} | never run |
 *
 * Shared and cyclic references are the object identity of lists, tuples, sets, dicts, byte arrays and inert
 * objects: the same JavaScript object in two places is the same Python object in two places.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | StoredBytes
  | ByteArray
  | Value[]
  | Tuple
  | ValueSet
  | Dict
  | Inert;

/** An import or call of Python: shown by name and arguments, never run. */
export type Inert = InertName | InertCall | InertReference;

/** A value that holds others, and can therefore be shared or part of a cycle. */
export type Container = Value[] | Tuple | ValueSet | Dict | InertCall | InertReference;

/** Whether it is Python's bytes, in memory or in a file. */
export function isBytes(value: Value): value is Uint8Array | StoredBytes {
  return value instanceof Uint8Array || value instanceof StoredBytes;
}

/** All of the bytes; those in a file are read. */
export function allBytes(bytes: Uint8Array | StoredBytes): Uint8Array {
  return bytes instanceof StoredBytes ? bytes.bytes : bytes;
}

/** The first `count` bytes, and fewer where there are no more. */
export function firstBytes(bytes: Uint8Array | StoredBytes, count: number): Uint8Array {
  return bytes instanceof StoredBytes ? bytes.read(0, count) : bytes.subarray(0, count);
}

/** The name of a value's type, as Python says it; `object` is an inert object. */
export type TypeName =
  | 'None'
  | 'bool'
  | 'int'
  | 'float'
  | 'str'
  | 'bytes'
  | 'bytearray'
  | 'list'
  | 'tuple'
  | 'set'
  | 'frozenset'
  | 'dict'
  | 'object';

/** Python's mutable bytes. */
export class ByteArray {
  constructor(public content: Uint8Array | StoredBytes) {}

  /** Those that lie in a file are read. */
  get bytes(): Uint8Array {
    return allBytes(this.content);
  }
}

/** A value that keeps a number for its writer, which saves the writer a table of all seen values. */
export class Noted {
  #note = 0;

  /**
   * Notes a number. Each writer uses numbers from a base that lies above those of all others before it.
   * @returns the number from `base` on that it has already, which stays; undefined where it had none
   */
  note(base: number, number: number): number | undefined {
    if (this.#note >= base) return this.#note;
    this.#note = number;
    return undefined;
  }

  /** The number from `base` on that it has. */
  noted(base: number): number | undefined {
    return this.#note >= base ? this.#note : undefined;
  }
}

/** Returns its argument from the constructor, so that a subclass adds its fields to that object. */
const Given = function (given: object) {
  return given;
} as unknown as new (given: object) => object;

/** The same as {@link Noted} for lists, which are arrays of JavaScript: the number is not visible from elsewhere. */
export class NotedList extends Given {
  #note = 0;

  /** As {@link Noted.note}. */
  static note(list: Value[], base: number, number: number): number | undefined {
    const noted = #note in list ? list : (new NotedList(list) as NotedList & Value[]);
    if (noted.#note >= base) return noted.#note;
    noted.#note = number;
    return undefined;
  }
}

/** An immutable sequence. Its items are filled in late only while a cyclic value is being read. */
export class Tuple extends Noted {
  constructor(readonly items: Value[]) {
    super();
  }
}

/** A class or function by its name, such as `os.system`. */
export class InertName {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get qualifiedName(): string {
    return this.module === '' ? this.name : `${this.module}.${this.name}`;
  }
}

/** A call or construction that Python would carry out, with everything the pickle would then put into the result. */
export class InertCall {
  /** The state that the pickle would pass to `__setstate__` (opcode BUILD). */
  state: Value | undefined = undefined;
  /** Further states, where it would be given several. No library writes that. */
  readonly laterStates: Value[] = [];
  /** The values that the pickle would append (opcodes APPEND, APPENDS, ADDITEMS). */
  readonly appended: Value[] = [];
  /** The entries that the pickle would set by key (opcodes SETITEM, SETITEMS), in order. */
  readonly entries: [key: Value, value: Value][] = [];

  constructor(
    readonly callable: Value,
    /** Usually a {@link Tuple}. */
    readonly args: Value,
    readonly kwargs?: Value,
    /** Whether a class makes an object by its `__new__` (opcodes NEWOBJ, NEWOBJ_EX, `copyreg._reconstructor`), in place of a call. */
    readonly isNew = false,
  ) {}
}

/** Something that lies outside of the pickle: a persistent id, an entry of the extension registry, an out-of-band buffer. */
export class InertReference {
  /** How many places of the value refer to it, where a file format counts that. */
  uses = 1;

  constructor(
    readonly kind: 'persistent' | 'extension' | 'buffer',
    readonly id: Value,
    /** Its bytes, if the file holds them beside the pickle: for a storage of torch. */
    readonly content?: Uint8Array | StoredBytes,
  ) {}
}

/** Thrown by {@link Dict.set} and {@link ValueSet.add} for a key that Python could not hash. */
export class UnhashableError extends TypeError {
  constructor(readonly type: TypeName) {
    super(`a ${type} cannot be a dictionary key or a member of a set`);
  }
}

/** Up to so many keys, all of them strings, a dictionary is searched from its start: most are small, and an index costs more. */
export const UNINDEXED_KEYS = 8;

/** An ordered dictionary. Keys are equal as they are in Python: `1`, `1.0` and `True` are one key. */
export class Dict extends Noted {
  private keyList: Value[] = [];
  private valueList: Value[] = [];
  /** Position by hash; not there while the dictionary is searched from its start. */
  private index: Map<unknown, number> | undefined;

  /** @throws UnhashableError */
  static from(entries: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get size(): number {
    return this.keyList.length;
  }

  get keys(): readonly Value[] {
    return this.keyList;
  }

  get values(): readonly Value[] {
    return this.valueList;
  }

  /** As in Python, setting an existing key keeps its position and its first spelling. @throws UnhashableError */
  set(key: Value, value: Value): void {
    const at = this.find(key);
    if (at !== undefined) {
      this.valueList[at] = value;
      return;
    }
    if (this.index !== undefined) this.index.set(hashKey(key), this.keyList.length);
    else if (typeof key !== 'string' || this.keyList.length === UNINDEXED_KEYS) this.buildIndex(key);
    this.keyList.push(key);
    this.valueList.push(value);
  }

  /** Sets the keys and values that stand by turns in `flat`, from `start` to before `end`. @throws UnhashableError */
  setAll(flat: readonly Value[], start: number, end: number): void {
    const wasEmpty = this.keyList.length === 0;
    for (let i = start; i + 1 < end; i += 2) this.set(flat[i] as Value, flat[i + 1] as Value);
    if (!wasEmpty) return;
    // Arrays grow ahead of need, by more than most dictionaries hold.
    this.keyList = this.keyList.slice();
    this.valueList = this.valueList.slice();
  }

  get(key: Value): Value | undefined {
    const at = this.find(key);
    return at === undefined ? undefined : this.valueList[at];
  }

  has(key: Value): boolean {
    return this.find(key) !== undefined;
  }

  *[Symbol.iterator](): IterableIterator<[Value, Value]> {
    for (let i = 0; i < this.keyList.length; i++)
      yield [this.keyList[i] as Value, this.valueList[i] as Value];
  }

  private find(key: Value): number | undefined {
    if (this.index !== undefined) return this.index.get(hashKey(key));
    if (typeof key !== 'string') return undefined;
    const at = this.keyList.indexOf(key);
    return at < 0 ? undefined : at;
  }

  /** Indexes the keys so far, and one more. */
  private buildIndex(next: Value): void {
    const index = new Map<unknown, number>();
    this.keyList.forEach((key, i) => index.set(hashKey(key), i));
    index.set(hashKey(next), this.keyList.length);
    this.index = index;
  }
}

/** A set or frozenset; members keep the order in which they were added. */
export class ValueSet extends Noted {
  private readonly memberList: Value[] = [];
  private readonly index = new Set<unknown>();

  constructor(readonly frozen: boolean) {
    super();
  }

  /** @throws UnhashableError */
  static from(members: Iterable<Value>, frozen = false): ValueSet {
    const set = new ValueSet(frozen);
    for (const member of members) set.add(member);
    return set;
  }

  get size(): number {
    return this.memberList.length;
  }

  get members(): readonly Value[] {
    return this.memberList;
  }

  /** @throws UnhashableError */
  add(member: Value): void {
    const hash = hashKey(member);
    if (this.index.has(hash)) return;
    this.index.add(hash);
    this.memberList.push(member);
  }

  has(member: Value): boolean {
    return this.index.has(hashKey(member));
  }

  [Symbol.iterator](): IterableIterator<Value> {
    return this.memberList.values();
  }
}

/** The type of a value, in Python's words. */
export function typeName(value: Value): TypeName {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'str';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<Value, boolean | bigint | number | string>): TypeName {
  if (value === null) return 'None';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Dict) return 'dict';
  if (value instanceof Tuple) return 'tuple';
  if (isBytes(value)) return 'bytes';
  if (value instanceof ValueSet) return value.frozen ? 'frozenset' : 'set';
  if (value instanceof ByteArray) return 'bytearray';
  return 'object';
}

/** Bytes, tuples and frozensets of a longer text are equal only to themselves, so that no key costs much more than its place. */
const MAX_KEY_TEXT = 256;

/**
 * A primitive that is equal for keys that Python considers equal (`SameValueZero`, as Map compares). Most strings are
 * returned as they are; everything else that becomes a string starts with U+0000, and so does the result for a string that
 * itself starts so. For every table whose keys come from outside: nobody can choose many of its results that collide.
 * @throws UnhashableError
 */
export function hashKey(key: Value): unknown {
  switch (typeof key) {
    case 'string':
      return textKey(key);
    case 'bigint':
      return hashInteger(key);
    case 'boolean':
      return key ? 1n : 0n;
    case 'number':
      if (Number.isInteger(key)) return hashInteger(BigInt(key));
      return Number.isNaN(key) ? Symbol('nan') : `\0d${String(key)}`;
    default:
      return key === null ? null : hashObject(key);
  }
}

function hashObject(key: Exclude<Value, null | boolean | bigint | number | string>): unknown {
  if (key instanceof Uint8Array) {
    return key.length > MAX_KEY_TEXT ? key : `\0b${String.fromCharCode(...key)}`;
  }
  if (isCompoundKey(key)) return compoundKey(key, { text: MAX_KEY_TEXT, depth: 0 }) ?? key;
  if (key instanceof InertName) return `\0n${key.qualifiedName}`;
  if (key instanceof InertCall || key instanceof InertReference || key instanceof StoredBytes) return key;
  throw new UnhashableError(typeName(key));
}

function isCompoundKey(key: Value): key is Tuple | ValueSet {
  return key instanceof Tuple || (key instanceof ValueSet && key.frozen);
}

/** The canonical text of a tuple or frozenset, or undefined where it is too long, or holds something without a text. */
function compoundKey(key: Tuple | ValueSet, budget: { text: number; depth: number }): string | undefined {
  if (++budget.depth > 100) return undefined;
  const parts: string[] = [];
  for (const member of key instanceof Tuple ? key.items : key.members) {
    const hash = isCompoundKey(member) ? compoundKey(member, budget) : hashKey(member);
    const text = hashText(hash);
    if (text === undefined || (budget.text -= text.length + 1) < 0) return undefined;
    parts.push(`${String(text.length)}:${text}`);
  }
  budget.depth--;
  return key instanceof Tuple ? `\0t${parts.join('')}` : `\0f${parts.sort().join('')}`;
}

/** Undefined if no value that is compared by value can represent the hash. */
function hashText(hash: unknown): string | undefined {
  switch (typeof hash) {
    case 'string':
      return `s${hash}`;
    case 'bigint':
      return BigInt.asIntN(MAX_KEY_TEXT, hash) === hash ? `i${hash.toString(16)}` : undefined;
    default:
      return hash === null ? 'null' : undefined;
  }
}
