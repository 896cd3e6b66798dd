/*
 * What is read, sealed or received goes through memory a mebibyte at a time. New memory for each would have to be collected, and a
 * collection holds up everything else of the process for some milliseconds.
 */

/** A few buffers that are used in turn. Each is allocated when it is first needed. */
export class BufferRing {
  private readonly buffers: Buffer[] = [];
  private used = 0;

  /**
   * @param count content of a buffer stays valid until so many more have been asked for
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

/** Buffers of one size for whoever needs one for a while. Of those that were given back, a few are kept. */
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

/** Bytes below which a collection of garbage costs less than giving the memory back at once. */
const WORTH_DETACHING = 16 * 1024;

/** Gives the memory of a buffer back at once, unless it is little. Neither it nor any view of it may be used any more. */
export function detach({ buffer, byteLength }: Buffer): void {
  // Of a part of some memory, others may have the rest.
  if (byteLength < WORTH_DETACHING || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer))
    return;
  const memory: TransferableBuffer = buffer;
  if (memory.transfer) memory.transfer(0);
  else sink().postMessage(undefined, [memory]);
}

/** As {@link detach}, for a part of memory of which nobody has the rest. */
export function detachAll({ buffer }: Buffer): void {
  detach(Buffer.from(buffer));
}

/** Node 20 has no such method yet. */
type TransferableBuffer = ArrayBuffer & { transfer?: (length: number) => ArrayBuffer };

type Channel = InstanceType<typeof MessageChannel>;

let channel: Channel | undefined;

/** Whatever memory is sent there is dropped. */
function sink(): Channel['port1'] {
  if (!channel) {
    channel = new MessageChannel();
    channel.port2.close();
  }
  return channel.port1;
}
