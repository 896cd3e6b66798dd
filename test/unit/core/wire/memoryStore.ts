import { createHash } from 'node:crypto';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { openPiece } from '../../../../src/core/crypto/piece';
import type { Arrival, Content, ItemStore, ItemWriter, ReceivedItem } from '../../../../src/core/item/item';
import type { ItemOffer, OfferAnswer, PieceWriter } from '../../../../src/core/item/transfer';

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
    return Promise.resolve(new MemoryWriter(this, arrival));
  }

  /** Nothing is continued here: every offer is a new item. */
  offer(arrival: Arrival, offer: ItemOffer, key = FernetKey.generate()): Promise<OfferAnswer> {
    this.open++;
    return Promise.resolve({ kind: 'accepted', writer: new MemoryPieceWriter(this, arrival, offer, key) });
  }

  /** The content of all items, as text. */
  get texts(): string[] {
    return this.items.map((item) => item.bytes.toString());
  }
}

class MemoryWriter implements ItemWriter {
  private readonly parts: Buffer[] = [];
  private hasEnded = false;

  constructor(
    private readonly store: MemoryStore,
    private readonly arrival: Arrival,
  ) {}

  write(plain: Uint8Array): Promise<void> {
    this.parts.push(Buffer.from(plain));
    return Promise.resolve();
  }

  async *written(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const part of this.parts) yield await Promise.resolve(part);
  }

  async finish(content: Content): Promise<ReceivedItem> {
    this.end();
    // Durable means later.
    await new Promise(setImmediate);
    const bytes = Buffer.concat(this.parts);
    const item: StoredItem = {
      ...this.arrival,
      kind: content.kind,
      ...(content.format && { format: content.format }),
      ...(content.note !== undefined && { note: content.note }),
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

  discard(): Promise<void> {
    this.end();
    this.store.discarded++;
    return Promise.resolve();
  }

  private end(): void {
    if (this.hasEnded) throw new Error('an item was ended twice');
    this.hasEnded = true;
    this.store.open--;
  }
}

class MemoryPieceWriter implements PieceWriter {
  pieces = 0;
  private readonly writer: MemoryWriter;

  constructor(
    store: MemoryStore,
    arrival: Arrival,
    private readonly content: ItemOffer,
    readonly key: FernetKey,
  ) {
    this.writer = new MemoryWriter(store, arrival);
  }

  prefixDigest(): Promise<string> {
    return Promise.resolve(createHash('sha256').digest('hex'));
  }

  restart(): Promise<void> {
    throw new Error('there is nothing to restart from');
  }

  appendToken(token: Buffer): Promise<void> {
    return this.appendPlain(openPiece(this.key, token).content);
  }

  appendPlain(piece: Buffer): Promise<void> {
    this.pieces++;
    return this.writer.write(piece);
  }

  written(): Promise<number> {
    return Promise.resolve(this.pieces);
  }

  finish(): Promise<ReceivedItem> {
    return this.writer.finish(this.content);
  }

  suspend(): Promise<void> {
    return this.writer.discard();
  }

  discard(): Promise<void> {
    return this.writer.discard();
  }
}
