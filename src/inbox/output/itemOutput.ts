import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import type { ItemStore } from '../../core/item/itemStore';
import { withHooks, type StoredItem } from '../../core/item/storeHooks';
import { traitsOf } from '../../core/wire/dialects';

/** A further step for each item in addition to storing it, such as saving or printing it. */
export interface ItemOutput {
  /**
   * Settles when it is done; only then is the sender told that the item has arrived.
   * @param existed whether the item has been in the store for some time, so that this may have been done before
   * @returns what its sender should know, in addition to the receipt
   */
  write(item: ReceivedItem, existed: boolean): Promise<Pick<AnnouncedItem, 'savedAs'>>;
  /** Removes an item from the store whose sender is told that it has failed. */
  remove(item: ReceivedItem): Promise<void>;
}

/**
 * A store with a further step for each item, after the first store has it and before the sender is told. If that step fails,
 * the sender is told so. The item then stays in the store only if its sender cannot be relied on to have it still, or will
 * find it again: a retry must not store it twice, and nothing may be lost.
 */
export function withOutput(store: ItemStore, output: ItemOutput): ItemStore {
  const outputs = new Outputs(output);
  return withHooks(store, { confirm: (_arrival, stored) => outputs.confirm(stored) });
}

class Outputs {
  /** Running steps, by the ids of the items: an item that is sent over two connections at once is written once. */
  private readonly running = new Map<string, Promise<Pick<AnnouncedItem, 'savedAs'>>>();

  constructor(private readonly output: ItemOutput) {}

  async confirm(store: () => Promise<StoredItem>): Promise<StoredItem> {
    const { item, existed } = await store();
    try {
      return { item: { ...item, ...(await this.write(item, existed)) }, existed };
    } catch (error) {
      if (!existed && !stays(item)) await this.output.remove(item);
      throw error;
    }
  }

  private write(item: ReceivedItem, existed: boolean): Promise<Pick<AnnouncedItem, 'savedAs'>> {
    const { running } = this;
    const writing =
      running.get(item.id) ?? this.output.write(item, existed).finally(() => running.delete(item.id));
    running.set(item.id, writing);
    return writing;
  }
}

/**
 * If nothing is confirmed, most senders never learn that something has failed. A file that is offered again is found again.
 */
function stays(item: ReceivedItem): boolean {
  const { transfer, modified } = item;
  return traitsOf(item)?.confirms === false || (transfer !== undefined && modified !== undefined);
}
