import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { isLoopback, hostOf } from '../core/wire/address';
import { PicklepostError } from '../core/errors';
import { say } from '../core/text';
import { parseCredentials } from './credentials';
import { inboxConnectError } from './failures';
import type { InboxAddress } from './inboxAddress';
import { connect, type NatsConnection, type NodeConnectionOptions, type TlsOptions } from './library';
import { answerPrefix } from './names';

/** How to reach a shared inbox. */
export interface InboxAccess {
  readonly address: InboxAddress;
  /** The content of a credentials file; undefined for a server without authentication. */
  readonly credentials?: string;
  /** Certificates, in PEM, of authorities to trust in addition to those of the system. */
  readonly authorities?: string;
  /** Sender or reader. */
  readonly name: string;
  /** Whether the user of the credentials, if they contain one, is the sender, instead of {@link name}. */
  readonly prefersUser?: boolean;
}

/** A connection, and the name of this side. */
export interface InboxConnection {
  readonly nats: NatsConnection;
  readonly name: string;
}

/** Milliseconds for connecting. */
const CONNECT_TIME = 5_000;
/** Milliseconds after which a silent server is pinged, and after two more pings given up. */
const PING_INTERVAL = 5_000;
const RECONNECT_WAIT = 500;

/** @throws PicklepostError `connection-failed`, `refused`, `invalid-key` */
export async function openConnection(access: InboxAccess): Promise<InboxConnection> {
  const { address, authorities, prefersUser } = access;
  const credentials = access.credentials === undefined ? undefined : parseCredentials(access.credentials);
  const name = (prefersUser ? credentials?.name : undefined) ?? access.name;
  const options: NodeConnectionOptions = {
    servers: [...address.servers],
    name: 'picklepost',
    inboxPrefix: answerPrefix(credentials?.name ?? name),
    timeout: CONNECT_TIME,
    pingInterval: PING_INTERVAL,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT,
    ...(credentials && { authenticator: credentials.authenticator }),
    ...((address.tls || authorities !== undefined) && { tls: tlsOptions(address, authorities) }),
  };
  if (!address.tls && credentials?.isShown) refuseInPlain(address);
  try {
    return { nats: await connect(options), name };
  } catch (error) {
    throw inboxConnectError(error, address.servers.join(', '), address.inbox);
  }
}

/** The client checks the certificate of a server without a name against `localhost`, although it may be for its address. */
function tlsOptions({ servers }: InboxAddress, authorities: string | undefined): TlsOptions {
  const hosts = servers.map(hostOf);
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  const options: TlsOptions & Pick<ConnectionOptions, 'checkServerIdentity'> = {
    ...(authorities !== undefined && { ca: authorities }),
    checkServerIdentity: (name, certificate) => {
      const names = name === 'localhost' && !hosts.includes(name) ? addresses : [...addresses, name];
      const errors = names.map((host) => checkServerIdentity(host, certificate));
      return errors.includes(undefined) ? undefined : errors[0];
    },
  };
  return options;
}

/** So that a password never crosses a network unencrypted. @throws PicklepostError `refused` */
function refuseInPlain({ servers }: InboxAddress): void {
  if (servers.every((server) => isLoopback(hostOf(server)))) return;
  throw new PicklepostError(
    'refused',
    say`A password or token is not sent over a connection that may not be encrypted. Use tls:// in the address, an NKey, or a credentials file.`,
  );
}
