import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { breakOff } from '../../../src/net/breakOff';
import type { SeededRandom } from './seededRandom';

export const FAULT_KINDS = ['cut', 'end', 'delay', 'reorder', 'duplicate', 'flip', 'truncate'] as const;

/** A fault in one direction of a connection. */
export interface Fault {
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly direction: 'up' | 'down';
  /** Bytes of the direction before it. */
  readonly at: number;
  /** Bytes that it concerns, if so many come at once. */
  readonly length: number;
  /** Milliseconds, for a delay. */
  readonly pause: number;
}

/** Bytes that are spared: a connection that begins unlike this dialect is of another one, which takes any bytes. */
const SPARED = 8;

/** A few faults: many of them among the first messages of either side, the others anywhere in the content. */
export function makeFaults(random: SeededRandom, contentSize: number, longestPause: number): Fault[] {
  return Array.from({ length: random.between(0, 4) }, () => {
    const direction = random.pick(['up', 'up', 'down'] as const);
    const isEarly = direction === 'down' || random.fraction() < 0.4;
    return {
      kind: random.pick(FAULT_KINDS),
      direction,
      at: random.between(SPARED, isEarly ? 2500 : contentSize + 2000),
      length: random.between(1, random.pick([10, 300, 30_000])),
      pause: random.between(1, longestPause),
    };
  });
}

/** Stands between a client and a server, and does each connection's faults to it. */
export class FaultyProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param faults of the next connection */
  static async listen(targetPort: number, faults: () => readonly Fault[]): Promise<FaultyProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new FaultyProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => {
      const target = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true });
      proxy.join(client, target, faults());
    });
    return proxy;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, target: Socket, faults: readonly Fault[]): void {
    const cut = (): void => {
      for (const socket of [client, target]) breakOff(socket);
    };
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cut);
      socket.on('close', () => this.sockets.delete(socket));
    }
    const of = (direction: Fault['direction']): FaultyPipe =>
      new FaultyPipe(faults.filter((fault) => fault.direction === direction));
    of('up').pump(client, target).catch(cut);
    of('down').pump(target, client).catch(cut);
  }
}

/** One direction. */
class FaultyPipe {
  private readonly faults: Fault[];
  private position = 0;
  /** Waits for what follows it, to be overtaken. */
  private held = Buffer.alloc(0);

  constructor(faults: readonly Fault[]) {
    this.faults = [...faults].sort((a, b) => a.at - b.at);
  }

  /** @throws what the sockets throw, and where the connection is to be cut */
  async pump(from: Socket, to: Socket): Promise<void> {
    for await (const chunk of from) await this.pass(chunk as Buffer, to);
    if (this.held.length > 0) await write(to, this.held);
    to.end();
  }

  private async pass(chunk: Buffer, to: Socket): Promise<void> {
    const fault = this.faults[0];
    const start = fault ? Math.max(0, fault.at - this.position) : Infinity;
    if (!fault || start >= chunk.length) {
      this.position += chunk.length;
      return this.writeAndRelease(chunk, to);
    }
    this.faults.shift();
    const concerned = chunk.subarray(start, start + fault.length);
    this.position += start + concerned.length;
    await this.writeAndRelease(chunk.subarray(0, start), to);
    await this.apply(fault, concerned, to);
    await this.pass(chunk.subarray(start + concerned.length), to);
  }

  private async apply({ kind, pause }: Fault, bytes: Buffer, to: Socket): Promise<void> {
    switch (kind) {
      case 'cut':
        throw new Error('cut');
      case 'end':
        to.end();
        return;
      case 'delay':
        await setTimeout(pause);
        return write(to, bytes);
      case 'reorder':
        this.held = Buffer.concat([this.held, bytes]);
        return;
      case 'duplicate':
        return write(to, Buffer.concat([bytes, bytes]));
      case 'flip':
        return write(to, flipped(bytes));
      case 'truncate':
        return;
    }
  }

  private async writeAndRelease(bytes: Buffer, to: Socket): Promise<void> {
    if (bytes.length === 0) return;
    const { held } = this;
    this.held = Buffer.alloc(0);
    await write(to, Buffer.concat([bytes, held]));
  }
}

/** The first and the last bit of some bytes turned over. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(0) ^ 0x80, 0);
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 0x01, copy.length - 1);
  return copy;
}

/** Settles when there is room for more. After the end, bytes go nowhere. */
async function write(to: Socket, bytes: Buffer): Promise<void> {
  if (to.writableEnded || to.destroyed || to.write(bytes)) return;
  await new Promise<void>((resolve) => {
    to.once('drain', resolve);
    to.once('close', resolve);
  });
}
