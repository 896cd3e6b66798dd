import type { Disposable } from './event';

export interface RepetitionOptions {
  /** How many of a kind are told one by one before the others are only counted. */
  readonly allowed: number;
  /** Milliseconds after which they are told again, and how many there were. */
  readonly time: number;
  /** Kinds that are told apart at once; all others are one. */
  readonly kinds: number;
}

interface Kind<T> {
  told: number;
  last: T;
  /** How many have not been told. */
  more: number;
}

/**
 * Tells the first of each kind, and of those that follow within some time how many there were, in one: whoever can make something fail
 * can make it fail thousands of times.
 */
export class Repetitions<T> implements Disposable {
  private readonly kinds = new Map<string, Kind<T>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param tell called with the last of those that were only counted, and how many those are; with 0 for one by itself */
  constructor(
    private readonly tell: (thing: T, more: number) => void,
    private readonly options: RepetitionOptions,
  ) {}

  note(kind: string, thing: T): void {
    const { allowed, time, kinds } = this.options;
    this.timer ??= setTimeout(() => this.sum(), time).unref();
    const key = this.kinds.has(kind) || this.kinds.size < kinds ? kind : OTHERS;
    const known = this.kinds.get(key) ?? { told: 0, last: thing, more: 0 };
    this.kinds.set(key, known);
    known.last = thing;
    if (key !== OTHERS && known.told++ < allowed) this.tell(thing, 0);
    else known.more++;
  }

  /** Tells what has only been counted so far. */
  dispose(): void {
    clearTimeout(this.timer);
    this.sum();
  }

  private sum(): void {
    this.timer = undefined;
    const kinds = [...this.kinds.values()];
    this.kinds.clear();
    for (const { last, more } of kinds) if (more > 0) this.tell(last, more);
  }
}

/** No other kind is called so. */
const OTHERS = '\0others';
