import { Mutex } from '../../core/scheduling/mutex';
import type { ReceivedItem } from '../../core/item/item';
import { EntryReader, type LookUp } from './entryReader';
import type { InboxEntry, WholeEntry } from './inboxEntry';
import type { ItemDirectory } from './itemDirectory';
import type { ItemIndex } from './itemIndex';
import { forEachInSlices } from '../../core/scheduling/slices';

/** Items that are shown at once. */
const FEW = 256;
/**
 * Bytes of memory, roughly, for cached metadata: enough for more than a hundred thousand usual items. Dropped metadata are
 * read again.
 */
const METADATA_MEMORY = 64 * 1024 * 1024;
/** Items that are processed between two checks of the cache size. */
const BATCH = 1000;
/**
 * Most items that are found by one transfer, the newest: so many states of one file. The sender chooses the transfer of an
 * item, and all that are found are compared with each offer.
 */
const MOST_OF_TRANSFER = 32;
/** Items that are read at once to find one that the key opens. */
const ITEMS_TRIED = 64;
/**
 * Number of unknown items from which the index is worth reading, and number of missing or deleted ones from which it is
 * worth writing again.
 */
export const INDEX_WORTH = 1000;

/**
 * The list of the items. Only the end of each file is read, and only once: a file never changes once it has its name, so a
 * known name needs no second look, however often the list is requested.
 */
export class ItemCatalog {
  /** Metadata of files that have been read or written. */
  private readonly known = new Map<string, WholeEntry>();
  /** Metadata in the index for items whose files have not been read. */
  private readonly indexed = new Map<string, WholeEntry>();
  /**
   * Ids of known or indexed items, by transfer: the newest ones, oldest first. Most transfers have one, and a set for each
   * would take more memory than the items.
   */
  private readonly byTransfer = new Map<string, readonly string[]>();
  /** Items whose content could not be read although their footers are valid. */
  private readonly damaged = new Map<string, InboxEntry>();
  /** Long lists are read one after another, so that no file is read twice. */
  private readonly reading = new Mutex();
  private readonly writing = new Mutex();
  private readonly reader: EntryReader;
  /** For each pending look at the directory, the items that have been read or written since it began. */
  private readonly looking = new Set<Set<string>>();
  /** Bytes of the known and indexed metadata. */
  private memory = 0;
  private isIndexRead = false;
  /** Number of items in the index, if known. */
  private indexSize = 0;

  constructor(
    private readonly items: ItemDirectory,
    footerKey: Buffer,
    private readonly index?: ItemIndex,
    private readonly memoryLimit = METADATA_MEMORY,
  ) {
    this.reader = new EntryReader(items, footerKey, (id, entry) => {
      if (entry?.state === 'whole') this.keep(entry);
      else this.forget(id);
    });
  }

  /** All of them, oldest first. @throws what node:fs throws for the directory */
  async entries(): Promise<InboxEntry[]> {
    return this.entriesOf(await this.idsOfPresent());
  }

  /** Whether the key opens one of the items; undefined if there are none. @throws what node:fs throws for the directory */
  async opensItems(): Promise<boolean | undefined> {
    const ids = await this.items.ids();
    for (let at = 0; at < ids.length; at += ITEMS_TRIED) {
      const entries = await this.entriesOf(ids.slice(at, at + ITEMS_TRIED));
      if (entries.some(({ state }) => state === 'whole')) return true;
    }
    return ids.length === 0 ? undefined : false;
  }

  /** The entries of some ids that still exist, in the order of the ids. */
  async entriesOf(ids: readonly string[]): Promise<InboxEntry[]> {
    const lookUp: LookUp = (id) => this.known.get(id) ?? this.damaged.get(id);
    // A request for a few items does not wait for one for all.
    if (ids.length <= FEW) return this.reader.read(ids, lookUp);
    return this.reading.run(() => this.reader.read(ids, lookUp));
  }

  /**
   * As {@link entriesOf}, to search and sort: most of very many items come from the index, without a look at their files, so
   * some of them may be damaged or deleted.
   * @returns some at a time, as all of them may take more memory than there is
   */
  async *recall(ids: readonly string[]): AsyncGenerator<readonly InboxEntry[], void> {
    if (ids.length <= FEW) {
      yield await this.entriesOf(ids);
      return;
    }
    const lookUp: LookUp = (id) => this.known.get(id) ?? this.damaged.get(id) ?? this.indexed.get(id);
    await this.reading.run(() => this.readIndex(ids));
    for (let at = 0; at < ids.length; at += BATCH)
      yield await this.reading.run(() => this.reader.read(ids.slice(at, at + BATCH), lookUp));
    void this.writing.run(() => this.writeIndex()).catch(() => undefined);
  }

  /** Adds the metadata of items, the last of them first, as far as there is memory. @param ids oldest first */
  async learn(ids: readonly string[]): Promise<void> {
    const lookUp: LookUp = (id) => this.known.get(id) ?? this.damaged.get(id) ?? this.indexed.get(id);
    await this.reading.run(async () => {
      await this.readIndex(ids);
      let memory = 0;
      for (let end = ids.length; end > 0 && memory < this.memoryLimit; end -= BATCH) {
        const entries = await this.reader.read(ids.slice(Math.max(0, end - BATCH), end), lookUp);
        for (const entry of entries) memory += memoryOf(entry);
      }
    });
    if (ids.length >= INDEX_WORTH) void this.writing.run(() => this.writeIndex()).catch(() => undefined);
  }

