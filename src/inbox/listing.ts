import { messageOf } from '../core/errors';
import { Mutex } from '../core/mutex';
import type { ReceivedItem } from '../core/wire/item';
import { hasErrorCode } from './diskError';
import type { ItemDirectory } from './itemDirectory';
import { ItemFile, readMetadataSync } from './itemFile';
import { timeOfItemId } from './itemId';
import { forEachInSlices, Slices } from './slices';

/** One row of the inbox. A damaged item cannot be shown, and says why; it can be deleted. */
export type InboxEntry =
  | { readonly state: 'whole'; readonly item: ReceivedItem }
  | {
      readonly state: 'damaged';
      readonly id: string;
      readonly receivedAt: number;
      readonly reason: string;
      /** Where only its content is damaged. */
      readonly name?: string;
    };

type Entries = (InboxEntry | undefined)[];

/** Milliseconds after which reading a file is slow: the disk is busy, or far away. */
const SLOW_READ = 2;
/** Files that are read by waiting, after a slow one, and how many of them at once. */
const SLOW_BATCH = 512;
const CONCURRENCY = 32;
/** Items that are shown at once. */
const FEW = 256;

/**
 * The list of the items. Of each file only the end is read, and only once: a file never changes once it has its name, so a name that
 * is known needs no second look, however often the list is asked for.
 */
export class Listing {
  private readonly known = new Map<string, ReceivedItem>();
  /** Ids of what is known, by transfer. */
  private readonly byTransfer = new Map<string, Set<string>>();
  /** Items whose content could not be read although their ends are whole. */
  private readonly damaged = new Map<string, InboxEntry>();
  /** Many are read one list after another, so that no file is read for two lists. */
  private readonly reading = new Mutex();

  constructor(
    private readonly items: ItemDirectory,
    private readonly footerKey: Buffer,
  ) {}

  /** All of them, oldest first. @throws what node:fs throws for the directory */
  async entries(): Promise<InboxEntry[]> {
    const ids = await this.items.ids();
    await this.forgetAllBut(ids);
    return this.entriesOf(ids);
  }

  /** Those of some ids that are still there, in the order of the ids. */
  async entriesOf(ids: readonly string[]): Promise<InboxEntry[]> {
    // Who asks for a few does not wait for who asks for all.
    if (ids.length <= FEW) return this.readAll(ids);
    return this.reading.run(() => this.readAll(ids));
  }

  private async readAll(ids: readonly string[]): Promise<InboxEntry[]> {
    const entries: Entries = [];
    while (entries.length < ids.length) {
      await this.readAtOnce(ids, entries);
      await this.readByWaiting(ids.slice(entries.length, entries.length + SLOW_BATCH), entries);
    }
    return entries.filter((entry) => entry !== undefined);
  }

  /** Whether an item is known, so that nothing of it has to be read. */
  has(id: string): boolean {
    return this.known.has(id) || this.damaged.has(id);
  }

  /** Those of the known items that came by a transfer, newest first. */
  withTransfer(transfer: string): ReceivedItem[] {
    const ids = [...(this.byTransfer.get(transfer) ?? [])].sort().reverse();
    return ids.flatMap((id) => this.known.get(id) ?? []);
  }

  /** Saves reading what has just been written. */
  remember(item: ReceivedItem): void {
    this.known.set(item.id, item);
    if (item.transfer === undefined) return;
    const ids = this.byTransfer.get(item.transfer) ?? new Set();
    this.byTransfer.set(item.transfer, ids.add(item.id));
  }

  /** For an item that is gone. */
  forget(id: string): void {
    const transfer = this.known.get(id)?.transfer ?? '';
    const ids = this.byTransfer.get(transfer);
    ids?.delete(id);
    if (ids?.size === 0) this.byTransfer.delete(transfer);
    this.known.delete(id);
    this.damaged.delete(id);
  }

  /** Notes that the content of an item cannot be read. @returns whether that is new */
  noteDamage(item: ReceivedItem, reason: string): boolean {
    const { id, receivedAt, name } = item;
    if (this.damaged.has(id)) return false;
    this.forget(id);
    this.damaged.set(id, { state: 'damaged', id, receivedAt, reason, name });
    return true;
  }

  /** As long as the system answers from memory, which takes microseconds: five times faster than waiting for each answer. */
  private async readAtOnce(ids: readonly string[], entries: Entries): Promise<void> {
    const slices = new Slices();
    while (entries.length < ids.length) {
      const before = performance.now();
      entries.push(this.readNow(ids[entries.length] as string));
      if (performance.now() - before > SLOW_READ) return;
      if (slices.isOver) await slices.pause();
    }
  }

  private async readByWaiting(ids: readonly string[], entries: Entries): Promise<void> {
    const start = entries.length;
    entries.length += ids.length;
    let next = 0;
    const readOn = async (): Promise<void> => {
      for (let at = next++; at < ids.length; at = next++)
        entries[start + at] = await this.read(ids[at] as string);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, readOn));
  }

  private readNow(id: string): InboxEntry | undefined {
    const known = this.knownEntry(id);
    if (known) return known;
    try {
      return this.whole(readMetadataSync(this.items.path(id), this.footerKey, id).item);
    } catch (error) {
      return unreadable(id, error);
    }
  }

  private async read(id: string): Promise<InboxEntry | undefined> {
    const known = this.knownEntry(id);
    if (known) return known;
    try {
      const file = await ItemFile.open(this.items.path(id), this.footerKey, id);
      await file.close();
      return this.whole(file.metadata.item);
    } catch (error) {
      return unreadable(id, error);
    }
  }

  private knownEntry(id: string): InboxEntry | undefined {
    const item = this.known.get(id);
    return item ? { state: 'whole', item } : this.damaged.get(id);
  }

  private whole(item: ReceivedItem): InboxEntry {
    this.remember(item);
    return { state: 'whole', item };
  }

  private async forgetAllBut(ids: readonly string[]): Promise<void> {
    if (this.known.size + this.damaged.size <= ids.length) return;
    const gone = new Set([...this.known.keys(), ...this.damaged.keys()]);
    await forEachInSlices(ids, (id) => gone.delete(id));
    for (const id of gone) this.forget(id);
  }
}

/** Undefined for what was deleted in the meantime. */
function unreadable(id: string, error: unknown): InboxEntry | undefined {
  if (hasErrorCode(error, 'ENOENT')) return undefined;
  return { state: 'damaged', id, receivedAt: timeOfItemId(id), reason: messageOf(error) };
}
