import { PicklepostError } from '../errors';
import { say } from '../text';

/**
 * Bytes that can be read in parts: a file, a received item, a part of either, or memory. Reading blocks until the bytes are
 * there, so sources other than memory belong in a worker or the command line, and never in the extension host.
 */
export interface ByteSource {
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset`. The result may be a view of shared memory, so callers must not change it.
   * @throws PicklepostError if the source is too short, or cannot be read
   */
  read(offset: number, length: number): Uint8Array;
}

/**
 * Python's bytes that are too large to keep in memory. They stay in their file, and are read when they are shown. Code that
 * takes `Uint8Array` as bytes takes these too. {@link bytes} reads all of them, {@link read} a part.
 */
export class StoredBytes {
  /** The caller has checked that the bytes lie within the source. */
  constructor(
    private readonly source: ByteSource,
    private readonly offset: number,
    readonly length: number,
  ) {}

  /** Reads all bytes. The result is not cached. */
  get bytes(): Uint8Array {
    return this.read(0, this.length);
  }

  /** Reads `count` bytes from `start`, or fewer if the bytes end before that. */
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
  /** @throws PicklepostError if the part does not lie within the whole */
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

/** The largest number of bytes of one value that are copied into memory. */
const KEPT_SIZE = 64 * 1024;

/**
 * Bytes of a source, for a value. Up to {@link KEPT_SIZE} are copied; more stay in the source.
 * @throws PicklepostError if the source is too short
 */
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
