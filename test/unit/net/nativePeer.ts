import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import type { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/limits';
import { ByteReader } from '../../../src/core/wire/byteReader';
import { greetClient } from '../../../src/core/wire/native/handshake/greetClient';
import { greetServer } from '../../../src/core/wire/native/handshake/greetServer';
import type { Security } from '../../../src/core/wire/native/session/messages';
import type { Session } from '../../../src/core/wire/native/session/session';
import { SocketChannel } from '../../../src/net/socketChannel';
import { namedKeys } from '../../harness/namedKeys';

/** How long a test lets the other side be silent: it is ended by the time limit of the test before. */
const PATIENCE = 60_000;

/** A client or server that says what a test has it say, once the handshake is through. */
export class NativePeer {
  private static readonly open: (() => Promise<void>)[] = [];

  private constructor(
    readonly session: Session,
    private readonly channel: SocketChannel,
  ) {}

  /** Connects as a client, which lets the server be silent for so many milliseconds. */
  static async connect(
    port: number,
    key?: FernetKey,
    patience = PATIENCE,
    security?: Security,
  ): Promise<NativePeer> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'connect');
    const channel = channelOf(socket);
    const reader = new ByteReader(channel, patience);
    const options = { key, limits: DEFAULT_LIMITS };
    return new NativePeer(await greetServer(reader, channel, options, security), channel);
  }

  /** Listens, and serves each client as a test says, one that wants to pair too. @returns the port */
  static async listen(
    key: FernetKey | undefined,
    serve: (peer: NativePeer) => Promise<void>,
    limits: Limits = DEFAULT_LIMITS,
  ): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const channel = channelOf(socket);
      const reader = new ByteReader(channel, PATIENCE);
      const options = { keys: namedKeys(key), limits, requireEncryption: false, isPairing: true };
      void greetClient(reader, channel, options)
        .then(({ session }) => serve(new NativePeer(session, channel)))
        .catch(() => undefined)
        .finally(() => void channel.close(0));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    NativePeer.open.push(() => new Promise((resolve) => server.close(() => resolve())));
    return (server.address() as AddressInfo).port;
  }

  static async closeAll(): Promise<void> {
    for (const close of NativePeer.open.splice(0)) await close();
  }

  async close(): Promise<void> {
    await this.channel.end().catch(() => undefined);
    await this.channel.close(0);
  }
}

function channelOf(socket: Socket): SocketChannel {
  return new SocketChannel(socket, { bufferSize: 65536, stallTime: PATIENCE });
}
