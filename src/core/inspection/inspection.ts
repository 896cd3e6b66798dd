import { type TextForm } from '../codecs/forms';
import { writeForm } from '../codecs/writeForm';
import { PicklepostError } from '../errors';
import { StoredBytes } from '../values/byteSource';
import { FirstPlaces } from './firstPlaces';
import { formatKey, previewOf } from '../render/preview';
import { textTooLong } from '../render/view';
import { Search, type SearchQuery } from './search';
import { ByteArray, typeName, type Container, type TypeName, type Value } from '../values/value';
import { childAt, childCount, isContainer, type Child } from '../values/children';
import { recognise, type Known } from '../values/known/recognise';
import { AS_STORED } from '../values/asStored';
import { shownAt, shownCount } from '../values/known/shown';
import { formatPath, type PathStep } from '../render/path';
import { say, type Words } from '../text';

/** One value as a row of a tree. Structured-cloneable. */
export interface NodeInfo {
  /** The positions of children that lead from the root to it. */
  readonly path: readonly number[];
  /** Its label in its container: a key, an index, the part of a call; empty for the root. */
  readonly key: string;
  readonly type: TypeName;
  /** Its recognized value, if its call is recognized; the other fields describe that too, unless it is shown as stored. */
  readonly known?: KnownInfo;
  /** A preview in one line of about a hundred characters. */
  readonly preview: Words;
  /** The number of its children; 0 for a reference back to a parent. */
  readonly childCount: number;
  /** A Python expression for it, such as `data["a"][3]`. */
  readonly expression: string;
  /** The expression of the same container above it, if it is part of itself. */
  readonly refersTo?: string;
  /** The expression of the first place of the value, if that is another one; as far as a short search finds it. */
  readonly sharedWith?: string;
}

/** A recognized value as a row of a tree. Structured-cloneable. */
export interface KnownInfo {
  /** `numpy`, `pandas`; `Python` for its own library; empty for an object of another class. */
  readonly library: string;
  /** `ndarray`, `DataFrame`, `datetime`. */
  readonly type: string;
  /** Whether the node stands for the stored call instead, which is at the end of a path with {@link AS_STORED}. */
  readonly isStored: boolean;
  /** Other views in which it can be shown. */
  readonly shows: readonly ('table' | 'array' | 'picture')[];
}

/** Describes a value node by node, in time that does not depend on its size. */
export class Inspection {
  private found: FirstPlaces | undefined;

  constructor(private readonly root: Value) {}

  /** @throws PicklepostError `no-such-item` if the path leads nowhere */
  node(path: readonly number[]): NodeInfo {
    return this.describe(this.follow(path), path);
  }

  /** The values along a path, from the root to its end. @throws as {@link node} */
  nodesAlong(path: readonly number[]): NodeInfo[] {
    const walk = new Walk(this.root);
    const places = [{ value: walk.value, isStored: false, depth: 0 }];
    for (const ordinal of path) {
      walk.stepOrThrow(ordinal);
      places.push({ value: walk.value, isStored: walk.isStored, depth: walk.steps.length });
    }
    return places.map(({ value, isStored, depth }, i) => {
      const [steps, containers] = [walk.steps.slice(0, depth), walk.containers.slice(0, depth)];
      return this.describe({ value, isStored, steps, containers }, path.slice(0, i));
    });
  }

  /** Some of the children of a value, from a position on; none for a reference back. @throws as {@link node} */
  children(path: readonly number[], start: number, count: number): NodeInfo[] {
    const place = this.follow(path);
    const { value, steps, containers } = place;
    if (!isContainer(value) || (containers.includes(value) && !place.isStored)) return [];
    const above = [...containers, value];
    const end = Math.min(start + count, countOf(place));
    const nodes: NodeInfo[] = [];
    for (let ordinal = start; ordinal < end; ordinal++) {
      const child = childOf(place, ordinal);
      if (child === undefined) continue;
      const at = { value: child.value, steps: [...steps, child.step], containers: above, isStored: false };
      nodes.push(this.describe(at, [...path, ordinal]));
    }
    return nodes;
  }

  /**
   * A value written out, indented.
   * @param maxLength characters
   * @throws EncodeError if the form cannot hold it; LimitError if the text would be longer
   */
  text(path: readonly number[], form: TextForm, { maxLength }: { maxLength: number }): string {
    const { value, steps, isStored } = this.follow(path);
    return writeForm(form, value, { maxLength, place: steps, isStored });
  }

