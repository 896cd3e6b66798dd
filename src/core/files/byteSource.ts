/**
 * Bytes that can be read in parts: a file, a received item, a part of either, or memory. Reading waits until the bytes are there, so
 * sources other than memory belong into a worker or the command line, and never into the extension host.
 */
export interface ByteSource {
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset` on. May be a view of memory that is used for other things as well: it is not to be changed.
   * @throws PicklepostError where there are not as many, or they cannot be read
   */
  read(offset: number, length: number): Uint8Array;
}

/**
 * Python's bytes, where they lie in a file and are too large to be kept: they are read when they are shown. Everything that takes
 * `Uint8Array` as bytes takes these; {@link bytes} has them all at once, {@link read} some of them.
 */
export class StoredBytes {
  /** Whoever makes one has checked that the bytes lie within the source. */
  constructor(
    private readonly source: ByteSource,
    private readonly offset: number,
    readonly length: number,
  ) {}

  /** All of them, in memory that nobody keeps. */
  get bytes(): Uint8Array {
    return this.read(0, this.length);
  }

  /** Those from `start` on, and fewer than `count` where they end. */
  read(start: number, count: number): Uint8Array {
    const from = Math.min(Math.max(0, start), this.length);
    return this.source.read(this.offset + from, Math.max(0, Math.min(count, this.length - from)));
  }
}
