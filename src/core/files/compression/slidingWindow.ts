/** Bytes for which {@link SlidingWindow.makeRoom} makes room. */
export const PIECE = 256 * 1024;
/** The longest match of LZMA, by which the output may exceed a piece. */
const LONGEST_COPY = 273;

/**
 * The last unpacked bytes, to which matches refer. The buffer grows with the content, so that a header alone cannot make it
 * allocate memory.
 */
export class SlidingWindow {
  /** The number of bytes so far. */
  size = 0;
  private bytes = new Uint8Array(2 * PIECE);
  /** The position of the first of {@link bytes}. */
  private start = 0;
  private taken = 0;

  /** @param reach the largest distance of a match, in bytes */
  constructor(private readonly reach: number) {}

  put(byte: number): void {
    this.bytes[this.size++ - this.start] = byte;
  }

  /** Whether a match may have this distance. */
  has(distance: number): boolean {
    return distance <= this.size && distance <= this.reach;
  }

  byteBefore(distance: number): number {
    return this.bytes[this.size - this.start - distance] as number;
  }

  /** Repeats the bytes at a distance before the end. They may overlap the new ones. */
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
    // With at least twice the reach, each byte is moved at most once.
    if (bytes.length < 2 * (reach + PIECE)) this.bytes = new Uint8Array(2 * bytes.length);
    this.bytes.set(bytes.subarray(used - kept, used));
    this.start = this.size - kept;
  }
}
