/*
 * What is read, sealed or received goes through memory a mebibyte at a time. New memory for each would have to be collected, and a
 * collection holds up everything else of the process for some milliseconds.
 */

/** A few places of memory that are used in turn. Each is made when it is first needed. */
export class Places {
  private readonly places: Buffer[] = [];
  private used = 0;

  /**
   * @param count what is in a place stays there until so many more have been asked for
   * @param size bytes of each
   */
  constructor(
    private readonly count: number,
    private readonly size: number,
  ) {}

  next(): Buffer {
    return (this.places[this.used++ % this.count] ??= Buffer.allocUnsafeSlow(this.size));
  }
}

/** Gives the memory of a buffer back at once, where the engine can do so. Neither it nor any view of it may be used any more. */
export function release({ buffer, byteLength }: Buffer): void {
  // Others may have their part of it.
  if (byteLength !== buffer.byteLength) return;
  (buffer as TransferableBuffer).transfer?.(0);
}

/** Node 20 has no such method yet. */
type TransferableBuffer = ArrayBufferLike & { transfer?: (length: number) => ArrayBufferLike };
