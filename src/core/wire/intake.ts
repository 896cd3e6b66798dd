import { LimitError } from '../errors';
import type { Arrival, Content, ItemWriter, ReceivedItem } from '../item/item';
import type { ServeContext } from './dialect';

/** One item on its way into the store: not larger than allowed, and ended exactly once. */
export class Intake {
  private size = 0;
  private hasEnded = false;

  private constructor(
    private readonly writer: ItemWriter,
    /** Plain bytes that the receiver allows. */
    private readonly itemSize: number,
    private limit: number,
  ) {}

  /** @param limit bytes, where it is not that of the context */
  static async begin(
    context: ServeContext,
    arrival: Arrival,
    limit = context.limits.itemSize,
  ): Promise<Intake> {
    return new Intake(await context.store.begin(arrival), context.limits.itemSize, limit);
  }

  /** Allows no more bytes than an item may have from now on. @throws LimitError if there are more already */
  restrict(): void {
    this.limit = this.itemSize;
    this.checkSize();
  }

  /** @throws LimitError */
  async write(plain: Uint8Array): Promise<void> {
    this.size += plain.length;
    this.checkSize();
    if (plain.length > 0) await this.writer.write(plain);
  }

  /** As {@link ItemWriter.written}. */
  written(): AsyncIterable<Uint8Array> {
    return this.writer.written();
  }

  /** Settles when the item is durable. */
  finish(content: Content): Promise<ReceivedItem> {
    this.hasEnded = true;
    return this.writer.finish(content);
  }

  /** Removes every trace, unless the item has been finished. Never rejects. */
  async discard(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.writer.discard();
  }

  private checkSize(): void {
    if (this.size <= this.limit) return;
    throw new LimitError(
      'The item',
      this.itemSize,
      'bytes',
      'Send less at once, or allow larger items in the settings of the receiver.',
    );
  }
}
