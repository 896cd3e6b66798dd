import { textForms, type TextForm } from '../codecs/forms';
import { PicklepostError } from '../errors';
import { StoredBytes } from '../files/byteSource';
import { FirstPlaces } from './firstPlaces';
import { formatKey, formatPreview } from '../render/preview';
import { textTooLong } from '../render/view';
import { Search, type SearchQuery } from './search';
import { ByteArray, typeName, type Container, type TypeName, type Value } from './value';
import { childAt, childCount, isContainer } from './children';
import { formatPath, type PathStep } from './path';

/** What a tree shows of one value. Structured-cloneable. */
export interface NodeInfo {
  /** The positions of children that lead from the root to it. */
  readonly path: readonly number[];
  /** How it is called where it stands: a key, an index, the part of a call; empty for the root. */
  readonly key: string;
  readonly type: TypeName;
  /** What it is, in one line of about a hundred characters. */
  readonly preview: string;
  /** How many values can be reached from it by one step; 0 for one that refers back. */
  readonly childCount: number;
  /** A Python expression for it, such as `data["a"][3]`. */
  readonly expression: string;
  /** The expression of the container that it is as well, where it is part of itself. */
  readonly refersTo?: string;
  /** The expression of the first place where it stands, where that is another one; as far as a short search finds. */
  readonly sharedWith?: string;
}

/** Describes a value node by node, in time that does not depend on its size. */
export class Inspection {
  private found: FirstPlaces | undefined;

  constructor(private readonly root: Value) {}

  /** @throws PicklepostError `no-such-item` if the path leads nowhere */
  node(path: readonly number[]): NodeInfo {
    const place = this.follow(path);
    return this.describe(place.value, place.steps, path, place.containers);
  }

  /** The root and what stands along a path, to its end. @throws as {@link node} */
  nodesAlong(path: readonly number[]): NodeInfo[] {
    const { value, steps, containers } = this.follow(path);
    return [...containers, value].map((one, depth) =>
      this.describe(one, steps.slice(0, depth), path.slice(0, depth), containers.slice(0, depth)),
    );
  }

  /** Some of the children of a value, from a position on; none of one that refers back. @throws as {@link node} */
  children(path: readonly number[], start: number, count: number): NodeInfo[] {
    const { value, steps, containers } = this.follow(path);
    if (!isContainer(value) || containers.includes(value)) return [];
    const above = [...containers, value];
    const end = Math.min(start + count, childCount(value));
    const nodes: NodeInfo[] = [];
    for (let ordinal = start; ordinal < end; ordinal++) {
      const child = childAt(value, ordinal);
      if (child) nodes.push(this.describe(child.value, [...steps, child.step], [...path, ordinal], above));
    }
    return nodes;
  }

  /**
   * A value written out, indented.
   * @param maxLength characters
   * @throws EncodeError where the form cannot hold it; LimitError where the text would be longer
   */
  text(path: readonly number[], form: TextForm, { maxLength }: { maxLength: number }): string {
    const { value, steps } = this.follow(path);
    return textForms[form].write(value, { maxLength, place: steps });
  }

  /** What is copied for a value: a string as it is, anything else as a Python literal. @throws as {@link text} */
  plainText(path: readonly number[], options: { maxLength: number }): string {
    const { value } = this.follow(path);
    if (typeof value !== 'string') return this.text(path, 'python', options);
    if (value.length > options.maxLength) throw textTooLong(options.maxLength);
    return value;
  }

  /** What stands at a place. @throws as {@link node} */
  value(path: readonly number[]): Value {
    return this.follow(path).value;
  }

  /**
   * A run of the bytes of a value that is bytes, or of a string in UTF-8, and how many there are; undefined for other types.
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

  /** A search of all below a place. @param limit of places that are kept @throws as {@link node} */
  search(path: readonly number[], query: SearchQuery, limit: number): Search {
    return new Search(this.value(path), path, query, limit);
  }

  private follow(path: readonly number[]): { value: Value; steps: PathStep[]; containers: Container[] } {
    let value = this.root;
    const steps: PathStep[] = [];
    const containers: Container[] = [];
    for (const ordinal of path) {
      const child = childAt(value, ordinal);
      if (!child) throw new PicklepostError('no-such-item', 'There is nothing at this place of the value.');
      if (isContainer(value)) containers.push(value);
      steps.push(child.step);
      value = child.value;
    }
    return { value, steps, containers };
  }

  private describe(
    value: Value,
    steps: readonly PathStep[],
    path: readonly number[],
    above: readonly Container[],
  ): NodeInfo {
    const last = steps.at(-1);
    const cycle = isContainer(value) ? above.indexOf(value) : -1;
    const sharedWith = cycle < 0 && last !== undefined ? this.firstPlaces.otherThan(path, value) : undefined;
    return {
      path,
      key: last ? formatKey(last) : '',
      type: typeName(value),
      preview: formatPreview(value),
      childCount: cycle < 0 ? childCount(value) : 0,
      expression: formatPath(steps),
      ...(cycle >= 0 && { refersTo: formatPath(steps.slice(0, cycle)) }),
      ...(sharedWith !== undefined && { sharedWith }),
    };
  }

  private get firstPlaces(): FirstPlaces {
    return (this.found ??= new FirstPlaces(this.root));
  }
}
