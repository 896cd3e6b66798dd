import { PicklepostError } from '../errors';
import { say } from '../text';

/**
 * Bytes that can be read in parts: a file, a received item, a part of either, or memory. Reading blocks until the bytes are
 * there, so sources other than memory belong in a worker or the command line, and never in the extension host.
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
  /** The caller has checked that the bytes lie within the source. */
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

/** Bytes that are in memory already. Nothing is copied. */
export class MemorySource implements ByteSource {
  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(offset, checkedEnd(this, offset, length));
  }
}

/** A part of another source. */
export class PartSource implements ByteSource {
  /** @throws PicklepostError where the part does not lie within the whole */
  constructor(
    private readonly whole: ByteSource,
    private readonly start: number,
    readonly size: number,
  ) {
    checkedEnd(whole, start, size);
  }

  read(offset: number, length: number): Uint8Array {
    checkedEnd(this, offset, length);
    return this.whole.read(this.start + offset, length);
  }
}

/** Up to so many bytes are kept in memory as they are; more are left where they lie. */
const KEPT_SIZE = 64 * 1024;

/** The bytes at a place, for a value: in memory of their own where they are few. @throws PicklepostError where there are not as many */
export function bytesAt(source: ByteSource, offset: number, length: number): Uint8Array | StoredBytes {
  checkedEnd(source, offset, length);
  if (length <= KEPT_SIZE) return Uint8Array.from(source.read(offset, length));
  return new StoredBytes(source, offset, length);
}

/** The end of a range. @throws PicklepostError if it does not lie within the source */
export function checkedEnd({ size }: ByteSource, offset: number, length: number): number {
  const end = offset + length;
  if (!(offset >= 0 && length >= 0 && end <= size))
    throw new PicklepostError(
      'undecodable',
      say`The file ends too early: it has ${String(size)} bytes, and ${String(length)} are needed at offset ${String(offset)}.`,
    );
  return end;
}
