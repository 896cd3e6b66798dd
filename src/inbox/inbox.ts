import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { InvalidTokenError, LimitError, messageOf, PicklepostError } from '../core/errors';
import { Emitter, type Disposable, type Event } from '../core/event';
import type { FernetKey } from '../core/crypto/keys';
import type { Arrival, ItemStore, ItemWriter, ReceivedItem } from '../core/wire/item';
import { KeyedMutex } from '../core/mutex';
import type { ItemOffer, OfferAnswer } from '../core/wire/transfer';
import { DirectoryWatcher } from './directoryWatcher';
import { diskError, hasErrorCode } from './diskError';
import { makeFolder, PRIVATE_FOLDER } from './durableFile';
import { checkInboxFormat } from './inboxFormat';
import { newIncomingPath, removeLeftovers } from './incoming';
import { ItemDirectory } from './itemDirectory';
import { ItemFile } from './itemFile';
import { DamageError, deriveFooterKey } from './itemFooter';
import { isItemId } from './itemId';
import { InboxItemWriter } from './itemWriter';
import type { InboxEntry } from './inboxEntry';
import { ItemIndex } from './itemIndex';
import { INDEX_WORTH, Listing } from './listing';
import { Partials, type PartialItem } from './partials';
import { beginPieces } from './pieceReceiving';
import { Room } from './room';
import { SameItems } from './sameItems';
import { SharedSync } from './sharedSync';

export type { InboxEntry, PartialItem };

export interface InboxOptions {
  /** Made if it is not there, readable by its owner only. */
  readonly directory: string;
  /** 32 bytes, by which everything in the inbox is encrypted. */
  readonly key: Buffer;
}

/** Items that are read at once to find one that a key opens. */
const ITEMS_TRIED = 64;

/**
 * The store of received items (docs/format.md): a directory with one encrypted file per item, each whole or not there. Several
 * programs may use one at once, and see what the others do.
 */
export class Inbox implements ItemStore {
  private readonly changed = new Emitter<undefined>();
  private watchers: { readonly items: DirectoryWatcher; readonly partials: DirectoryWatcher } | undefined;
  /** By transfer, so that the next offer of one finds what the one before has begun. */
  private readonly offering = new KeyedMutex();
  /** How many are reading an item. */
  private readonly reading = new Map<string, number>();
  /** Of each transfer one item at a time gets its name, so that the next one sees it. */
  private readonly adopting = new KeyedMutex();
  private readonly room = new Room();
  private readonly sameItems: SameItems;
  private readonly sharedSync: SharedSync;

  private constructor(
    private readonly incoming: string,
    private readonly items: ItemDirectory,
    private readonly partials: Partials,
    private readonly footerKey: Buffer,
    private readonly listing: Listing,
  ) {
    this.sameItems = new SameItems(items, listing);
    this.sharedSync = new SharedSync(items.directory);
  }

  /** @throws PicklepostError `disk`, `unsupported` for a newer format, `invalid-key` */
  static async open({ directory, key }: InboxOptions): Promise<Inbox> {
    const incoming = path.join(directory, 'incoming');
    const items = path.join(directory, 'items');
    const partial = path.join(directory, 'partial');
    const footerKey = deriveFooterKey(key);
    const partials = new Partials(partial, footerKey);
    const itemDirectory = new ItemDirectory(items);
    const index = new ItemIndex(path.join(directory, 'index'), key, () => newIncomingPath(incoming));
    const listing = new Listing(itemDirectory, footerKey, index);
    try {
      for (const folder of [directory, incoming, items, partial]) await makeFolder(folder, PRIVATE_FOLDER);
      await checkInboxFormat(directory, key, () => opensItems(listing, itemDirectory));
      await removeLeftovers(incoming);
      await partials.removeExpired();
    } catch (error) {
      throw diskError(`open the inbox ${directory}`, error);
    }
    return new Inbox(incoming, itemDirectory, partials, footerKey, listing);
  }

  /**
   * Items, or beginnings of items, have come or gone, here or through another program, or an item has turned out to be damaged.
   * Changes that come together are told once.
   */
  readonly onDidChange: Event<undefined> = (listener): Disposable => {
    this.watch();
    return this.changed.event(listener);
  };

  /** @throws PicklepostError `disk` */
  async begin(arrival: Arrival): Promise<ItemWriter> {
    try {
      return await InboxItemWriter.begin(
        { footerKey: this.footerKey, adopt: this.adopt },
        arrival,
        newIncomingPath(this.incoming),
      );
    } catch (error) {
      throw diskError('store the item', error);
    }
  }

