import { rename, rm } from 'node:fs/promises';
import { KeyedMutex } from '../../core/scheduling/mutex';
import type { ReceivedItem } from '../../core/item/item';
import type { ItemOffer } from '../../core/item/itemStore';
import type { ItemDirectory } from './itemDirectory';
import { INDEX_WORTH, type ItemCatalog } from './itemCatalog';
import { DuplicateFinder } from './duplicateFinder';
import { SharedSync } from './sharedSync';

/** Where items are once they are whole. What has come or gone when a method settles is durable. All throw what node:fs throws. */
export class ItemCommitter {
  /** In each transfer, one item at a time gets its name, so that the next one sees it. */
  private readonly adopting = new KeyedMutex();
  private readonly duplicates: DuplicateFinder;
  private readonly sharedSync: SharedSync;

  /** @param onChange called when items have come or gone */
  constructor(
    private readonly items: ItemDirectory,
    private readonly catalog: ItemCatalog,
    /** By which what files say of themselves is encrypted. */
    readonly footerKey: Buffer,
    private readonly onChange: () => void,
  ) {
    this.duplicates = new DuplicateFinder(items, catalog);
    this.sharedSync = new SharedSync(items.directory);
  }

  /** @param name of a file that came or went, through another program perhaps; undefined where any may have */
  noteChange(name: string | undefined): void {
    this.duplicates.noteChange(name);
  }

  /** An item that is exactly what is offered, as far as the sender says. */
  async findOffered(offer: ItemOffer): Promise<ReceivedItem | undefined> {
    const known = await this.duplicates.findOffered(offer);
    // It may have got its name a moment ago, through another connection or program.
    if (known) await this.sharedSync.sync();
    return known;
  }

  /**
   * Takes a whole and durable file among the items. Leaves nothing behind if that fails.
   * @returns the item, or the one that is here already if it is the very same
   */
  async commit(file: string, item: ReceivedItem): Promise<ReceivedItem> {
    const path = this.items.path(item.id);
    try {
      const same = await this.adopting.run(item.transfer ?? item.id, () =>
        this.renameUnlessSame(file, path, item),
      );
      await this.sharedSync.sync();
      this.onChange();
      return same ?? item;
    } catch (error) {
      this.catalog.forget(item.id);
      for (const trace of [file, path]) await rm(trace, { force: true });
      throw error;
    }
  }

  /** Those of some items that are there, damaged or not. */
  async remove(ids: readonly string[]): Promise<void> {
    try {
      for (const id of ids) {
        await rm(this.items.path(id), { force: true });
        this.catalog.forget(id);
      }
      await this.sharedSync.sync();
      if (ids.length >= INDEX_WORTH) await this.catalog.removeIndex();
    } finally {
      this.onChange();
    }
  }

  /** The same file may arrive twice at once, over a connection that was lost and over the next. */
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
