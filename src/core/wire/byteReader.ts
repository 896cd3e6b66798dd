import type { Account } from '../accounting/accountant';
import { PicklepostError } from '../errors';
import { detach } from '../bufferRing';
import { nextTurn } from '../scheduling/turns';
import { shareAddressOf } from './address';
import type { Channel } from './channel';
import { say } from '../text';

/**
 * Reads a {@link Channel} by count. Keeps a list of chunks, so that no byte is copied twice, however small the chunks are.
 */
export class ByteReader {
  private chunks: Buffer[] = [];
  private available = 0;
  /** How many of the last chunks are small. */
  private smallChunks = 0;
  /** When {@link within} expires, and its duration, in milliseconds. */
  private deadline = Infinity;
  private allowed = Infinity;
  /** The flow of the connection: the address of the other side. */
  private readonly flow: string;

  constructor(
    private readonly channel: Channel,
    /** Milliseconds of silence after which a read gives up. */
    readonly idleTime: number,
    /** The resources of the connection, if they are counted. */
    private readonly account?: Account,
  ) {
    this.flow = shareAddressOf(channel.peer);
  }

  /** Waits for the turn of the peer's address. To be called before work on received data. */
  nextTurn(): Promise<void> {
    // The time does not count as idle time of the peer.
    return this.account?.whileWorking(() => nextTurn(this.flow)) ?? nextTurn(this.flow);
  }

  /** Bytes that have been read from the channel but not taken yet. */
  get buffered(): number {
    return this.available;
  }

  /**
   * Reads once from the channel into the buffer.
   * @param quietAfter milliseconds of silence after which it returns; without it, silence for the idle time is an error
   * @throws PicklepostError `timeout`, or what the channel throws
   */
  async fill(quietAfter?: number): Promise<'data' | 'end' | 'quiet'> {
    const left = this.deadline - performance.now();
    if (left <= 0) throw timedOut(this.allowed);
    const got = await this.channel.read(Math.min(left, quietAfter ?? this.idleTime));
    if (got === 'end') return 'end';
    if (got === 'quiet') {
      if (quietAfter !== undefined && quietAfter <= left) return 'quiet';
      throw left < (quietAfter ?? this.idleTime) ? timedOut(this.allowed) : this.silence();
    }
    this.push(got);
    return 'data';
  }

  /**
   * Runs work that reads, and that may take so many milliseconds in total, however much arrives.
   * @throws PicklepostError `timeout`
   */
  async within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
    const { deadline, allowed } = this;
    const own = performance.now() + milliseconds;
    // Work within other work has no more time than that.
    if (own < deadline) [this.deadline, this.allowed] = [own, milliseconds];
    try {
      return await work();
    } finally {
      [this.deadline, this.allowed] = [deadline, allowed];
    }
  }

  /** Returns up to `count` buffered bytes without taking them. */
  peek(count: number): Buffer {
    const first = this.chunks[0];
    if (first === undefined) return Buffer.alloc(0);
    if (first.length < count && this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return (this.chunks[0] as Buffer).subarray(0, count);
  }

  /**
   * Takes exactly `count` bytes, or returns undefined if the peer ends before the first of them.
   * @param within milliseconds that they may take, however many arrive
   * @throws PicklepostError `timeout`, and `connection-lost` if the peer ends in between
   */
  async take(count: number, within = Infinity): Promise<Buffer | undefined> {
    if (within < Infinity && this.available < count) return this.within(within, () => this.take(count));
    while (this.available < count) {
      if ((await this.fill()) !== 'end') continue;
      if (this.available === 0) return undefined;
      throw connectionCut();
    }
    return this.takeBuffered(count);
  }

  /** Takes exactly `count` bytes. @throws as {@link take}, also if the peer ends before the first of them */
  async need(count: number, within = Infinity): Promise<Buffer> {
    const bytes = count === 0 ? Buffer.alloc(0) : await this.take(count, within);
    if (bytes === undefined) throw connectionCut();
    return bytes;
  }

  /** As {@link need}, for a message that is useless before it is complete: its memory is accounted for until then. */
  async needMessage(count: number, within = Infinity): Promise<Buffer> {
    const isWhole = count <= Math.max(SMALL, this.available);
    const release = isWhole ? undefined : await this.account?.hold(count);
    try {
      return await this.need(count, within);
    } finally {
      release?.();
    }
  }

  /** Takes one byte. @throws as {@link need} */
  async needByte(): Promise<number> {
    return (await this.need(1)).readUInt8();
  }

  /** Takes the buffered bytes, all of them or up to `limit`, without waiting. */
  takeBuffered(limit: number = this.available): Buffer {
    const count = Math.min(limit, this.available);
    const first = this.chunks[0];
    if (first === undefined) return Buffer.alloc(0);
    this.available -= count;
    if (count < first.length) {
      this.chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    return this.takeWholeChunks(count);
  }

  private silence(): PicklepostError {
    return new PicklepostError(
      'timeout',
      say`Timed out after ${String(this.idleTime / 1000)} s without data, in the middle of a transfer. Send it again.`,
    );
  }

  private push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.available += chunk.length;
    this.smallChunks = chunk.length < SMALL ? this.smallChunks + 1 : 0;
    if (this.smallChunks < MERGED_AT_ONCE) return;
    const merged = Buffer.concat(this.chunks.splice(-MERGED_AT_ONCE));
    this.chunks.push(merged);
    this.smallChunks = merged.length < SMALL ? 1 : 0;
  }

  private takeWholeChunks(count: number): Buffer {
    const parts: Buffer[] = [];
    let missing = count;
    for (const chunk of this.chunks) {
      if (chunk.length > missing) break;
      parts.push(chunk);
      missing -= chunk.length;
    }
    this.chunks.splice(0, parts.length);
    const rest = this.chunks[0];
    if (missing > 0 && rest !== undefined) {
      parts.push(rest.subarray(0, missing));
      this.chunks[0] = rest.subarray(missing);
    }
    if (parts.length === 1) return parts[0] as Buffer;
    const all = Buffer.concat(parts);
    parts.forEach(detach);
    return all;
  }
}

/**
 * In bytes. A buffer has an overhead of about a hundred bytes, so a peer that sends byte by byte must not get one for each.
 */
const SMALL = 4096;
const MERGED_AT_ONCE = 64;

/** For a peer that keeps sending, but too slowly. */
function timedOut(milliseconds: number): PicklepostError {
  return new PicklepostError(
    'timeout',
    say`Timed out: the message was not complete within ${String(milliseconds / 1000)} s. Send it again.`,
  );
}

/** For a peer that leaves before the whole item has arrived. */
export function connectionCut(): PicklepostError {
  return new PicklepostError(
    'connection-lost',
    say`The other side closed the connection in the middle of a transfer. Nothing of it was kept; send it again.`,
  );
}