  /** For when very many items have been deleted, and nothing of them is to be left. @throws what node:fs throws */
  async removeIndex(): Promise<void> {
    await this.writing.run(async () => {
      this.indexSize = 0;
      await this.index?.remove();
    });
  }

  /** Whether an item is known, so that nothing of it has to be read. */
  has(id: string): boolean {
    return this.known.has(id) || this.damaged.has(id) || this.indexed.has(id);
  }

  /** The newest items of a transfer among those that {@link has} knows, newest first. */
  withTransfer(transfer: string): ReceivedItem[] {
    const ids = this.byTransfer.get(transfer) ?? [];
    return ids.toReversed().flatMap((id) => this.whole(id)?.item ?? []);
  }

  /** Saves reading what has just been written. */
  remember(item: ReceivedItem): void {
    this.keep({ state: 'whole', item });
  }

  /** For an item that is gone. */
  forget(id: string): void {
    const whole = this.whole(id);
    if (whole) this.memory -= memoryOf(whole);
    const transfer = whole?.item.transfer ?? '';
    const others = this.byTransfer.get(transfer)?.filter((other) => other !== id) ?? [];
    if (others.length > 0) this.byTransfer.set(transfer, others);
    else this.byTransfer.delete(transfer);
    this.known.delete(id);
    this.indexed.delete(id);
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

  private whole(id: string): WholeEntry | undefined {
    return this.known.get(id) ?? this.indexed.get(id);
  }

  private keep(entry: WholeEntry): void {
    for (const since of this.looking) since.add(entry.item.id);
    const before = this.whole(entry.item.id);
    this.memory += memoryOf(entry) - (before ? memoryOf(before) : 0);
    this.known.set(entry.item.id, entry);
    this.indexed.delete(entry.item.id);
    this.noteTransfer(entry.item);
    this.forgetSome();
  }

  /** Metadata from the index are dropped first, then those that have been known for longest. */
  private forgetSome(): void {
    for (const entries of [this.indexed, this.known])
      for (const id of entries.keys()) {
        if (this.memory <= this.memoryLimit) return;
        this.forget(id);
      }
  }

  private noteTransfer({ id, transfer }: ReceivedItem): void {
    if (transfer === undefined) return;
    const ids = this.byTransfer.get(transfer) ?? [];
    if (!ids.includes(id)) this.byTransfer.set(transfer, [...ids, id].sort().slice(-MOST_OF_TRANSFER));
  }

  /**
   * Lists the directory, and forgets removed items, except those that are added in the meantime, which may be missing in the
   * list.
   */
  private async idsOfPresent(): Promise<readonly string[]> {
    const since = new Set<string>();
    this.looking.add(since);
    try {
      const ids = await this.items.ids();
      if (this.known.size + this.indexed.size + this.damaged.size <= ids.length) return ids;
      const gone = new Set([...this.known.keys(), ...this.indexed.keys(), ...this.damaged.keys()]);
      await forEachInSlices(ids, (id) => gone.delete(id));
      for (const id of gone) if (!since.has(id)) this.forget(id);
      return ids;
    } finally {
      this.looking.delete(since);
    }
  }

  /** Once, and only if many of the requested items are not known. */
  private async readIndex(ids: readonly string[]): Promise<void> {
    let unknown = 0;
    await forEachInSlices(ids, (id) => {
      if (!this.has(id)) unknown++;
    });
    if (!this.index || this.isIndexRead || unknown < INDEX_WORTH) return;
    this.isIndexRead = true;
    for await (const items of this.index.read()) {
      this.indexSize += items.length;
      for (const item of items) {
        if (this.has(item.id)) continue;
        const entry = { state: 'whole', item } as const;
        this.indexed.set(item.id, entry);
        this.memory += memoryOf(entry);
        this.noteTransfer(item);
        this.forgetSome();
      }
    }
  }

  private async writeIndex(): Promise<void> {
    const ids = await this.idsOfPresent();
    if (!this.index || Math.abs(ids.length - this.indexSize) < INDEX_WORTH) return;
    // Also set if the index cannot be written, perhaps for lack of space, so that it is not tried again and again.
    this.indexSize = ids.length;
    await this.index.write(this.remembered());
  }

  private *remembered(): Generator<ReceivedItem, void> {
    for (const { item } of this.known.values()) yield item;
    for (const { item } of this.indexed.values()) yield item;
  }
}

/** Bytes, roughly: characters take two at most, and every item has some fields of fixed length. */
function memoryOf(entry: InboxEntry): number {
  if (entry.state !== 'whole') return ENTRY_MEMORY;
  const { name, sentName = '', path = '', note = '', message = '', key = '' } = entry.item;
  const texts = [name, sentName, path, note, message, key];
  return texts.reduce((memory, text) => memory + 2 * text.length, ENTRY_MEMORY);
}

const ENTRY_MEMORY = 450;
