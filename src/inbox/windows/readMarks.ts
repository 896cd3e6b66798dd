import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { Mutex } from '../../core/scheduling/mutex';
import { DirectoryWatcher } from '../disk/directoryWatcher';
import { diskError } from '../disk/diskError';
import { PRIVATE, replaceFile } from '../disk/durableFile';
import { isItemId } from '../items/itemId';
import { forEachInSlices } from '../../core/scheduling/slices';

/** The items that a person has seen: all up to one, and some after it. */
interface Marks {
  /** Empty for none. */
  readonly upTo: string;
  readonly ids: ReadonlySet<string>;
}

const FILE = 'read.json';

/**
 * Which items of an inbox a person has seen. Kept in one file of the inbox (docs/format.md), which all windows share. Without it, or
 * with one that is damaged, everything that is there now counts as seen.
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
  ) {
    this.file = path.join(directory, FILE);
    this.watcher = new DirectoryWatcher(directory, () => void this.reload());
  }

  /** @param all the ids of all items, oldest first. @throws PicklepostError `disk` */
  static async open(directory: string, all: readonly string[]): Promise<ReadMarks> {
    const found = await readMarks(path.join(directory, FILE));
    const marks = new ReadMarks(directory, found ?? { upTo: all.at(-1) ?? '', ids: new Set() });
    if (!found) await marks.markRead([], all);
    return marks;
  }

  isRead(id: string): boolean {
    return id <= this.marks.upTo || this.marks.ids.has(id);
  }

  /** @param all the ids of all items, oldest first */
  async countUnread(all: readonly string[]): Promise<number> {
    let count = 0;
    await forEachInSlices(all.slice(firstAfter(all, this.marks.upTo)), (id) => {
      if (!this.marks.ids.has(id)) count++;
    });
    return count;
  }

  /** @param all the ids of all items, oldest first. @throws PicklepostError `disk` */
  markRead(ids: readonly string[], all: readonly string[]): Promise<void> {
    return this.change((known) => advance(merge(known, ids), all.slice(firstAfter(all, upToOf(known)))));
  }

  /** @param all as {@link markRead} */
  markAllRead(all: readonly string[]): Promise<void> {
    return this.change((known) => merge([...known, { upTo: all.at(-1) ?? '', ids: new Set() }], []));
  }

  dispose(): void {
    this.watcher.dispose();
  }

  private async reload(): Promise<void> {
    const found = await readMarks(this.file);
    if (!found || isSame(found, this.marks)) return;
    this.marks = merge([this.marks, found], []);
    this.changed.fire(undefined);
  }

  /** Takes in what other windows have noted, and writes what becomes of it. */
  private async change(next: (known: readonly Marks[]) => Marks): Promise<void> {
    await this.writing.run(async () => {
      const written = await readMarks(this.file);
      this.marks = next(written ? [this.marks, written] : [this.marks]);
      const text = JSON.stringify({ format: 1, upTo: this.marks.upTo, ids: [...this.marks.ids] });
      try {
        await replaceFile(this.file, [Buffer.from(`${text}\n`)], PRIVATE);
      } catch (error) {
        throw diskError('note what has been read', error);
      }
    });
    this.changed.fire(undefined);
  }
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

/** What was seen once stays seen: windows that write at the same time lose nothing to one another but the last moment. */
function merge(some: readonly Marks[], more: readonly string[]): Marks {
  const upTo = upToOf(some);
  const ids = [...some.flatMap((marks) => [...marks.ids]), ...more];
  return { upTo, ids: new Set(ids.filter((id) => id > upTo)) };
}

/**
 * Single marks become one where nothing unread is left before them; those of items that are gone are dropped.
 * @param after the ids of the items after the one up to which all were seen before, oldest first
 */
function advance({ upTo, ids }: Marks, after: readonly string[]): Marks {
  const firstUnread = after.findIndex((id) => !ids.has(id));
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
