import type { Socket } from 'node:net';
import { CancelledError, type PicklepostError } from '../core/errors';
import { detach } from '../core/bufferRing';
import { LateSignal } from '../core/scheduling/aborted';
import { formatAddress } from '../core/wire/address';
import type { Channel } from '../core/wire/channel';
import { breakOff } from './breakOff';
import type { Inflow } from './inflow';
import { connectionLost, connectionStalled } from './socketErrors';

export interface SocketChannelOptions {
  /** Bytes handed over at once, in either direction. */
  readonly bufferSize: number;
  /** Milliseconds for which a peer may accept no data. */
  readonly stallTime: number;
  /** Counts received bytes, for all connections of a server; their sockets have a `highWaterMark` of 0. */
  readonly inflow?: Inflow;
}

/** Address of the other side, without port; undefined if it has left. */
export function hostOfSocket({ remoteAddress }: Socket): string | undefined {
  return remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/, '');
}

/**
 * A {@link Channel} over a connected socket with `allowHalfOpen`. Nothing else may listen to the socket or write to it. One
 * part from the socket is held, and one more while that is being read, unless {@link SocketChannelOptions.inflow} is full.
 */
export class SocketChannel implements Channel {
  readonly peer: string;
  /** The address of this machine that the peer has connected to, without port. */
  readonly local: string;
  /** Data that have been read from the socket but not consumed yet. */
  private rest: Buffer | undefined;
  /** Bytes that are being consumed, until more are requested. */
  private beingRead = 0;
  /** Bytes of this channel that {@link SocketChannelOptions.inflow} counts. */
  private counted = 0;
  private peerHasEnded = false;
  private failure: PicklepostError | undefined;
  private cancellation: CancelledError | undefined;
  private hasEnded = false;
  /** Why this side no longer reads, although the peer can still be told so. */
  private reasonToStop: PicklepostError | undefined;
  private isClosing = false;
  private readonly leaving = new LateSignal();
  private readonly losing = new LateSignal();
  /** Called, and emptied, whenever any of the above or the state of the socket changes. */
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly socket: Socket,
    private readonly options: SocketChannelOptions,
  ) {
    this.peer = formatAddress({ host: hostOfSocket(socket) ?? 'unknown', port: socket.remotePort ?? 0 });
    this.local = socket.localAddress ?? '';
    socket.setNoDelay(true);
    socket.on('readable', () => this.arrive());
    socket.on('end', () => this.checkEnd());
    socket.on('error', (error) => this.fail(connectionLost(error)));
    // Making an error for each takes long if thousands are lost.
    socket.on('close', () => this.fail(this.failure ?? connectionLost()));
    socket.on('drain', () => this.wake());
    socket.on('finish', () => this.wake());
  }

  /**
   * Aborted when the peer has ended the connection and all its data have been read, when the connection is lost, and when
   * this side gives it up, with the reason if there is one.
   */
  get ended(): AbortSignal {
    return this.leaving.signal;
  }

  /** Aborted when the connection is lost, or this side gives it up, but not if the peer has only ended its sending side. */
  get disconnected(): AbortSignal {
    return this.losing.signal;
  }

  async read(quietAfter: number): Promise<Buffer | 'end' | 'quiet'> {
    const deadline = performance.now() + quietAfter;
    for (;;) {
      if (this.cancellation) throw this.cancellation;
      if (this.reasonToStop) throw this.reasonToStop;
      const chunk = this.takeArrived();
      this.count(chunk?.length);
      if (chunk) return chunk;
      if (this.peerHasEnded) return 'end';
      if (this.failure) throw this.failure;
      const left = deadline - performance.now();
      if (quietAfter <= 0 || left <= 0) return 'quiet';
      await this.change(left);
    }
  }

  async write(...parts: readonly Uint8Array[]): Promise<void> {
    const { bufferSize, stallTime } = this.options;
    this.check();
    for (const bytes of parts) {
      for (let at = 0; at < bytes.length; at += bufferSize) {
        this.socket.write(bytes.subarray(at, at + bufferSize));
        while (this.socket.writableNeedDrain && !this.cancellation)
          await this.progress(stallTime, () => this.cancellation);
        this.check(this.cancellation);
      }
    }
  }

  async end(last?: Uint8Array): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const before = this.cancellation;
    this.check(before);
    this.socket.end(last ?? new Uint8Array());
    while (!this.socket.writableFinished) {
      await this.progress(before ? FAREWELL_TIME : this.options.stallTime, () => before);
    }
  }

  get isCancelled(): boolean {
    return this.cancellation !== undefined;
  }

  /** Gives up: pending and later calls, except {@link end}, throw CancelledError. */
  cancel(): void {
    this.cancellation ??= new CancelledError();
    this.lose();
    this.wake();
  }

  /** Makes reads fail with a reason, which the peer can still be told. */
  stopReading(reason: PicklepostError): void {
    this.reasonToStop ??= reason;
    this.lose(reason);
    this.wake();
  }

  /** Whether anything has arrived that has not been read. */
  get hasArrived(): boolean {
    return this.rest !== undefined || this.socket.readableLength > 0;
  }

  /** Ends the connection at once, even if there is still something to send. */
  breakOff(): void {
    this.isClosing = true;
    this.count();
    breakOff(this.socket);
  }

  /** Whether this side has stopped reading. */
  get hasStopped(): boolean {
    return this.reasonToStop !== undefined;
  }

  /**
   * Closes the connection; data that the peer still sends are dropped. A channel that has ended gives the peer `lingerTime`
   * milliseconds to end too, unless it is cancelled first, so that its last message is not lost in a reset. One that has not
   * ended is reset.
   * @returns when the socket is gone. Never rejects
   */
  async close(lingerTime: number): Promise<void> {
    this.isClosing = true;
    this.rest = undefined;
    this.drop();
    const deadline = performance.now() + lingerTime;
    const before = this.cancellation;
    const isWithinDeadline = (): boolean => this.cancellation === before && performance.now() < deadline;
    while (this.hasEnded && !this.failure && isWithinDeadline()) {
      await this.change(deadline - performance.now());
    }
    breakOff(this.socket);
    if (!this.socket.closed) await new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
  }

  /**
   * A reset that comes together with data is reported as a regular end (libuv does so), which would make half a text a
   * complete one. An empty write distinguishes them: it fails only after a reset.
   */
  private checkEnd(): void {
    const conclude = (error?: Error | null): void => {
      this.peerHasEnded = !error;
      if (this.rest === undefined) this.leaving.abort(ENDED);
      this.wake();
    };
    if (this.hasEnded) conclude();
    else this.socket.write(new Uint8Array(), conclude);
  }

  private arrive(): void {
    if (this.isClosing) {
      this.drop();
      return;
    }
    // The end comes when it is read.
    if (this.socket.readableLength === 0) this.socket.read(0);
    this.count(this.beingRead);
    this.wake();
  }

  private takeArrived(): Buffer | undefined {
    const { bufferSize, inflow } = this.options;
    const chunk = this.rest ?? (this.socket.read() as Buffer | null) ?? undefined;
    if (chunk === undefined) return undefined;
    this.rest = chunk.length > bufferSize ? chunk.subarray(bufferSize) : undefined;
    // A socket with a `highWaterMark` of 0 waits until more is requested.
    if (inflow?.isFull === false) this.socket.read(0);
    return chunk.subarray(0, bufferSize);
  }

  private count(beingRead = 0): void {
    this.beingRead = beingRead;
    const held = this.isClosing ? 0 : beingRead + (this.rest?.length ?? 0) + this.socket.readableLength;
    this.options.inflow?.add(held - this.counted);
    this.counted = held;
  }

  /** Reads the data on a closing channel, so that its end is noticed. */
  private drop(): void {
    this.count();
    for (;;) {
      const dropped = this.socket.read() as Buffer | null;
      if (dropped === null) return;
      detach(dropped);
    }
  }

  private lose(reason: Error = ENDED): void {
    for (const signal of [this.losing, this.leaving]) signal.abort(reason);
  }

  private fail(failure: PicklepostError): void {
    this.failure ??= failure;
    this.lose();
    this.wake();
  }

  /**
   * Waits until the peer has accepted data, or this side gives up. A peer that accepts none for too long is given up,
   * whatever it has sent.
   */
  private async progress(patience: number, tolerated: () => CancelledError | undefined): Promise<void> {
    const { cancellation } = this;
    const left = this.socket.writableLength;
    const deadline = performance.now() + patience;
    do {
      const isChanged = await this.change(deadline - performance.now());
      this.check(tolerated());
      if (this.socket.writableLength < left || this.socket.writableFinished) return;
      if (!isChanged || performance.now() >= deadline) throw (this.failure = connectionStalled(patience));
    } while (this.cancellation === cancellation);
  }

  private check(tolerated?: CancelledError): void {
    if (this.cancellation && this.cancellation !== tolerated) throw this.cancellation;
    if (this.failure) throw this.failure;
  }

  /** Whether anything changes within so many milliseconds. */
  private change(patience: number): Promise<boolean> {
    return new Promise((resolve) => {
      const changed = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(changed);
        resolve(false);
      }, patience);
      this.waiting.add(changed);
    });
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const changed of waiting) changed();
  }
}

/** The reason of signals. Making an error for each would take long if thousands of connections are lost. */
const ENDED = new Error('the connection has ended');

/** Milliseconds in which the last bytes of a cancelled transfer can still be sent. */
const FAREWELL_TIME = 500;
