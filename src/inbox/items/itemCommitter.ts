import { rename, rm } from 'node:fs/promises';
import { KeyedMutex } from '../../core/scheduling/mutex';
import { SharedAnswer } from '../../core/scheduling/sharedAnswer';
import type { ReceivedItem } from '../../core/item/item';
import type { ItemOffer } from '../../core/item/itemStore';
import type { ItemDirectory } from './itemDirectory';
import { INDEX_WORTH, type ItemCatalog } from './itemCatalog';
import { DuplicateFinder } from './duplicateFinder';
import { syncDirectory } from '../disk/durableFile';

/**
 * Adds complete items to the inbox and removes them. When a method settles, its change is durable. All methods throw what
 * node:fs throws.
 */
export class ItemCommitter {
  /** In each transfer, one item at a time gets its name, so that the next one sees it. */
  private readonly adopting = new KeyedMutex();
  private readonly duplicates: DuplicateFinder;
  /** One sync for all that ask while the system is busy with the previous one. */
  private readonly sync: SharedAnswer<void>;

  /** @param onChange called when items have been added or removed */
  constructor(
    private readonly items: ItemDirectory,
    private readonly catalog: ItemCatalog,
    /** The key that encrypts the footers. */
    readonly footerKey: Buffer,
    private readonly onChange: () => void,
  ) {
    this.duplicates = new DuplicateFinder(items, catalog);
    this.sync = new SharedAnswer(() => syncDirectory(items.directory));
  }

  /** @param name of a file that was added or removed, perhaps by another program; undefined if any may have been */
  noteChange(name: string | undefined): void {
    this.duplicates.noteChange(name);
  }

  /** An item that matches the offer exactly, as far as the sender says. */
  async findOffered(offer: ItemOffer): Promise<ReceivedItem | undefined> {
    const known = await this.duplicates.findOffered(offer);
    // It may have got its name a moment ago, through another connection or program.
    if (known) await this.sync.get();
    return known;
  }

  /**
   * Adds a complete, durable file to the items. Leaves nothing behind if that fails.
   * @returns the item, or the existing one if it is exactly the same
   */
  async commit(file: string, item: ReceivedItem): Promise<ReceivedItem> {
    const path = this.items.path(item.id);
    try {
      const same = await this.adopting.run(item.transfer ?? item.id, () =>
        this.renameUnlessSame(file, path, item),
      );
      await this.sync.get();
      this.onChange();
      return same ?? item;
    } catch (error) {
      this.catalog.forget(item.id);
      for (const trace of [file, path]) await rm(trace, { force: true });
      throw error;
    }
  }

  /** The existing ones of some items, damaged or not. */
  async remove(ids: readonly string[]): Promise<void> {
    try {
      for (const id of ids) {
        await rm(this.items.path(id), { force: true });
        this.catalog.forget(id);
      }
      await this.sync.get();
      if (ids.length >= INDEX_WORTH) await this.catalog.removeIndex();
    } finally {
      this.onChange();
    }
  }

  /** The same file may arrive twice at once, over a lost connection and over the next one. */
  private async renameUnlessSame(
    file: string,
    path: string,
    item: ReceivedItem,
  ): Promise<ReceivedItem | undefined> {
    const same = await this.duplicates.findArrived(item);
    if (same) await rm(file);
    else {
      await rename(file, path);
      this.catalog.remember(item);
    }
    return same;
  }
}
