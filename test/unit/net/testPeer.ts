import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Settles when everything that has been written to a connection of this process has arrived at the other side. */
export async function arrival(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await setImmediate();
}

/** One side of a connection, in the hands of a test. Remembers everything that came. */
export class TestPeer {
  length = 0;
  /** How the other side ended, once it has. */
  ending: 'end' | 'reset' | undefined;
  readonly closed: Promise<unknown>;
  readonly remotePort: number | undefined;
  private chunks: Buffer[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(readonly socket: Socket) {
    this.remotePort = socket.remotePort;
    socket.setNoDelay(true);
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.length += chunk.length;
      this.wake();
    });
    // A reset that comes together with data looks like an end until something is written.
    socket.on('end', () => {
      if (!socket.writable) this.conclude('end');
      else socket.write('', (error) => this.conclude(error ? 'reset' : 'end'));
    });
    socket.on('error', () => this.conclude('reset'));
  }

  static async connect(port: number): Promise<TestPeer> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new TestPeer(socket);
  }

  get received(): Buffer {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] as Buffer;
  }

  /** Settles when the bytes are on their way. */
  send(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** Everything that came, once it is at least so long, or the other side has ended. */
  async receive(length: number): Promise<Buffer> {
    while (this.length < length && this.ending === undefined) await this.change();
    return this.received;
  }

  /** Everything that came, once the other side has ended. */
  async receiveAll(): Promise<Buffer> {
    while (this.ending === undefined) await this.change();
    return this.received;
  }

  private conclude(ending: 'end' | 'reset'): void {
    this.ending ??= ending;
    this.wake();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

/** A server that does with each connection what a test says, and ends it when both that and the client have ended. */
export class TestReceiver {
  private static readonly listening: TestReceiver[] = [];
  readonly peers: TestPeer[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async listen(serve: (peer: TestPeer, index: number) => unknown): Promise<TestReceiver> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new TestReceiver(server, (server.address() as AddressInfo).port);
    TestReceiver.listening.push(receiver);
    server.on('connection', (socket) => {
      const peer = new TestPeer(socket);
      const index = receiver.peers.push(peer) - 1;
      const served = Promise.resolve(serve(peer, index));
      void Promise.all([served, peer.receiveAll()]).then(() => socket.end());
    });
    return receiver;
  }

  /** Settles when every connection is gone, which fails the time limit of a test whose client has left one open. */
  static async closeAll(): Promise<void> {
    for (const receiver of TestReceiver.listening.splice(0)) await receiver.close();
  }

  private async close(): Promise<void> {
    for (const { socket } of this.peers) socket.resume().end();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
