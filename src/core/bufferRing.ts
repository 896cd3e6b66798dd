/*
 * Data that are read, sealed or received pass through memory a mebibyte at a time. New memory for each would have to be
 * collected, and garbage collection blocks everything else in the process for some milliseconds.
 */

/** A few buffers that are used in turn. Each is allocated when it is first needed. */
export class BufferRing {
  private readonly buffers: Buffer[] = [];
  private used = 0;

  /**
   * @param count the content of a buffer stays valid until so many more have been requested
   * @param size bytes of each
   */
  constructor(
    private readonly count: number,
    private readonly size: number,
  ) {}

  next(): Buffer {
    return (this.buffers[this.used++ % this.count] ??= Buffer.allocUnsafeSlow(this.size));
  }
}

/** Buffers of one size that are lent for a while. A few of the returned ones are kept. */
export class BufferPool {
  private readonly free: Buffer[] = [];

  /**
   * @param size bytes of each
   * @param kept how many are kept for later
   */
  constructor(
    private readonly size: number,
    private readonly kept: number,
  ) {}

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(this.size);
  }

  /** Neither the buffer nor a view of it may be used any more. */
  give(buffer: Buffer): void {
    if (this.free.length < this.kept) this.free.push(buffer);
    else detach(buffer);
  }
}

/** Bytes below which garbage collection costs less than freeing the memory at once. */
const WORTH_DETACHING = 16 * 1024;

/** Frees the memory of a buffer at once, unless it is small. Neither the buffer nor any view of it may be used any more. */
export function detach({ buffer, byteLength }: Buffer): void {
  // If it is a part of some memory, others may use the rest.
  if (byteLength < WORTH_DETACHING || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer))
    return;
  const memory: TransferableBuffer = buffer;
  if (memory.transfer) memory.transfer(0);
  else sink().postMessage(undefined, [memory]);
}

/** As {@link detach}, for a part of memory whose rest nobody uses. */
export function detachAll({ buffer }: Buffer): void {
  detach(Buffer.from(buffer));
}

/** Node 20 has no such method yet. */
type TransferableBuffer = ArrayBuffer & { transfer?: (length: number) => ArrayBuffer };

type Channel = InstanceType<typeof MessageChannel>;

let channel: Channel | undefined;

/** Memory that is sent there is dropped. */
function sink(): Channel['port1'] {
  if (!channel) {
    channel = new MessageChannel();
    channel.port2.close();
  }
  return channel.port1;
}
