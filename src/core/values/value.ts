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
 * | bytes       | Uint8Array, {@link StoredBytes} | the latter if they are left in a file |
 * | bytearray   | {@link ByteArray}   |                                                |
 * | list        | Value[]             |                                                |
 * | tuple       | {@link Tuple}       |                                                |
 * | set         | {@link ValueSet}    | `frozen` tells frozenset from set              |
 * | dict        | {@link Dict}        | ordered; keys of any hashable kind             |
 * | class, call | {@link InertName}, {@link InertCall}, {@link InertReference} | never run |
 *
 * Shared and cyclic references are expressed by the identity of lists, tuples, sets, dicts, byte arrays and inert
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

/** Whether a value is Python's bytes, in memory or in a file. */
export function isBytes(value: Value): value is Uint8Array | StoredBytes {
  return value instanceof Uint8Array || value instanceof StoredBytes;
}

/** All of the bytes. If they are in a file, they are read. */
export function allBytes(bytes: Uint8Array | StoredBytes): Uint8Array {
  return bytes instanceof StoredBytes ? bytes.bytes : bytes;
}

/** The first `count` bytes, or all if there are fewer. */
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

  /** All of the bytes. If they are in a file, they are read. */
  get bytes(): Uint8Array {
    return allBytes(this.content);
  }
}

/** A value on which a writer can note a number, which saves it a table of the values that it has seen. */
export class Noted {
  #note = 0;

  /**
   * Notes a number, unless the value has one already. Each writer uses numbers from a base that is above those of all earlier
   * writers, so smaller numbers do not count.
   * @returns the number that the value has already; undefined if it had none
   */
  note(base: number, number: number): number | undefined {
    if (this.#note >= base) return this.#note;
    this.#note = number;
    return undefined;
  }

  /** The noted number, if it is at least `base`. */
  noted(base: number): number | undefined {
    return this.#note >= base ? this.#note : undefined;
  }
}

/** A base class whose constructor returns its argument, so that a subclass adds its private fields to that object. */
const Given = function (given: object) {
  return given;
} as unknown as new (given: object) => object;

/** The same as {@link Noted} for lists, which are JavaScript arrays. The number is in a private field of the array. */
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

/** An immutable sequence. Only while a cyclic value is being read are its items filled in later. */
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
  /** Further states, if the pickle would set several. No library writes that. */
  readonly laterStates: Value[] = [];
  /** The values that the pickle would append (opcodes APPEND, APPENDS, ADDITEMS). */
  readonly appended: Value[] = [];
  /** The entries that the pickle would set by key (opcodes SETITEM, SETITEMS), in order. */
  readonly entries: [key: Value, value: Value][] = [];
  /**
   * What has been found out about the call. Private, so that it is no part of the value: it is neither compared nor copied. A
   * `WeakMap` of millions of calls would hold up garbage collection for minutes.
   */
  #note: unknown = undefined;

  constructor(
    readonly callable: Value,
    /** Usually a {@link Tuple}. */
    readonly args: Value,
    readonly kwargs?: Value,
    /** Whether the pickle would call `__new__` of a class (opcodes NEWOBJ, NEWOBJ_EX, `copyreg._reconstructor`) instead of the callable. */
    readonly isNew = false,
  ) {}

  /** For the registry of known values alone. */
  get note(): unknown {
    return this.#note;
  }

  set note(note: unknown) {
    this.#note = note;
  }
}

/** A reference to something outside of the pickle: a persistent id, an entry of the extension registry, an out-of-band buffer. */
export class InertReference {
  /** How many places of the value refer to it, if the reader of the file counts them. */
  uses = 1;

  constructor(
    readonly kind: 'persistent' | 'extension' | 'buffer',
    readonly id: Value,
    /** Its bytes, if the file holds them next to the pickle, as for a storage of torch. */
    readonly content?: Uint8Array | StoredBytes,
  ) {}
}

/** Thrown by {@link Dict.set} and {@link ValueSet.add} for a key that Python could not hash. */
export class UnhashableError extends TypeError {
  constructor(readonly type: TypeName) {
    super(`a ${type} cannot be a dictionary key or a member of a set`);
  }
}

/** A dictionary with up to this many keys, all of them strings, has no index and is searched linearly. Most are that small. */
export const UNINDEXED_KEYS = 8;

/** An ordered dictionary. Keys are equal as they are in Python: `1`, `1.0` and `True` are one key. */
export class Dict extends Noted {
  private keyList: Value[] = [];
  private valueList: Value[] = [];
  /** Positions by hash; undefined while the dictionary is searched linearly. */
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

  /** Sets the keys and values that alternate in `flat`, from `start` to before `end`. @throws UnhashableError */
  setAll(flat: readonly Value[], start: number, end: number): void {
    const wasEmpty = this.keyList.length === 0;
    for (let i = start; i + 1 < end; i += 2) this.set(flat[i] as Value, flat[i + 1] as Value);
    if (!wasEmpty) return;
    // A growing array reserves more places than most dictionaries need; a copy has none to spare.
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

  /** Builds the index of the keys so far, and the next one. */
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

/** The name of a value's type in Python. */
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

/** Bytes, tuples and frozensets with a longer text are compared by identity, so that no key takes much memory. */
const MAX_KEY_TEXT = 256;

/**
 * A primitive that is equal for keys that Python considers equal (`SameValueZero`, as Map compares). Most strings are
 * returned as they are; any other string that is returned starts with U+0000. Use it for every table whose keys come from
 * outside: nobody can choose many keys whose results have the same hash in a Map.
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

/** The canonical text of a tuple or frozenset; undefined if it is too long, or holds something without a text. */
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

/** The text of a hash within the text of a tuple; undefined for a key that is compared by identity. */
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
