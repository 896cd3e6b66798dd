import { LimitError } from '../errors';
import type { Arrival } from '../item/item';
import type { ItemWriter } from '../item/itemStore';
import type { ServeContext } from './dialect';

/** Counts what comes of an item that is not offered beforehand, so that it is not larger than allowed. */
export class Intake {
  private size = 0;

  private constructor(
    readonly writer: ItemWriter,
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

  /** @param plain whose memory is the writer's from then on @throws LimitError */
  async write(plain: Buffer): Promise<void> {
    this.size += plain.length;
    this.checkSize();
    if (plain.length > 0) await this.writer.write(plain);
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
