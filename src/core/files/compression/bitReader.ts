import type { ByteSource } from '../../values/byteSource';

const WINDOW = 64 * 1024;

/** Reads bits, from the highest to the lowest of each byte. */
export class BitReader {
  private window: Uint8Array = new Uint8Array(0);
  private at = 0;
  private next = 0;
  private bits = 0;
  private count = 0;

  constructor(private readonly source: ByteSource) {}

  /** Whether all bytes have been read. */
  get isAtEnd(): boolean {
    return this.at === this.window.length && this.next >= this.source.size;
  }

  /** @param count 1 to 24 @throws PicklepostError if there are fewer bits */
  read(count: number): number {
    while (this.count < count) {
      this.bits = ((this.bits & 0xffffff) << 8) | this.byte();
      this.count += 8;
    }
    this.count -= count;
    const value = (this.bits >>> this.count) & ((1 << count) - 1);
    this.bits &= (1 << this.count) - 1;
    return value;
  }

  /** Skips the rest of the byte. */
  align(): void {
    this.count -= this.count % 8;
  }

  private byte(): number {
    if (this.at === this.window.length) {
      const length = Math.max(1, Math.min(WINDOW, this.source.size - this.next));
      this.window = this.source.read(this.next, length);
      this.next += length;
      this.at = 0;
    }
    return this.window[this.at++] as number;
  }
}
