import { Mutex } from '../../core/scheduling/mutex';
import type { ReceivedItem } from '../../core/item/item';
import { EntryReader, type LookUp } from './entryReader';
import type { InboxEntry, WholeEntry } from './inboxEntry';
import type { ItemDirectory } from './itemDirectory';
import type { ItemIndex } from './itemIndex';
import { forEachInSlices } from '../../core/scheduling/slices';

/** Items that are shown at once. */
const FEW = 256;
/** Bytes of memory, roughly, that what is known of items may take: more than a hundred thousand usual ones. What is forgotten is read again. */
const METADATA_MEMORY = 64 * 1024 * 1024;
/** Items that are looked at between two looks at how much is known. */
const BATCH = 1000;
/**
 * Items of one transfer that are found by it, the newest: one file in so many states. Whoever sends says which transfer an item is of, and
 * all that are found are compared with each that is offered.
 */
const MOST_OF_TRANSFER = 32;
/** Items that are read at once to find one that the key opens. */
const ITEMS_TRIED = 64;
/** Items that must be unknown for the index to be worth reading, or missing in it, or gone, for it to be worth writing again. */
export const INDEX_WORTH = 1000;

/**
 * The list of the items. Of each file only the end is read, and only once: a file never changes once it has its name, so a name that
 * is known needs no second look, however often the list is asked for.
 */
export class ItemCatalog {
  /** What files say that have been read, or written. */
  private readonly known = new Map<string, WholeEntry>();
  /** What the index says of items whose files have not been read. */
  private readonly indexed = new Map<string, WholeEntry>();
  /** Ids of what is known or indexed, by transfer: the newest, oldest first. Most have one, and a set for each would take more memory than the items. */
  private readonly byTransfer = new Map<string, readonly string[]>();
  /** Items whose content could not be read although their ends are whole. */
  private readonly damaged = new Map<string, InboxEntry>();
  /** Many are read one list after another, so that no file is read for two lists. */
  private readonly reading = new Mutex();
  private readonly writing = new Mutex();
  private readonly reader: EntryReader;
  /** For each look at the directory that goes on, what has been read or written since it began. */
  private readonly looking = new Set<Set<string>>();
  /** Bytes that what is known and indexed takes. */
  private memory = 0;
  private isIndexRead = false;
  /** Items that the index has, as far as is known. */
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

  /** Those of some ids that are still there, in the order of the ids. */
  async entriesOf(ids: readonly string[]): Promise<InboxEntry[]> {
    const lookUp: LookUp = (id) => this.known.get(id) ?? this.damaged.get(id);
    // Who asks for a few does not wait for who asks for all.
    if (ids.length <= FEW) return this.reader.read(ids, lookUp);
    return this.reading.run(() => this.reader.read(ids, lookUp));
  }

  /**
   * As {@link entriesOf}, to search and to sort by: of very many items, what the index says is taken without a look at their files,
   * some of which may therefore be damaged, or gone.
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

  /** Takes in what items are, the last of them first, as far as there is memory for. @param ids oldest first */
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

  /** For when very many items have been deleted, of which nothing is to be left. @throws what node:fs throws */
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

  /** The last of those items that {@link has} knows that came by a transfer, newest first. */
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

  /** What the index says goes first, and then what has been known for longest. */
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

  /** Looks at the directory, and forgets what is gone: not what comes during that time, which may be too late to be seen. */
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

  /** Once, and only where much of what is asked for is not known. */
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
    // Also if it cannot be written, for want of room perhaps, so that it is not tried again and again.
    this.indexSize = ids.length;
    await this.index.write(this.remembered());
  }

  private *remembered(): Generator<ReceivedItem, void> {
    for (const { item } of this.known.values()) yield item;
    for (const { item } of this.indexed.values()) yield item;
  }
}

/** Bytes, roughly: characters take two at most, and every item has some fields of a fixed length. */
function memoryOf(entry: InboxEntry): number {
  if (entry.state !== 'whole') return ENTRY_MEMORY;
  const { name, sentName = '', path = '', note = '', message = '', key = '' } = entry.item;
  const texts = [name, sentName, path, note, message, key];
  return texts.reduce((memory, text) => memory + 2 * text.length, ENTRY_MEMORY);
}

const ENTRY_MEMORY = 450;
