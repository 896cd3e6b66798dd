import { createSocket, type RemoteInfo } from 'node:dgram';
import makeMulticastDns, {
  type MulticastDNS,
  type Options,
  type QueryOutgoingPacket,
  type ResponseOutgoingPacket,
} from 'multicast-dns';
import { isReasonable } from './packets';
import { isWithin, type Subnet } from './subnets';

export interface MulticastHandlers {
  /** A decoded packet of somebody in the network. Nothing of it can be relied on. */
  readonly onQuery?: (packet: unknown) => void;
  readonly onResponse?: (packet: unknown) => void;
  /** The socket works no longer, or never did. */
  readonly onFailed: (error: Error) => void;
}

export type DnsRecord = ResponseOutgoingPacket['answers'][number];

/** Where multicast DNS is spoken. */
export const MULTICAST_PORT = 5353;

/**
 * A socket for multicast DNS in one network: it sends there only, and hears nobody who is not there. Packets that would take long to
 * decode are dropped before; what cannot be decoded is, too.
 */
export class MulticastSocket {
  private readonly dns: MulticastDNS;
  private isClosed = false;

  /** @param port another one for tests */
  constructor(
    private readonly subnet: Subnet,
    handlers: MulticastHandlers,
    private readonly port = MULTICAST_PORT,
  ) {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string | symbol, ...given: unknown[]): boolean =>
      event === 'message' && !this.isHeard(given[0] as Buffer, given[1] as RemoteInfo)
        ? false
        : (emit as (event: string | symbol, ...given: unknown[]) => boolean)(event, ...given);
    // Bound to its own address, a socket would not hear what is sent to all.
    const options: Options = { socket, port, interface: subnet.address, bind: '0.0.0.0' };
    this.dns = makeMulticastDns(options);
    this.dns.on('error', (error) => handlers.onFailed(error));
    this.dns.on('warning', () => undefined);
    if (handlers.onQuery) this.dns.on('query', handlers.onQuery);
    if (handlers.onResponse) this.dns.on('response', handlers.onResponse);
  }

  /** Settles when it is sent, or cannot be: a network comes and goes. */
  query(query: QueryOutgoingPacket): Promise<void> {
    return new Promise((resolve) => {
      if (this.isClosed) resolve();
      else this.dns.query(query, () => resolve());
    });
  }

  /** As {@link query}. */
  respond(answers: DnsRecord[]): Promise<void> {
    return new Promise((resolve) => {
      if (this.isClosed) resolve();
      else this.dns.respond(answers, () => resolve());
    });
  }

  close(): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    this.isClosed = true;
    return new Promise((resolve) => this.dns.destroy(resolve));
  }

  private isHeard(packet: Buffer, { address, port }: RemoteInfo): boolean {
    return port === this.port && isWithin(this.subnet, address) && isReasonable(packet);
  }
}