  /** @throws PicklepostError `disk`, also where an item of this size would not fit */
  offer(arrival: Arrival, offer: ItemOffer, key: FernetKey | undefined): Promise<OfferAnswer> {
    // Whoever has no key must not reach, by a guessed identity, what comes encrypted.
    const transfer = createHash('sha256')
      .update(`${arrival.encrypted} ${offer.transfer}`)
      .digest('hex')
      .slice(0, 32);
    return this.offering.run(transfer, () => this.answer(arrival, { ...offer, transfer }, key));
  }

  private async answer(arrival: Arrival, offer: ItemOffer, key: FernetKey | undefined): Promise<OfferAnswer> {
    try {
      this.watch();
      await this.partials.takeOver(offer.transfer, arrival.from);
      const known = await this.sameItems.findOffered(offer);
      if (known) {
        // It may have got its name a moment ago, through another connection or program.
        await this.sharedSync.sync();
        return { kind: 'have', item: known };
      }
      const { incoming, partials, room } = this;
      const home = { footerKey: this.footerKey, adopt: this.adopt };
      const writer = await beginPieces({ home, incoming, partials, room }, { arrival, offer, key });
      return { kind: 'accepted', writer };
    } catch (error) {
      throw diskError('store the item', error);
    }
  }

  /** Items that are not here whole: their transfer was cut off, or is going on. @throws PicklepostError `disk` */
  async listPartial(): Promise<PartialItem[]> {
    try {
      return await this.partials.list();
    } catch (error) {
      throw diskError('list the inbox', error);
    }
  }

  /**
   * Gives up what is here of a transfer. If it is arriving here, its sender is told.
   * @throws PicklepostError `refused` if it is arriving through another program; `disk`
   */
  async deletePartial(transfer: string): Promise<void> {
    try {
      await this.offering.run(transfer, () => this.partials.remove(transfer));
    } catch (error) {
      throw diskError('delete from the inbox', error);
    } finally {
      this.watchers?.partials.notify();
    }
  }

  /** Oldest first. Reads no content, and each item only once. @throws PicklepostError `disk` */
  async list(): Promise<InboxEntry[]> {
    try {
      return await this.listing.entries();
    } catch (error) {
      throw diskError('list the inbox', error);
    }
  }

  /** Oldest first, with those that are damaged; reads no item. The same array while nothing changes. @throws PicklepostError `disk` */
  async ids(): Promise<readonly string[]> {
    try {
      return await this.items.ids();
    } catch (error) {
      throw diskError('list the inbox', error);
    }
  }

  /** Those of some items that are still there, in the order of the ids; for rows that are shown. */
  async entries(ids: readonly string[]): Promise<InboxEntry[]> {
    return this.listing.entriesOf(ids);
  }

  /**
   * As {@link entries}, of very many items, to search and to sort by: what is noted of most of them is taken without a look at their
   * files, some of which may therefore be damaged, or gone.
   */
  async recall(ids: readonly string[]): Promise<InboxEntry[]> {
    return this.listing.recall(ids);
  }

  /** What is being read at this moment, through this object. */
  get beingRead(): ReadonlySet<string> {
    return new Set(this.reading.keys());
  }

  /** @throws PicklepostError `no-such-item`, `damaged-item`, `disk` */
  async get(id: string): Promise<ReceivedItem> {
    const file = await this.openItem(id);
    await file.close();
    return file.metadata.item;
  }

  /**
   * The item whose id begins so.
   * @throws PicklepostError `no-such-item` if there is none or more than one; as {@link get}
   */
  async find(prefix: string): Promise<ReceivedItem> {
    const wanted = prefix.toLowerCase();
    const ids = (await this.items.ids()).filter((id) => id.startsWith(wanted));
    if (ids.length > 1) {
      throw new PicklepostError(
        'no-such-item',
        `${ids.length} items begin with "${prefix}". Give more characters of the id.`,
      );
    }
    return this.get(ids[0] ?? prefix);
  }

  /**
   * The plain content, piece by piece, each in memory of its own and given only once it has been verified.
   * @param from position in bytes, before which nothing is read
   * @throws PicklepostError as {@link get}
   */
  async *read(id: string, from = 0): AsyncGenerator<Buffer, void> {
    this.countReading(id, 1);
    try {
      const file = await this.openItem(id);
      try {
        yield* file.content(from);
      } catch (error) {
        throw this.contentError(file.metadata.item, error);
      } finally {
        await file.close();
      }
    } finally {
      this.countReading(id, -1);
    }
  }

