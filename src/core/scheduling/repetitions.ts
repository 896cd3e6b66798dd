import type { Disposable } from './event';

export interface RepetitionOptions {
  /** How many of a kind are reported one by one before the others are only counted. */
  readonly allowed: number;
  /** Milliseconds after which the next report says how many there were. */
  readonly time: number;
  /** Kinds that are distinguished at once; all others count as one kind. */
  readonly kinds: number;
}

interface Kind<T> {
  told: number;
  last: T;
  /** How many have not been reported. */
  more: number;
}

/**
 * Reports the first events of each kind, and then, at intervals, how many followed: somebody who can make something fail can
 * make it fail thousands of times.
 */
export class Repetitions<T> implements Disposable {
  private readonly kinds = new Map<string, Kind<T>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param tell called with the last of the events that were only counted, and their number; with 0 for a single event */
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

  /** Reports everything that has only been counted so far. */
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

/** No other kind has this name. */
const OTHERS = '\0others';
