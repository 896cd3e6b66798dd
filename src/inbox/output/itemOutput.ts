import type { Arrival, ItemStore, ReceivedItem } from '../../core/item/item';
import { changePieceWriter, type OfferAnswer } from '../../core/item/transfer';

/** What is done with each item beside storing it, such as saving or printing it. */
export interface ItemOutput {
  /**
   * Settles when it is done; only then is the sender told that the item has arrived.
   * @param existed whether the item has been in the store for some time, so that this may have been done before
   */
  write(item: ReceivedItem, existed: boolean): Promise<void>;
  /** Takes an item out of the store, whose sender is told that it has failed. */
  remove(item: ReceivedItem): Promise<void>;
}

/**
 * A store that does something more with each item once the first store has it, and before the sender is told. If that fails, the
 * sender is told so. The item then stays in the store only where its sender cannot be relied on to have it still, or will find it
 * again: a retry must make no second one, and nothing may be lost.
 */
export function withOutput(store: ItemStore, output: ItemOutput): ItemStore {
  const outputs = new Outputs(output);
  return {
    async begin(arrival) {
      const writer = await store.begin(arrival);
      return {
        write: (plain) => writer.write(plain),
        written: () => writer.written(),
        discard: () => writer.discard(),
        finish: async (content) => outputs.finish(await writer.finish(content), arrival),
      };
    },
    async offer(arrival, offer, key): Promise<OfferAnswer> {
      const answer = await store.offer(arrival, offer, key);
      if (answer.kind === 'have') {
        await outputs.write(answer.item, true);
        return answer;
      }
      const { writer } = answer;
      const finish: typeof writer.finish = async (sent) => outputs.finish(await writer.finish(sent), arrival);
      return { kind: 'accepted', writer: changePieceWriter(writer, { finish }) };
    },
  };
}

class Outputs {
  /** Under way, by the ids of the items: one that is sent over two connections at once is written once. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly output: ItemOutput) {}

  async finish(item: ReceivedItem, arrival: Arrival): Promise<ReceivedItem> {
    // The store may have had the very same already.
    const isNew = item.from === arrival.from;
    try {
      await this.write(item, !isNew);
    } catch (error) {
      if (isNew && !stays(item)) await this.output.remove(item);
      throw error;
    }
    return item;
  }

  write(item: ReceivedItem, existed: boolean): Promise<void> {
    const { running } = this;
    const writing =
      running.get(item.id) ?? this.output.write(item, existed).finally(() => running.delete(item.id));
    running.set(item.id, writing);
    return writing;
  }
}

/** Most raw senders never hear that something has failed. A file of the native dialect is found again when it is offered again. */
function stays({ dialect, transfer, modified }: ReceivedItem): boolean {
  return dialect === 'raw' || (transfer !== undefined && modified !== undefined);
}
