import { createHash } from 'node:crypto';
import path from 'node:path';
import { LimitError, PicklepostError } from '../core/errors';
import type { Event } from '../core/scheduling/event';
import type { FernetKey } from '../core/crypto/keys';
import type { Arrival, ReceivedItem } from '../core/item/item';
import { KeyedMutex } from '../core/scheduling/mutex';
import type { ItemOffer, ItemStore, ItemWriter, OfferAnswer, WaitingSender } from '../core/item/itemStore';
import { orDiskError } from './disk/diskError';
import { InboxFolders } from './inboxFolders';
import { InboxWatcher } from './items/inboxWatcher';
import { newIncomingPath, removeLeftovers } from './disk/processOwner';
import { ItemDirectory } from './items/itemDirectory';
import { checkId } from './items/itemError';
import { ItemReader } from './items/itemReader';
import { deriveFooterKey } from './items/itemFooter';
import { ItemCommitter } from './items/itemCommitter';
import type { InboxEntry } from './items/inboxEntry';
import { ItemIndex } from './items/itemIndex';
import { ItemCatalog } from './items/itemCatalog';
import type { PartialItem } from './partials/describedPartials';
import { Partials } from './partials/partials';
import { beginPieces, beginStream, type Offered, type ReceivingParts } from './partials/pieceReceiving';
import { descriptorShare } from '../disk/descriptorLimit';
import { DiskSpace } from './disk/diskSpace';
import { FilePool } from './disk/filePool';
import { say, type Words } from '../core/text';

export type { InboxEntry, PartialItem };

export interface InboxOptions {
  /** Created if missing, readable by its owner only. */
  readonly directory: string;
  /** 32 bytes, with which everything in the inbox is encrypted. */
  readonly key: Buffer;
  /**
   * Stores the key again where the next program looks for it, if it is missing there. Called now and then while items
   * arrive.
   * @throws PicklepostError
   */
  readonly keepKey?: () => Promise<void>;
  /** Called with facts about the folder that a person should know, such as that others could read it. */
  readonly onNotice?: (notice: Words) => void;
}

/** Descriptors for arriving items, however many there are, and their largest share of all descriptors. */
const OPEN_FILES = 64;
const SHARE_OF_FILES = 1 / 8;

/**
 * The store of received items (docs/format.md): a directory with one encrypted file per item, each complete or absent.
 * Several programs may use an inbox at once, and see each other's changes.
 */
export class Inbox implements ItemStore {
  /**
   * Items, or beginnings of items, have been added or removed, here or by another program, or an item has turned out to be
   * damaged. Simultaneous changes are reported once.
   */
  readonly onDidChange: Event<undefined>;
  private readonly folders: InboxFolders;
  private readonly items: ItemDirectory;
  private readonly partials: Partials;
  private readonly catalog: ItemCatalog;
  private readonly committer: ItemCommitter;
  private readonly watcher: InboxWatcher;
  private readonly diskSpace = new DiskSpace();
  private readonly files = new FilePool(descriptorShare(OPEN_FILES, SHARE_OF_FILES));
  /** By transfer, so that the next offer of one finds what the previous one has begun. */
  private readonly offering = new KeyedMutex();
  private readonly reader: ItemReader;

  private constructor({ directory, key, keepKey = nothing, onNotice = nothing }: InboxOptions) {
    const footerKey = deriveFooterKey(key);
    const opensItems = (): Promise<boolean | undefined> => this.catalog.opensItems();
    const onRestore = (): void => this.watcher.restart();
    this.folders = new InboxFolders({ directory, key, opensItems, keepKey, onNotice, onRestore });
    const { incoming, partials } = this.folders;
    this.items = new ItemDirectory(this.folders.items);
    this.partials = new Partials(partials, footerKey, () => this.diskSpace.free(partials));
    const index = new ItemIndex(path.join(directory, 'index'), key, () => newIncomingPath(incoming));
    this.catalog = new ItemCatalog(this.items, footerKey, index);
    this.committer = new ItemCommitter(this.items, this.catalog, footerKey, () =>
      this.watcher.notify('items'),
    );
    this.watcher = new InboxWatcher(this.folders, (name) => this.committer.noteChange(name));
    this.reader = new ItemReader(this.items, this.catalog, footerKey, () => this.watcher.notify('items'));
    this.onDidChange = this.watcher.onDidChange;
  }

  /** @throws PicklepostError `disk`, `unsupported` for a newer format, `invalid-key` */
  static async open(options: InboxOptions): Promise<Inbox> {
    const inbox = new Inbox(options);
    const { folders, partials } = inbox;
    return orDiskError(say`Cannot open the inbox ${options.directory}`, async () => {
      await folders.make();
      await removeLeftovers(folders.incoming);
      await partials.tidy();
      return inbox;
    });
  }

  /** @throws PicklepostError `disk`, `invalid-key` if another inbox has replaced this one */
  async begin(arrival: Arrival): Promise<ItemWriter> {
    await orDiskError(say`Cannot store the item`, () => this.folders.ensure());
    return beginStream(this.receivingParts(), arrival);
  }

  /** @throws PicklepostError `disk`, also if an item of this size would not fit */
  offer(
    arrival: Arrival,
    offer: ItemOffer,
    key: FernetKey,
    { disconnected }: WaitingSender = {},
  ): Promise<OfferAnswer> {
    // A sender without the same key must not reach the transfers of others by guessing their identity.
    const transfer = createHash('sha256')
      .update(JSON.stringify([arrival.key ?? null, offer.transfer]))
      .digest('hex')
      .slice(0, 32);
    return this.offering.run(transfer, () =>
      orDiskError(say`Cannot store the item`, () =>
        this.answer({ arrival, offer: { ...offer, transfer }, key, disconnected }),
      ),
    );
  }

