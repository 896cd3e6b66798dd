import { createHash } from 'node:crypto';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { openPiece } from '../../../../src/core/crypto/piece';
import type { Arrival, Content, ReceivedItem } from '../../../../src/core/item/item';
import type {
  ItemOffer,
  ItemStore,
  ItemWriter,
  OfferAnswer,
  SentContent,
} from '../../../../src/core/item/itemStore';

/** An item as a test looks at it. */
export interface StoredItem extends ReceivedItem {
  readonly bytes: Buffer;
}

/** Keeps items in memory, and knows whether anything has been left half done. */
export class MemoryStore implements ItemStore {
  readonly items: StoredItem[] = [];
  /** Writers that have neither finished nor been discarded. */
  open = 0;
  discarded = 0;

  begin(arrival: Arrival): Promise<ItemWriter> {
    this.open++;
    return Promise.resolve(new MemoryWriter(this, arrival, FernetKey.generate()));
  }

  /** Nothing is continued here: every offer is a new item. */
  offer(arrival: Arrival, offer: ItemOffer, key = FernetKey.generate()): Promise<OfferAnswer> {
    this.open++;
    return Promise.resolve({ kind: 'accepted', writer: new MemoryWriter(this, arrival, key, offer) });
  }

  /** The content of all items, as text. */
  get texts(): string[] {
    return this.items.map((item) => item.bytes.toString());
  }
}

class MemoryWriter implements ItemWriter {
  pieces = 0;
  private readonly parts: Buffer[] = [];
  private state: 'open' | 'finished' | 'discarded' = 'open';

  constructor(
    private readonly store: MemoryStore,
    private readonly arrival: Arrival,
    readonly key: FernetKey,
    private readonly offer?: ItemOffer,
  ) {}

  prefixDigest(): Promise<string> {
    return Promise.resolve(createHash('sha256').digest('hex'));
  }

  restart(): Promise<void> {
    throw new Error('there is nothing to restart from');
  }

  write(plain: Uint8Array): Promise<void> {
    this.pieces++;
    this.parts.push(Buffer.from(plain));
    return Promise.resolve();
  }

  writeToken(token: Buffer): Promise<void> {
    return this.write(openPiece(this.key, token).content);
  }

  written(): Promise<number> {
    return Promise.resolve(this.pieces);
  }

  async *content(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const part of this.parts) yield await Promise.resolve(part);
  }

  async finish(end: SentContent | Content): Promise<ReceivedItem> {
    const content = 'kind' in end ? end : (this.offer as ItemOffer);
    this.end('finished');
    // Durable means later.
    await new Promise(setImmediate);
    const bytes = Buffer.concat(this.parts);
    const item: StoredItem = {
      ...this.arrival,
      kind: content.kind,
      ...(content.format && { format: content.format }),
      ...(content.note !== undefined && { note: content.note }),
      ...(this.offer?.message !== undefined && { message: this.offer.message }),
      name: content.name ?? 'unnamed',
      id: String(this.store.items.length + 1),
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      receivedAt: Date.now(),
      bytes,
    };
    this.store.items.push(item);
    return item;
  }

  suspend(): Promise<void> {
    return this.discard();
  }

  /** Does nothing for an item that has been finished. */
  discard(): Promise<void> {
    if (this.state === 'finished') return Promise.resolve();
    this.end('discarded');
    this.store.discarded++;
    return Promise.resolve();
  }

  private end(state: 'finished' | 'discarded'): void {
    if (this.state !== 'open') throw new Error('an item was ended twice');
    this.state = state;
    this.store.open--;
  }
}
