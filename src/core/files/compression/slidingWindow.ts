/** Bytes for which there is always room. */
export const PIECE = 256 * 1024;
/** The longest match of LZMA: one may go beyond a piece. */
const LONGEST_COPY = 273;

/**
 * The last unpacked bytes, which later content repeats. It grows with the content, so that a header alone cannot request
 * memory.
 */
export class SlidingWindow {
  /** Bytes so far. */
  size = 0;
  private bytes = new Uint8Array(2 * PIECE);
  /** The position of the first of {@link bytes}. */
  private start = 0;
  private taken = 0;

  /** @param reach how far back a match may begin, in bytes */
  constructor(private readonly reach: number) {}

  put(byte: number): void {
    this.bytes[this.size++ - this.start] = byte;
  }

  /** Whether there is a byte so far back that it may be asked for. */
  has(distance: number): boolean {
    return distance <= this.size && distance <= this.reach;
  }

  byteBefore(distance: number): number {
    return this.bytes[this.size - this.start - distance] as number;
  }

  /** Repeats the bytes at a distance back. They may overlap the written ones. */
  copy(distance: number, length: number): void {
    const { bytes } = this;
    let to = this.size - this.start;
    for (let from = to - distance, end = from + length; from < end; from++)
      bytes[to++] = bytes[from] as number;
    this.size += length;
  }

  /** The bytes since the last piece was taken: valid until {@link makeRoom}. */
  takePiece(): Uint8Array {
    const piece = this.bytes.subarray(this.taken - this.start, this.size - this.start);
    this.taken = this.size;
    return piece;
  }

  /** To be called before each piece. */
  makeRoom(): void {
    const { bytes, reach } = this;
    const used = this.size - this.start;
    if (bytes.length - used >= PIECE + LONGEST_COPY) return;
    const kept = Math.min(used, reach);
    // Twice the reach, so that bytes are moved once at most.
    if (bytes.length < 2 * (reach + PIECE)) this.bytes = new Uint8Array(2 * bytes.length);
    this.bytes.set(bytes.subarray(used - kept, used));
    this.start = this.size - kept;
  }
}