  private async answer(offered: Offered): Promise<OfferAnswer> {
    const { arrival, offer } = offered;
    await this.folders.ensure();
    this.watcher.watch();
    await this.partials.takeOver(offer.transfer, arrival.from);
    const known = await this.committer.findOffered(offer);
    if (known) return { kind: 'have', item: known };
    const writer = await beginPieces(this.receivingParts(), offered);
    return { kind: 'accepted', writer };
  }

  private receivingParts(): ReceivingParts {
    const { committer, partials, diskSpace, files } = this;
    return { committer, incoming: this.folders.incoming, partials, diskSpace, files };
  }

  /** Incomplete items: their transfer was interrupted, or is still running. @throws PicklepostError `disk` */
  listPartial(): Promise<PartialItem[]> {
    return orDiskError(say`Cannot list the inbox`, () => this.partials.list());
  }

  /**
   * Gives up the beginning of a transfer. If it is arriving here, its sender is told.
   * @throws PicklepostError `refused` if it is arriving in another program; `disk`
   */
  async deletePartial(transfer: string): Promise<void> {
    try {
      await this.offering.run(transfer, () =>
        orDiskError(say`Cannot delete from the inbox`, () => this.partials.remove(transfer)),
      );
    } finally {
      this.watcher.notify('partials');
    }
  }

  /** Oldest first. Reads no content, and the metadata of each item only once. @throws PicklepostError `disk` */
  list(): Promise<InboxEntry[]> {
    return orDiskError(say`Cannot list the inbox`, () => this.catalog.entries());
  }

  /**
   * Oldest first, including damaged ones; reads no item. The same array while nothing changes.
   * @throws PicklepostError `disk`
   */
  ids(): Promise<readonly string[]> {
    return orDiskError(say`Cannot list the inbox`, () => this.items.ids());
  }

  /** The entries of some items, if they still exist, in the order of the ids; for rows that are shown. */
  async entries(ids: readonly string[]): Promise<InboxEntry[]> {
    return this.catalog.entriesOf(ids);
  }

  /**
   * As {@link entries}, for very many items, to search and sort: most come from the index, without a look at their files, so
   * some of them may be damaged or deleted.
   * @returns some at a time
   */
  recall(ids: readonly string[]): AsyncGenerator<readonly InboxEntry[], void> {
    return this.catalog.recall(ids);
  }

  /** Items that are being read at this moment through this object. */
  get beingRead(): ReadonlySet<string> {
    return this.reader.beingRead;
  }

  /** @throws PicklepostError `no-such-item`, `damaged-item`, `disk` */
  get(id: string): Promise<ReceivedItem> {
    return this.reader.get(id);
  }

  /**
   * The item whose id begins so.
   * @throws PicklepostError `no-such-item` if there is none or more than one; as {@link get}
   */
  async find(prefix: string): Promise<ReceivedItem> {
    const wanted = prefix.toLowerCase();
    const ids = (await this.ids()).filter((id) => id.startsWith(wanted));
    if (ids.length > 1) {
      throw new PicklepostError(
        'no-such-item',
        say`${ids.length} items begin with "${prefix}". Give more characters of the id.`,
      );
    }
    return this.get(ids[0] ?? prefix);
  }

  /**
   * The plain content, piece by piece, each in memory of its own and given only once it has been verified.
   * @param from position in bytes, before which nothing is read
   * @throws PicklepostError as {@link get}
   */
  read(id: string, from = 0): AsyncGenerator<Buffer, void> {
    return this.reader.read(id, from);
  }

  /**
   * The plain content at once.
   * @param limit in bytes
   * @throws LimitError; PicklepostError as {@link get}
   */
  async readAll(id: string, limit: number): Promise<Buffer> {
    const { size } = await this.get(id);
    if (size > limit) throw new LimitError(say`The item`, limit, say`bytes`, say`Save it to a file instead.`);
    return this.readRange(id, 0, size);
  }

  /** At most `count` bytes of the plain content from a position on. @throws PicklepostError as {@link get} */
  readRange(id: string, from: number, count: number): Promise<Buffer> {
    return this.reader.readRange(id, from, count);
  }

  /**
   * Deletes an item, even a damaged one. It is not an error if another program was faster.
   * @throws PicklepostError `no-such-item`, `disk`
   */
  async delete(id: string): Promise<void> {
    await this.deleteItems([id]);
  }

  /** Those of some items that are there, damaged or not. @throws PicklepostError `no-such-item`, `disk` */
  async deleteItems(ids: readonly string[]): Promise<void> {
    await orDiskError(say`Cannot delete from the inbox`, () => this.committer.remove(ids.map(checkId)));
  }

  /**
   * Also beginnings of items; the senders of those that are arriving are told.
   * @throws PicklepostError `refused` if one is arriving through another program, which stays; `disk`
   */
  async deleteAll(): Promise<void> {
    await orDiskError(say`Cannot delete from the inbox`, async () =>
      this.committer.remove(await this.items.ids()),
    );
    const partials = await this.listPartial();
    const outcomes = await Promise.allSettled(partials.map(({ transfer }) => this.deletePartial(transfer)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Ends watching. Items that are arriving may still be finished. */
  close(): void {
    this.partials.close();
    this.watcher.dispose();
  }
}

async function nothing(): Promise<void> {
  // Nobody wants to know.
}
