import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { Mutex } from '../../core/scheduling/mutex';
import { DirectoryWatcher } from '../disk/directoryWatcher';
import { diskError } from '../disk/diskError';
import { PRIVATE, replaceFile } from '../disk/durableFile';
import { isItemId, timeOfItemId } from '../items/itemId';
import { forEachInSlices } from '../../core/scheduling/slices';
import { say } from '../../core/text';

/** The items that a person has seen: all up to one, and some after it. */
interface Marks {
  /** Empty for none. */
  readonly upTo: string;
  readonly ids: ReadonlySet<string>;
}

const FILE = 'read.json';

/** Milliseconds by which clocks may differ. */
const SKEW = 60_000;

/**
 * Which items of an inbox a person has seen. An item from a time when the clock was ahead never becomes the one up to which
 * all were seen: items that arrive after the clock has been set back have earlier ids, and would count as seen. Kept in one
 * file of the inbox (docs/format.md), which all windows share. If that is missing or damaged, all present items count as
 * seen.
 */
export class ReadMarks implements Disposable {
  private readonly changed = new Emitter<undefined>();
  /** Something was marked, in this window or another one. */
  readonly onDidChange = this.changed.event;
  private readonly file: string;
  private readonly writing = new Mutex();
  private readonly watcher: DirectoryWatcher;

  private constructor(
    directory: string,
    private marks: Marks,
    /** The ids of all items at the last request. */
    private known: readonly string[],
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {
    this.file = path.join(directory, FILE);
    this.watcher = new DirectoryWatcher(directory, () => void this.reload());
  }

  /** @param all the ids of all items, oldest first. @throws PicklepostError `disk` */
  static async open(directory: string, all: readonly string[], now = Date.now): Promise<ReadMarks> {
    const found = await readMarks(path.join(directory, FILE));
    const first = found ?? { upTo: all.at(-1) ?? '', ids: new Set<string>() };
    const marks = new ReadMarks(directory, withoutFuture(first, all, now()), all, now);
    if (!found) await marks.markRead([], all);
    return marks;
  }

  isRead(id: string): boolean {
    return id <= this.marks.upTo || this.marks.ids.has(id);
  }

  /** @param all the ids of all items, oldest first */
  async countUnread(all: readonly string[]): Promise<number> {
    const { marks } = this;
    this.marks = withoutFuture(marks, this.known, this.now());
    if (this.marks !== marks) await this.change((noted) => merge(noted, []), all);
    this.known = all;
    let count = 0;
    await forEachInSlices(all.slice(firstAfter(all, this.marks.upTo)), (id) => {
      if (!this.marks.ids.has(id)) count++;
    });
    return count;
  }

  /** @param all the ids of all items, oldest first. @throws PicklepostError `disk` */
  markRead(ids: readonly string[], all: readonly string[]): Promise<void> {
    return this.change(
      (noted) => advance(merge(noted, ids), all.slice(firstAfter(all, upToOf(noted))), this.now()),
      all,
    );
  }

  /** @param all as {@link markRead} */
  markAllRead(all: readonly string[]): Promise<void> {
    return this.change((noted) => merge([...noted, { upTo: all.at(-1) ?? '', ids: new Set() }], []), all);
  }

  dispose(): void {
    this.watcher.dispose();
  }

  private async reload(): Promise<void> {
    const { known } = this;
    const written = await readMarks(this.file);
    const found = written && withoutFuture(written, known, this.now());
    if (!found || isSame(found, this.marks)) return;
    this.marks = merge([this.marks, found], []);
    this.changed.fire(undefined);
  }

  /** Merges the marks of other windows, and writes the result. */
  private async change(next: (noted: readonly Marks[]) => Marks, all: readonly string[]): Promise<void> {
    await this.writing.run(async () => {
      // Items that arrive while the file is read were not there when it was written.
      const { known } = this;
      const written = await readMarks(this.file);
      const noted = [this.marks, ...(written ? [written] : [])].map((marks) =>
        withoutFuture(marks, known, this.now()),
      );
      this.marks = withoutFuture(next(noted), all, this.now());
      const text = JSON.stringify({ format: 1, upTo: this.marks.upTo, ids: [...this.marks.ids] });
      try {
        await replaceFile(this.file, [Buffer.from(`${text}\n`)], PRIVATE);
        // Not before: what is read of the file until then knows nothing of items that have come since it was written.
        this.known = all;
      } catch (error) {
        throw diskError(say`Cannot save which items have been read`, error);
      }
    });
    this.changed.fire(undefined);
  }
}

/**
 * The same marks, none of them up to an item from the future: each such item that was there when they were made gets a mark
 * of its own.
 * @param all the ids of these items, oldest first
 */
function withoutFuture(marks: Marks, all: readonly string[], now: number): Marks {
  const { upTo, ids } = marks;
  if (upTo === '' || !isFuture(upTo, now)) return marks;
  const seen = all.slice(0, firstAfter(all, upTo));
  const first = seen.findIndex((id) => isFuture(id, now));
  const past = first < 0 ? seen : seen.slice(0, first);
  return { upTo: past.at(-1) ?? '', ids: new Set([...seen.slice(past.length), ...ids]) };
}

function isFuture(id: string, now: number): boolean {
  return timeOfItemId(id) > now + SKEW;
}

/** The position of the first id after another one. */
function firstAfter(all: readonly string[], id: string): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as string) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function upToOf(some: readonly Marks[]): string {
  return some.map(({ upTo }) => upTo).reduce((a, b) => (a > b ? a : b));
}

/** Seen items stay seen: windows that write at the same time lose at most each other's last moment. */
function merge(some: readonly Marks[], more: readonly string[]): Marks {
  const upTo = upToOf(some);
  const ids = [...some.flatMap((marks) => [...marks.ids]), ...more];
  return { upTo, ids: new Set(ids.filter((id) => id > upTo)) };
}

/**
 * Single marks are merged if nothing unread is left before them; those of deleted items are dropped.
 * @param after the ids of the items after the one up to which all were seen before, oldest first
 */
function advance({ upTo, ids }: Marks, after: readonly string[], now: number): Marks {
  const firstUnread = after.findIndex((id) => !ids.has(id) || isFuture(id, now));
  const seen = firstUnread < 0 ? after : after.slice(0, firstUnread);
  const kept = firstUnread < 0 ? [] : after.slice(firstUnread).filter((id) => ids.has(id));
  return { upTo: seen.at(-1) ?? upTo, ids: new Set(kept) };
}

function isSame(a: Marks, b: Marks): boolean {
  return a.upTo === b.upTo && a.ids.size === b.ids.size && [...a.ids].every((id) => b.ids.has(id));
}

async function readMarks(file: string): Promise<Marks | undefined> {
  try {
    const { upTo, ids } = JSON.parse(await readFile(file, 'utf8')) as { upTo: unknown; ids: unknown };
    if (typeof upTo !== 'string' || !(upTo === '' || isItemId(upTo)) || !Array.isArray(ids)) return undefined;
    return { upTo, ids: new Set(ids.filter((id): id is string => typeof id === 'string' && isItemId(id))) };
  } catch {
    return undefined;
  }
}
