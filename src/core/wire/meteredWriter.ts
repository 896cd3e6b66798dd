import { detach } from '../bufferRing';
import { PIECE_SIZE, pieceTokenLength } from '../crypto/tokenStream';
import { busy } from '../accounting/refusals';
import { LimitError } from '../errors';
import type { Arrival, Content, ReceivedItem } from '../item/item';
import type { ItemWriter } from '../item/itemStore';
import type { ServeContext } from './dialect';
import { say } from '../text';

/** Meters the content of an item that was not offered beforehand: limits its size, and accounts for its memory. */
export class MeteredWriter {
  private size = 0;
  /** Bytes of memory that are reserved for it, and what gives them back. */
  private held = 0;
  private readonly leases: (() => void)[] = [];
  /** Whether memory to read it back is reserved, too. */
  private isRead = false;
  /** Bytes of its share of the disk. */
  private unchecked = 0;

  private constructor(
    private readonly writer: ItemWriter,
    private readonly context: ServeContext,
    private limit: number,
    /** Whether it is unverified until it is complete. */
    private readonly isUnchecked: boolean,
  ) {}

  /** @param limit bytes, if it differs from that of the context */
  static async begin(
    context: ServeContext,
    arrival: Arrival,
    limit = context.terms.limits.itemSize,
  ): Promise<MeteredWriter> {
    return new MeteredWriter(await beginItem(context, arrival), context, limit, false);
  }

  /**
   * Begins an item that may turn out to be from anybody, although only holders of a key may send. Until it has been checked,
   * it uses a share of the disk for such items.
   */
  static async beginUnchecked(context: ServeContext, arrival: Arrival): Promise<MeteredWriter> {
    return new MeteredWriter(await beginItem(context, arrival), context, Infinity, true);
  }

  /** Limits the item to so many bytes from now on. @throws LimitError if there are more already */
  restrict(): void {
    this.limit = this.context.terms.limits.itemSize;
    this.checkSize();
  }

  /** @param plain the writer owns its memory from then on @throws LimitError; PicklepostError `refused`, `disk` */
  async write(plain: Buffer): Promise<void> {
    if (plain.length === 0) return;
    this.size += plain.length;
    this.checkSize();
    this.context.account.noteContent(plain.length);
    this.countUnchecked(plain.length);
    await this.holdMemory();
    await this.writer.write(plain);
    // It is as large as one read of a socket, and thousands may wait to be collected.
    detach(plain);
  }

  /** The content so far, to be read before the end, as {@link ItemWriter.content}. The memory for that is accounted for. */
  async *content(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.writer.pieces > 0 && !this.isRead) {
      this.isRead = true;
      this.leases.push(await this.context.account.hold(READ_MEMORY));
    }
    yield* this.writer.content();
  }

  /** Bytes so far. */
  get length(): number {
    return this.size;
  }

  /** Settles when the item is durable. */
  async finish(content: Content): Promise<ReceivedItem> {
    const { account } = this.context;
    const item = await account.whileWorking(() => this.writer.finish(content));
    account.noteProgress();
    return item;
  }

  /** Gives its memory back, and removes every trace of it, unless it has been finished. Never rejects. */
  async end(): Promise<void> {
    await this.writer.discard();
    for (const release of this.leases.splice(0)) release();
    if (this.isUnchecked) this.context.account.removeUnchecked(this.unchecked);
    this.unchecked = 0;
  }

  /** An incomplete piece stays in memory, which grows by doubling. */
  private async holdMemory(): Promise<void> {
    while (this.held < Math.min(this.size, PIECE_SIZE)) {
      const more = Math.min(PIECE_SIZE, Math.max(FIRST_MEMORY, 2 * this.held)) - this.held;
      this.leases.push(await this.context.account.hold(more));
      this.held += more;
    }
  }

  private countUnchecked(bytes: number): void {
    if (!this.isUnchecked) return;
    const { account } = this.context;
    const { connection } = account.uncheckedShare;
    if (this.unchecked + bytes > connection)
      throw new LimitError(
        say`A token that can be checked only at its end`,
        connection,
        say`bytes`,
        say`Send larger items from Picklepost with the native protocol, which checks each piece.`,
      );
    if (!account.tryStoreUnchecked(bytes)) throw busy();
    this.unchecked += bytes;
  }

  private checkSize(): void {
    if (this.size <= this.limit) return;
    throw new LimitError(
      say`The item`,
      this.context.terms.limits.itemSize,
      say`bytes`,
      say`Send less at once, or allow larger items in the settings of the receiver.`,
    );
  }
}

/** Nothing more of the sender is read until the item is accepted, although it may have sent everything already. */
function beginItem({ store, disconnected }: ServeContext, arrival: Arrival): Promise<ItemWriter> {
  return store.begin(arrival, disconnected && { disconnected });
}

/** Bytes of memory that an item holds at least once something has arrived. */
const FIRST_MEMORY = 4096;
/** Bytes of memory for a piece that is read back: its token, its content and a copy. */
const READ_MEMORY = pieceTokenLength(PIECE_SIZE) + 2 * PIECE_SIZE;
