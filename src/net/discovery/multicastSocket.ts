import { createSocket, type RemoteInfo } from 'node:dgram';
import makeMulticastDns, {
  type MulticastDNS,
  type Options,
  type QueryOutgoingPacket,
  type ResponseOutgoingPacket,
} from 'multicast-dns';
import { isReasonable } from './packets';
import type { Subnet } from './subnets';

export interface MulticastHandlers {
  /** A decoded packet from anybody on the network. Nothing in it is trustworthy. */
  readonly onQuery?: (packet: unknown) => void;
  readonly onResponse?: (packet: unknown) => void;
  /** The socket no longer works, or never did. */
  readonly onFailed: (error: Error) => void;
}

export type DnsRecord = ResponseOutgoingPacket['answers'][number];

/** Where multicast DNS is spoken. */
export const MULTICAST_PORT = 5353;

/** From RFC 6762, section 3. */
const GROUPS = {
  udp4: { type: 'udp4', ip: '224.0.0.251', bind: '0.0.0.0' },
  udp6: { type: 'udp6', ip: 'ff02::fb', bind: '::' },
} as const;

/**
 * A socket for multicast DNS in one network: it sends only there, and ignores packets from elsewhere. Packets that would
 * take long to decode, or cannot be decoded, are dropped.
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
    const type = subnet.isIPv6 ? 'udp6' : 'udp4';
    const socket = createSocket({ type, reuseAddr: true, ipv6Only: subnet.isIPv6 });
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string | symbol, ...given: unknown[]): boolean =>
      event === 'message' && !this.isHeard(given[0] as Buffer, given[1] as RemoteInfo)
        ? false
        : (emit as (event: string | symbol, ...given: unknown[]) => boolean)(event, ...given);
    // Before the library does so, which would send elsewhere if this is refused.
    socket.once('listening', () => {
      try {
        socket.setMulticastInterface(subnet.outlet);
      } catch (error) {
        void this.close();
        handlers.onFailed(error as Error);
      }
    });
    // A socket that is bound to its own address would not receive multicast packets.
    const options: Options = { socket, port, interface: subnet.outlet, ...GROUPS[type] };
    this.dns = makeMulticastDns(options);
    this.dns.on('error', (error) => handlers.onFailed(error));
    this.dns.on('warning', () => undefined);
    if (handlers.onQuery) this.dns.on('query', handlers.onQuery);
    if (handlers.onResponse) this.dns.on('response', handlers.onResponse);
  }

  /** Settles when it is sent, or cannot be: networks come and go. */
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
    return port === this.port && this.subnet.has(address) && isReasonable(packet);
  }
}