  /** The text that is copied for a value: a string as it is, anything else as a Python literal. @throws as {@link text} */
  plainText(path: readonly number[], options: { maxLength: number }): string {
    const { value } = this.follow(path);
    if (typeof value !== 'string') return this.text(path, 'python', options);
    if (value.length > options.maxLength) throw textTooLong(options.maxLength);
    return value;
  }

  /** The value at a path. @throws as {@link node} */
  value(path: readonly number[]): Value {
    return this.follow(path).value;
  }

  /**
   * A range of the bytes of a value that is bytes, or of a string in UTF-8, and their total number; undefined for other
   * types.
   * @throws as {@link node}
   */
  bytes(
    path: readonly number[],
    start: number,
    count: number,
  ): { bytes: Uint8Array; total: number } | undefined {
    const value = this.value(path);
    const content = value instanceof ByteArray ? value.content : value;
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    if (bytes instanceof StoredBytes) return { bytes: bytes.read(start, count), total: bytes.length };
    if (!(bytes instanceof Uint8Array)) return undefined;
    return { bytes: bytes.subarray(start, start + count), total: bytes.length };
  }

  /** A search of everything below a path. @param limit of matches that are kept @throws as {@link node} */
  search(path: readonly number[], query: SearchQuery, limit: number): Search {
    return new Search(this.value(path), path, query, limit);
  }

  private follow(path: readonly number[]): Place {
    const walk = new Walk(this.root);
    for (const ordinal of path) walk.stepOrThrow(ordinal);
    return walk;
  }

  private describe({ value, steps, containers, isStored }: Place, path: readonly number[]): NodeInfo {
    const last = steps.at(-1);
    const known = recognise(value);
    const above = isStored ? -1 : isContainer(value) ? containers.indexOf(value) : -1;
    const sharedWith =
      above < 0 && last !== undefined && !isStored ? this.firstPlaces.otherThan(path, value) : undefined;
    return {
      path,
      key: last ? formatKey(last) : '',
      type: typeName(value),
      ...(known && { known: describeKnown(known, isStored) }),
      preview: previewOf(value, isStored),
      childCount: above < 0 ? (isStored ? childCount(value) : shownCount(value)) : 0,
      expression: formatPath(steps),
      ...(above >= 0 && { refersTo: formatPath(steps.slice(0, above)) }),
      ...(sharedWith !== undefined && { sharedWith }),
    };
  }

  private get firstPlaces(): FirstPlaces {
    return (this.found ??= new FirstPlaces(this.root));
  }
}

/** The value at the end of a path. */
interface Place {
  readonly value: Value;
  /** Steps from the root to it. */
  readonly steps: readonly PathStep[];
  /** The values above it, one for each step. */
  readonly containers: readonly Container[];
  /** Whether its stored call is meant, and not its recognized value. */
  readonly isStored: boolean;
}

/** Follows a path. Copying at each step would make a long one quadratic. */
class Walk implements Place {
  readonly steps: PathStep[] = [];
  readonly containers: Container[] = [];
  isStored = false;

  constructor(public value: Value) {}

  /** @throws PicklepostError `no-such-item` */
  stepOrThrow(ordinal: number): void {
    if (ordinal === AS_STORED && recognise(this.value) !== undefined) {
      this.isStored = true;
      return;
    }
    const child = childOf(this, ordinal);
    if (child === undefined)
      throw new PicklepostError('no-such-item', say`The value has nothing at this path.`);
    if (isContainer(this.value)) this.containers.push(this.value);
    this.steps.push(child.step);
    this.value = child.value;
    this.isStored = false;
  }
}

function countOf({ value, isStored }: Place): number {
  return isStored ? childCount(value) : shownCount(value);
}

function childOf({ value, isStored }: Place, ordinal: number): Child | undefined {
  return isStored ? childAt(value, ordinal) : shownAt(value, ordinal);
}

function describeKnown({ library, type, table, array, picture }: Known, isStored: boolean): KnownInfo {
  const shows = [
    ...(table === undefined ? [] : ['table' as const]),
    ...(array === undefined ? [] : ['array' as const]),
    ...(picture === undefined ? [] : ['picture' as const]),
  ];
  return { library, type, isStored, shows };
}
