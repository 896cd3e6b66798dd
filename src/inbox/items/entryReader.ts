import { messageOf } from '../../core/errors';
import { hasErrorCode } from '../disk/diskError';
import type { InboxEntry } from './inboxEntry';
import type { ItemDirectory } from './itemDirectory';
import { ItemFile, readMetadataSync } from './itemFile';
import { timeOfItemId } from './itemId';
import { Slices } from '../../core/scheduling/slices';

/** In the order of the requested ids; undefined for items that no longer exist. */
type Entries = (InboxEntry | undefined)[];
/** Looks up the metadata of an item without reading its file. */
export type LookUp = (id: string) => InboxEntry | undefined;

/** Milliseconds after which reading a file counts as slow: the disk is busy, or far away. */
const SLOW_READ = 1;
/** Consecutive files that must be slow, as one among many fast ones shows that the processor is busy. */
const SLOW_FILES = 3;
/** Files that are read asynchronously once they turn out to be slow, and how many of them at once. */
const SLOW_BATCH = 512;
const CONCURRENCY = 32;

/** Reads the footers of item files, even of very many. Never blocks for more than some milliseconds. */
export class EntryReader {
  /** @param onRead called with the content of each footer; undefined if the file is gone */
  constructor(
    private readonly items: ItemDirectory,
    private readonly footerKey: Buffer,
    private readonly onRead: (id: string, entry: InboxEntry | undefined) => void,
  ) {}

  /** The metadata of items, looked up or read; of those that still exist, in the order of the ids. */
  async read(ids: readonly string[], lookUp: LookUp): Promise<InboxEntry[]> {
    const entries: Entries = [];
    for (let batch = SLOW_BATCH; ; batch *= 2) {
      await this.readAtOnce(ids, entries, lookUp);
      if (entries.length === ids.length) return entries.filter((entry) => entry !== undefined);
      await this.readByWaiting(ids.slice(entries.length, entries.length + batch), entries, lookUp);
    }
  }

  /** While the system answers from memory, which takes microseconds: five times faster than asynchronous reads. */
  private async readAtOnce(ids: readonly string[], entries: Entries, lookUp: LookUp): Promise<void> {
    const slices = new Slices();
    let slow = 0;
    while (entries.length < ids.length && slow < SLOW_FILES) {
      const id = ids[entries.length] as string;
      let entry = lookUp(id);
      if (!entry) {
        const start = performance.now();
        entry = this.readNow(id);
        slow = performance.now() - start > SLOW_READ ? slow + 1 : 0;
      }
      entries.push(entry);
      if (slices.isOver) await slices.pause();
    }
  }

  private async readByWaiting(ids: readonly string[], entries: Entries, lookUp: LookUp): Promise<void> {
    const start = entries.length;
    entries.length += ids.length;
    let next = 0;
    const readOn = async (): Promise<void> => {
      for (let at = next++; at < ids.length; at = next++) {
        const id = ids[at] as string;
        entries[start + at] = lookUp(id) ?? (await this.readWaiting(id));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, readOn));
  }

  private readNow(id: string): InboxEntry | undefined {
    try {
      const { item } = readMetadataSync(this.items.path(id), this.footerKey, id);
      return this.note(id, { state: 'whole', item });
    } catch (error) {
      return this.note(id, unreadable(id, error));
    }
  }

  private async readWaiting(id: string): Promise<InboxEntry | undefined> {
    try {
      const file = await ItemFile.open(this.items.path(id), this.footerKey, id);
      await file.close();
      return this.note(id, { state: 'whole', item: file.metadata.item });
    } catch (error) {
      return this.note(id, unreadable(id, error));
    }
  }

  private note(id: string, entry: InboxEntry | undefined): InboxEntry | undefined {
    this.onRead(id, entry);
    return entry;
  }
}

/** Undefined for items that were deleted in the meantime. */
function unreadable(id: string, error: unknown): InboxEntry | undefined {
  if (hasErrorCode(error, 'ENOENT')) return undefined;
  return { state: 'damaged', id, receivedAt: timeOfItemId(id), reason: messageOf(error) };
}
