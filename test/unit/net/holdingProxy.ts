import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes connections on to a port of this machine, and can hold what goes there after so many bytes. */
export class HoldingProxy {
  /** Bytes that each connection has carried to the server so far. */
  readonly carried: number[] = [];
  private readonly sockets = new Set<Socket>();
  private reached: (() => void) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    /** Bytes of one connection after which no more goes to the server. */
    private limit: number,
  ) {
    server.on('connection', (socket: Socket) => this.pass(socket));
  }

  static async start(target: number, limit = Infinity): Promise<HoldingProxy> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HoldingProxy(server, target, limit);
  }

  /** `HOST:PORT` */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Settles when a connection has come to the limit. */
  async held(): Promise<void> {
    await new Promise<void>((resolve) => (this.reached = resolve));
  }

  /** From now on nothing is held of connections that begin. */
  release(): void {
    this.limit = Infinity;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private pass(client: Socket): void {
    const index = this.carried.push(0) - 1;
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    server.pipe(client);
    client.on('end', () => server.end());
    client.on('data', (bytes: Buffer) => {
      this.carried[index] = (this.carried[index] ?? 0) + bytes.length;
      server.write(bytes);
      if (this.carried[index] < this.limit) return;
      client.pause();
      this.reached?.();
    });
  }
}
