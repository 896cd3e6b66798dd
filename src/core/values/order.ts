import {
  allBytes,
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  isBytes,
  Tuple,
  typeName,
  ValueSet,
  type Container,
  type TypeName,
  type Value,
} from './value';
import { isContainer } from './children';

export type Entry = readonly [key: Value, value: Value];

/** Values are ordered by group first. Only values in the same group are compared by content. */
const GROUPS: readonly (readonly TypeName[])[] = [
  ['None'],
  ['bool', 'int', 'float'],
  ['str'],
  ['bytes'],
  ['bytearray'],
  ['tuple'],
  ['list'],
  ['frozenset'],
  ['set'],
  ['dict'],
  ['object'],
];

const RANKS = new Map(GROUPS.flatMap((types, rank) => types.map((type) => [type, rank] as const)));
const NUMBER_TYPES: readonly TypeName[] = ['bool', 'int', 'float'];

/** Parts that are nested deeper are not compared. Values that differ only there count as equal. */
const MAX_DEPTH = 200;

/**
 * An order of all values that depends only on their content: neither on the order in which a dictionary or set was filled,
 * nor on shared parts. Numbers are ordered by size whatever their type, text by UTF-16 units, sequences by their first
 * difference. One instance serves one value, which must not change while it is used.
 */
export class CanonicalOrder {
  private readonly sortedEntries = new Map<Dict, readonly Entry[]>();
  private readonly sortedMembers = new Map<ValueSet, readonly Value[]>();
  /**
   * Pairs of containers that the current comparison has seen. A comparison ends with the first difference, so a pair that
   * occurs again is equal, or is being compared.
   */
  private compared = new Map<Container, Set<Container>>();
  private depth = 0;

  /** Negative, zero or positive, as for `Array.prototype.sort`. Zero means that nothing down to {@link MAX_DEPTH} differs. */
  compare(a: Value, b: Value): number {
    if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
    if (this.depth > 0) return this.compareParts(a, b);
    this.compared = new Map();
    return this.compareParts(a, b);
  }

  /** The entries of a dictionary, ordered by key. Entries with equal keys, such as several `nan`, are ordered by value. */
  entries(dict: Dict): readonly Entry[] {
    const known = this.sortedEntries.get(dict);
    if (known) return known;
    const entries: Entry[] = [...dict];
    // If the dictionary contains itself, the inner one keeps its order while this one is being sorted.
    this.sortedEntries.set(dict, entries);
    const sorted = this.sort(entries, (a, b) => this.compare(a[0], b[0]) || this.compare(a[1], b[1]));
    this.sortedEntries.set(dict, sorted);
    return sorted;
  }

  members(set: ValueSet): readonly Value[] {
    const known = this.sortedMembers.get(set);
    if (known) return known;
    this.sortedMembers.set(set, set.members);
    const sorted = this.sort(set.members, (a, b) => this.compare(a, b));
    this.sortedMembers.set(set, sorted);
    return sorted;
  }

  /** Sorts with comparisons that start afresh, as a comparison may be in progress. */
  private sort<T>(parts: readonly T[], compare: (a: T, b: T) => number): T[] {
    const { compared, depth } = this;
    this.depth = 0;
    const sorted = [...parts].sort(compare);
    Object.assign(this, { compared, depth });
    return sorted;
  }

  private compareParts(a: Value, b: Value): number {
    const type = typeName(a);
    const rank = (RANKS.get(type) ?? 0) - (RANKS.get(typeName(b)) ?? 0);
    if (rank !== 0) return rank;
    if (isContainer(a) && isContainer(b)) return this.compareContainers(a, b);
    if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
    if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
    return compareAtoms(a, b);
  }

  private compareContainers(a: Container, b: Container): number {
    const kind = objectRank(a) - objectRank(b);
    if (kind !== 0 || a === b || this.depth >= MAX_DEPTH || !this.isFirst(a, b)) return kind;
    const [left, right] = [this.partsOf(a), this.partsOf(b)];
    this.depth++;
    let order = 0;
    for (let i = 0; i < left.length && i < right.length && order === 0; i++)
      order = this.compare(left[i] as Value, right[i] as Value);
    this.depth--;
    return order === 0 ? left.length - right.length : order;
  }

  private isFirst(a: Container, b: Container): boolean {
    const partners = this.compared.get(a);
    if (partners?.has(b)) return false;
    if (partners) partners.add(b);
    else this.compared.set(a, new Set([b]));
    return true;
  }

  private partsOf(container: Container): readonly Value[] {
    if (Array.isArray(container)) return container;
    if (container instanceof Tuple) return container.items;
    if (container instanceof Dict) return this.entries(container).flat();
    if (container instanceof ValueSet) return this.members(container);
    if (container instanceof InertReference) return [container.kind, container.id];
    const { callable, args, kwargs, state, appended, entries } = container;
    // A missing part differs from None.
    const optional = [kwargs, state].map((part) => (part === undefined ? [] : [part]));
    return [callable, args, ...optional, appended, entries.flat()];
  }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isNumber(value: Value): value is boolean | bigint | number {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

/** Orders numbers by value, with `nan` last, equal ones by type, and -0.0 before 0.0. */
function compareNumbers(a: boolean | bigint | number, b: boolean | bigint | number): number {
  const [x, y] = [Number.isNaN(a), Number.isNaN(b)];
  if (x || y) return Number(x) - Number(y);
  // JavaScript compares bigint and number exactly.
  if (a < b) return -1;
  if (a > b) return 1;
  const type = NUMBER_TYPES.indexOf(typeName(a)) - NUMBER_TYPES.indexOf(typeName(b));
  return type === 0 ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : type;
}

function compareAtoms(a: Value, b: Value): number {
  if (isBytes(a) && isBytes(b)) return Buffer.compare(allBytes(a), allBytes(b));
  if (a instanceof ByteArray && b instanceof ByteArray) return Buffer.compare(a.bytes, b.bytes);
  if (a instanceof InertName && b instanceof InertName) return compareText(a.qualifiedName, b.qualifiedName);
  return objectRank(a) - objectRank(b);
}

function objectRank(value: Value): number {
  if (value instanceof InertName) return 1;
  if (value instanceof InertReference) return 2;
  return value instanceof InertCall ? 3 : 0;
}
