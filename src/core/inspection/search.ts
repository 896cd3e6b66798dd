import type { PathStep } from '../values/pathStep';
import { flatLiteral } from '../render/flatLiteral';
import { StoredBytes } from '../values/byteSource';
import { ByteArray, InertName, type Container, type Value } from '../values/value';
import { isContainer } from '../values/children';
import { isMade, recognise } from '../values/known/recognise';
import { textOfKnown } from '../values/known/known';
import { shownAt } from '../values/known/shown';

/** A query for a search inside a value. */
export interface SearchQuery {
  /** A part of a key or value as it is shown, ignoring case; for bytes also as text or as hexadecimal digits. */
  readonly text: string;
  readonly where: 'keys' | 'values' | 'both';
}

/** The matches so far. Structured-cloneable. */
export interface SearchState {
  /**
   * The first matches, as positions of children that lead from the root to each; at most as many as requested, and fewer if
   * they are deep.
   */
  readonly paths: readonly (readonly number[])[];
  /** The number of matches, including those that are not in {@link paths}. */
  readonly count: number;
  /** Children that have been visited. */
  readonly visited: number;
  readonly isDone: boolean;
}

interface Level {
  readonly container: Container;
  next: number;
}

/** Characters of a compound key that are searched. */
const KEY_LENGTH = 1_000;
/** Most positions that the paths of all matches have together: a deep match has many. */
const KEPT_POSITIONS = 200_000;
/** Characters of text that are searched in the time that one short child takes. */
const UNIT_LENGTH = 1_000;

/**
 * Searches everything that can be reached from a value, in the order in which a tree shows it, in steps, so that other
 * questions can be answered in between. A shared value is found at its first place, so a search ends even if values are
 * cyclic.
 */
export class Search {
  private readonly levels: Level[] = [];
  private readonly seen = new Set<Value>();
  private readonly paths: number[][] = [];
  private readonly matcher: Matcher;
  private count = 0;
  /** The rest of {@link KEPT_POSITIONS}. */
  private room = KEPT_POSITIONS;
  private visited = 0;

  /** @param path of `root`, with which the paths of matches begin @param limit of paths that are kept */
  constructor(
    root: Value,
    private readonly path: readonly number[],
    private readonly query: SearchQuery,
    private readonly limit: number,
  ) {
    this.matcher = new Matcher(query.text);
    this.enter(root);
  }

  get state(): SearchState {
    const { paths, count, visited } = this;
    return { paths, count, visited, isDone: this.levels.length === 0 };
  }

  /** Continues. @param budget children to visit; a long text counts as several */
  advance(budget: number): void {
    for (let left = budget; left > 0;) {
      const level = this.levels.at(-1);
      if (level === undefined) return;
      const child = shownAt(level.container, level.next++);
      if (child === undefined) {
        this.levels.pop();
        left--;
        continue;
      }
      this.visited++;
      if (this.matches(child.step, child.value)) this.keep();
      this.enter(child.value);
      left -= cost(child.value);
    }
  }

  private enter(value: Value): void {
    if (!isContainer(value) || this.seen.has(value)) return;
    // Children that only exist to be shown lead to nothing but stored values.
    if (!isMade(value)) this.seen.add(value);
    this.levels.push({ container: value, next: 0 });
  }

  private matches(step: PathStep, value: Value): boolean {
    const { where } = this.query;
    if (where !== 'values' && step.kind === 'key' && this.matcher.matchesKey(step.key)) return true;
    return where !== 'keys' && this.matcher.matchesValue(value);
  }

  private keep(): void {
    this.count++;
    if (this.paths.length >= this.limit || this.room <= 0) return;
    this.room -= this.path.length + this.levels.length;
    // A match that is too deep ends the list, as it holds only the first ones.
    if (this.room >= 0) this.paths.push([...this.path, ...this.levels.map(({ next }) => next - 1)]);
  }
}

function cost(value: Value): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1 + value.length / UNIT_LENGTH;
  return value instanceof ByteArray ? 1 + value.content.length / UNIT_LENGTH : 1;
}

const HEXADECIMAL = /^(?:0x)?((?:[\da-f]{2}\s*)+)$/i;

/** Whether keys and values without parts contain a text. */
class Matcher {
  private readonly text: string;
  private readonly bytes: readonly Buffer[];

  constructor(text: string) {
    this.text = text.toLowerCase();
    const digits = HEXADECIMAL.exec(text.trim())?.[1]?.replace(/\s/g, '');
    this.bytes = [Buffer.from(text), ...(digits === undefined ? [] : [Buffer.from(digits, 'hex')])];
  }

  matchesKey(key: Value): boolean {
    return isContainer(key) ? this.isIn(flatLiteral(key, KEY_LENGTH)) : this.matchesValue(key);
  }

  /** Containers do not match, but their content does. A recognized value matches by its preview. */
  matchesValue(value: Value): boolean {
    const known = recognise(value);
    if (known !== undefined) return this.isIn(textOfKnown(known) ?? known.type);
    if (typeof value === 'string') return this.isIn(value);
    if (isContainer(value)) return false;
    if (value instanceof InertName) return this.isIn(value.qualifiedName);
    const content = value instanceof ByteArray ? value.content : value;
    // Reading all of a large file would block everything else.
    if (content instanceof StoredBytes) return false;
    return content instanceof Uint8Array
      ? this.isInBytes(content)
      : this.isIn(flatLiteral(content, KEY_LENGTH));
  }

  private isIn(text: string): boolean {
    return text.toLowerCase().includes(this.text);
  }

  private isInBytes(bytes: Uint8Array): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.bytes.some((wanted) => buffer.includes(wanted));
  }
}
