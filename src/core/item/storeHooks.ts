import { PIECE_SIZE } from '../crypto/tokenStream';
import type { FernetKey } from '../crypto/keys';
import type { AnnouncedItem, Arrival, Content } from './item';
import type { ItemOffer, ItemStore, ItemWriter, OfferAnswer, SentContent, WaitingSender } from './itemStore';

/** An item that a store has. */
export interface StoredItem {
  readonly item: AnnouncedItem;
  /** It was here before, and its sender has sent or offered it again. */
  readonly existed: boolean;
}

/** Further steps of storing items. */
export interface StoreHooks {
  /**
   * Called before an item begins, with its offer in dialects that have offers. The item waits until this settles; throwing
   * refuses the item, with the reason.
   */
  admit?(arrival: Arrival, offer?: ItemOffer, sender?: WaitingSender): Promise<void> | void;
  /** Called with the number of plain bytes that have arrived so far. */
  progress?(arrival: Arrival, bytes: number): void;
  /**
   * Called when the whole item has arrived, or is here already. Calls `store`, which settles when the item is durable. The
   * sender is told when the returned promise settles; if it rejects, the item is refused with the reason.
   */
  confirm?(arrival: Arrival, store: () => Promise<StoredItem>): Promise<StoredItem>;
}

/** A store with further steps for each item. */
export function withHooks(store: ItemStore, hooks: StoreHooks): ItemStore {
  return {
    async begin(arrival, sender): Promise<ItemWriter> {
      await hooks.admit?.(arrival, undefined, sender);
      return new HookedWriter(await store.begin(arrival, sender), arrival, hooks);
    },
    async offer(arrival, offer, key, sender): Promise<OfferAnswer> {
      await hooks.admit?.(arrival, offer, sender);
      const answer = await store.offer(arrival, offer, key, sender);
      if (answer.kind === 'accepted')
        return { kind: 'accepted', writer: new HookedWriter(answer.writer, arrival, hooks, offer) };
      const existing = { item: answer.item, existed: true };
      const { item } = (await hooks.confirm?.(arrival, () => Promise.resolve(existing))) ?? existing;
      return { kind: 'have', item };
    },
  };
}

class HookedWriter implements ItemWriter {
  private streamed = 0;

  constructor(
    private readonly writer: ItemWriter,
    private readonly arrival: Arrival,
    private readonly hooks: StoreHooks,
    private readonly offer?: ItemOffer,
  ) {}

  get pieces(): number {
    return this.writer.pieces;
  }

  get key(): FernetKey {
    return this.writer.key;
  }

  prefixDigest(): Promise<string> {
    return this.writer.prefixDigest();
  }

  restart(key: FernetKey): Promise<void> {
    return this.writer.restart(key);
  }

  async write(plain: Buffer): Promise<void> {
    // The writer owns the buffer afterwards, and may have detached it.
    const count = plain.length;
    await this.writer.write(plain);
    this.streamed += count;
    this.tellProgress();
  }

  async writeToken(token: Buffer): Promise<void> {
    await this.writer.writeToken(token);
    this.tellProgress();
  }

  written(): Promise<number> {
    return this.writer.written();
  }

  content(): AsyncIterable<Uint8Array> {
    return this.writer.content();
  }

  async finish(end: SentContent | Content): Promise<AnnouncedItem> {
    const store = async (): Promise<StoredItem> => {
      const item = await this.writer.finish(end);
      return { item, existed: item.from !== this.arrival.from };
    };
    try {
      return (await (this.hooks.confirm?.(this.arrival, store) ?? store())).item;
    } finally {
      // If a hook has refused the item before it was stored.
      await this.writer.discard();
    }
  }

  suspend(): Promise<void> {
    return this.writer.suspend();
  }

  discard(): Promise<void> {
    return this.writer.discard();
  }

  private tellProgress(): void {
    const { arrival, offer, hooks, writer, streamed } = this;
    const bytes = offer ? Math.min(writer.pieces * PIECE_SIZE, offer.size ?? Infinity) : streamed;
    hooks.progress?.(arrival, bytes);
  }
}