  /**
   * The plain content at once.
   * @param limit in bytes
   * @throws LimitError; PicklepostError as {@link get}
   */
  async readAll(id: string, limit: number): Promise<Buffer> {
    const { size } = await this.get(id);
    if (size > limit) throw new LimitError('The item', limit, 'Save it to a file instead.');
    const pieces: Buffer[] = [];
    for await (const piece of this.read(id)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** At most `count` bytes of the plain content from a position on. @throws PicklepostError as {@link get} */
  async readRange(id: string, from: number, count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.read(id, from)) {
      pieces.push(piece);
      size += piece.length;
      if (size >= count) break;
    }
    return Buffer.concat(pieces).subarray(0, count);
  }

  /** Also a damaged one. It is no mistake if another program was faster. @throws PicklepostError `no-such-item`, `disk` */
  async delete(id: string): Promise<void> {
    await this.remove([checkId(id)]);
  }

  /** Those of some items that are there, damaged or not. @throws PicklepostError `no-such-item`, `disk` */
  async deleteItems(ids: readonly string[]): Promise<void> {
    await this.remove(ids.map(checkId));
  }

  /**
   * Also beginnings of items; the senders of those that are arriving are told.
   * @throws PicklepostError `refused` if one is arriving through another program, which stays; `disk`
   */
  async deleteAll(): Promise<void> {
    await this.remove(await this.items.ids());
    const partials = await this.listPartial();
    const outcomes = await Promise.allSettled(partials.map(({ transfer }) => this.deletePartial(transfer)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Ends watching. Items that are arriving may still be finished. */
  close(): void {
    this.watchers?.items.dispose();
    this.watchers?.partials.dispose();
    this.watchers = undefined;
  }

  private watch(): void {
    const onChange = (): void => this.changed.fire(undefined);
    this.watchers ??= {
      items: new DirectoryWatcher(this.items.directory, onChange, {
        onName: (name) => this.sameItems.noteChange(name),
      }),
      partials: new DirectoryWatcher(this.partials.directory, onChange, { ignoresWrites: true }),
    };
  }

  private readonly adopt = async (file: string, item: ReceivedItem): Promise<ReceivedItem> => {
    const path = this.items.path(item.id);
    try {
      const same = await this.adopting.run(item.transfer ?? item.id, () =>
        this.renameUnlessSame(file, path, item),
      );
      await this.sharedSync.sync();
      this.watchers?.items.notify();
      return same ?? item;
    } catch (error) {
      this.listing.forget(item.id);
      for (const trace of [file, path]) await rm(trace, { force: true });
      throw error;
    }
  };

  /** The same file may arrive twice at once, over a connection that was lost and over the next. */
  private async renameUnlessSame(
    file: string,
    path: string,
    item: ReceivedItem,
  ): Promise<ReceivedItem | undefined> {
    const same = await this.sameItems.findArrived(item);
    if (same) await rm(file);
    else {
      await rename(file, path);
      this.listing.remember(item);
    }
    return same;
  }

  private async remove(ids: readonly string[]): Promise<void> {
    try {
      for (const id of ids) {
        await rm(this.items.path(id), { force: true });
        this.listing.forget(id);
      }
      await this.sharedSync.sync();
      if (ids.length >= INDEX_WORTH) await this.listing.removeIndex();
    } catch (error) {
      throw diskError('delete from the inbox', error);
    } finally {
      this.watchers?.items.notify();
    }
  }

  /** What is damaged once stays so: the list says it from now on. */
  private contentError(item: ReceivedItem, error: unknown): PicklepostError {
    const told = readError(item.id, error);
    if (told.code === 'damaged-item' && this.listing.noteDamage(item, messageOf(error)))
      this.watchers?.items.notify();
    return told;
  }

  private countReading(id: string, change: number): void {
    const count = (this.reading.get(id) ?? 0) + change;
    if (count > 0) this.reading.set(id, count);
    else this.reading.delete(id);
  }

  private async openItem(id: string): Promise<ItemFile> {
    try {
      return await ItemFile.open(this.items.path(checkId(id)), this.footerKey, id);
    } catch (error) {
      throw readError(id, error);
    }
  }
}

/** Whether the key opens one of the items; undefined if there are none. */
async function opensItems(listing: Listing, items: ItemDirectory): Promise<boolean | undefined> {
  const ids = await items.ids();
  for (let at = 0; at < ids.length; at += ITEMS_TRIED) {
    const entries = await listing.entriesOf(ids.slice(at, at + ITEMS_TRIED));
    if (entries.some(({ state }) => state === 'whole')) return true;
  }
  return ids.length === 0 ? undefined : false;
}

function checkId(id: string): string {
  if (!isItemId(id)) throw noSuchItem(id);
  return id;
}

function noSuchItem(id: string): PicklepostError {
  return new PicklepostError(
    'no-such-item',
    `There is no item ${id} in the inbox. List the inbox to see what is there.`,
  );
}

function readError(id: string, error: unknown): PicklepostError {
  if (hasErrorCode(error, 'ENOENT')) return noSuchItem(id);
  if (error instanceof DamageError || error instanceof InvalidTokenError) {
    const advice = 'Delete it, and have it sent again.';
    return new PicklepostError('damaged-item', `Item ${id} is damaged: ${messageOf(error)} ${advice}`, {
      cause: error,
    });
  }
  return diskError(`read item ${id}`, error);
}
