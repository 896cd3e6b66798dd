import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FernetKey } from '../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { ByteReader } from '../../src/core/wire/byteReader';
import { greetServer } from '../../src/core/wire/native/handshake/greetServer';
import type { Session } from '../../src/core/wire/native/session/session';
import { SocketChannel } from '../../src/net/socketChannel';

/** Where attackers come from, where this system has more than one loopback address: none of them is that of honest senders. */
const ADDRESSES = Array.from({ length: 16 }, (_, i) => `127.0.1.${String(i + 1)}`);
/** Where everybody else on this machine comes from too. */
const SHARED = '127.0.0.1';

/** How many attack, and how strongly. */
export interface Strength {
  readonly addresses: number;
  /** Connections from each address of an attack that means to use them up. */
  readonly connections: number;
  /** Milliseconds between two rounds of an attack that goes on and on; 0 for as fast as it can. */
  readonly pause?: number;
}

/** How long an attacker lets a server be silent, in milliseconds. */
const PATIENCE = 600_000;

/** The server that an attacker attacks, and when it ends. */
export class Attacker {
  private readonly sockets = new Set<Socket>();
  private isOver = false;
  private report: () => void = () => undefined;
  /** Settles when the attack is as far as it gets, and goes on. */
  readonly underWay = new Promise<void>((resolve) => (this.report = resolve));

  private constructor(
    readonly port: number,
    readonly addresses: readonly string[],
    private readonly connectionsOfAddress: number,
    private readonly pause: number,
  ) {}

  /** @param port of the server, at 127.0.0.1 */
  static async against(port: number, { addresses, connections, pause = 0 }: Strength): Promise<Attacker> {
    const usable = await Promise.all(ADDRESSES.slice(0, addresses).map(canConnectFrom));
    const own = ADDRESSES.filter((_, i) => usable[i]);
    return new Attacker(port, own.length > 0 ? own : [SHARED], connections, pause);
  }

  /** Whether honest senders of this machine have another address than the attacker. */
  get isElsewhere(): boolean {
    return !this.addresses.includes(SHARED);
  }

  /** Connections of an attack that means to use them up. */
  get connections(): number {
    return this.connectionsOfAddress * this.addresses.length;
  }

  /** Whether there is nothing more to be done. */
  get hasEnded(): boolean {
    return this.isOver;
  }

  /** Settles when the repeated part of the attack has been done once. */
  isUnderWay(): void {
    this.report();
  }

  /** Ends the attack and every connection of it. */
  end(): void {
    this.isOver = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Which address the next of so many connections comes from. */
  addressOf(index: number): string {
    return this.addresses[index % this.addresses.length] ?? SHARED;
  }

  /** @throws where the server does not take it, or the attack has ended */
  async connect(from = this.addressOf(0)): Promise<Socket> {
    if (this.isOver) throw new Error('the attack has ended');
    const socket = connect({ port: this.port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true });
    // Those that write to it or wait for it see what becomes of it.
    socket.on('error', () => socket.destroy());
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    await once(socket, 'connect');
    // It may have ended while the connection was made, and nobody would hear of that later.
    if (this.hasEnded) throw new Error('the attack has ended');
    return socket;
  }

  /** A native session over a new connection. @throws as {@link connect}, or where the server refuses */
  async openSession(from?: string, key?: FernetKey, security?: 'pairing'): Promise<AttackSession> {
    const socket = await this.connect(from);
    const channel = new SocketChannel(socket, { bufferSize: 65536, stallTime: PATIENCE });
    const reader = new ByteReader(channel, PATIENCE);
    return new AttackSession(
      await greetServer(reader, channel, { key, limits: DEFAULT_LIMITS }, security),
      socket,
    );
  }

  /** Does the same for each of so many connections, those of a step at once, until the attack ends. What fails is left. */
  async forEach(count: number, work: (index: number) => Promise<void>, step = 32): Promise<void> {
    for (let first = 0; first < count && !this.isOver; first += step)
      await Promise.all(
        Array.from({ length: Math.min(step, count - first) }, (_, i) =>
          work(first + i).catch(() => undefined),
        ),
      );
  }

  /** Does the same again and again until the attack ends, and says after the first time that it is under way. */
  async again(work: (round: number) => Promise<void>, pause = this.pause): Promise<void> {
    for (let round = 0; !this.isOver; round++) {
      await work(round).catch(() => undefined);
      this.isUnderWay();
      await sleep(pause);
    }
  }

  /** Keeps so many connections in the same state, each of which is opened again when the server has ended it. */
  async keep(count: number, open: (from: string) => Promise<Socket>): Promise<void> {
    const kept: (Socket | undefined)[] = Array.from({ length: count });
    await this.again(
      () =>
        this.forEach(count, async (i) => {
          if (!kept[i] || kept[i].closed || kept[i].readableEnded) {
            kept[i]?.destroy();
            kept[i] = await open(this.addressOf(i));
          }
        }),
      PAUSE,
    );
  }
}

/** A native session, and the socket below it, for what no session sends. */
export class AttackSession {
  private number = 0;

  constructor(
    readonly session: Session,
    readonly socket: Socket,
  ) {}

  /** The number of the next item. */
  readonly nextItem = (): number => this.number++;

  /** Reads and drops whatever the server says. Never rejects. */
  async listen(): Promise<void> {
    try {
      while (await this.session.receive());
    } catch {
      // The server has ended the connection.
    }
  }

  /** Waits for a message of these types. @throws where the connection ends before */
  async until(...types: readonly string[]): Promise<string> {
    for (;;) {
      const message = await this.session.receive();
      if (!message) throw new Error('the server has ended the connection');
      if (types.includes(message.type)) return message.type;
    }
  }
}

/** Writes all of it, or as much as the server takes. Never rejects. */
export async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, () => {
      socket.off('close', resolve);
      resolve();
    });
  });
}

/** Milliseconds between two looks at connections that are kept. */
const PAUSE = 500;

/** Only Linux and Windows have all of 127.0.0.0/8. */
async function canConnectFrom(address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(0, address);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
