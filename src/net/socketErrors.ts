import { PicklepostError } from '../core/errors';
import { formatAddress } from '../core/wire/address';
import { say, type Text, type Words } from '../core/text';

/** The server of a connection, and the local port if one was requested. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** 0 for any. */
  readonly localPort: number;
}

/** Why there is no connection, and what to do. */
export function connectError(cause: unknown, destination: Destination): PicklepostError {
  const { host, localPort } = destination;
  const address = formatAddress(destination);
  const failed = (message: Words) => new PicklepostError('connection-failed', message, { cause });
  const code = codeOf(cause);
  switch (code) {
    case 'ECONNREFUSED':
      return failed(
        say`Nothing listens at ${address}. Start the receive server there, or check host and port.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed(say`The host "${host}" is not known. Check its name, or use its IP address.`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return failed(say`No route to ${address}. Check the address and the network.`);
    case 'ETIMEDOUT':
      return failed(
        say`${address} did not answer in time. Check the address, and whether a firewall stands between.`,
      );
    case 'EADDRINUSE':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
      if (localPort !== 0) return new PicklepostError('port-taken', localPortTaken(localPort), { cause });
      return failed(say`No route to ${address} (${code}). Check the address.`);
    default:
      return failed(
        say`No connection to ${address}${code === undefined ? '' : ` (${code})`}. Check host and port.`,
      );
  }
}

/** Whether the connection failed because the host is unknown, which may be an error in its name. */
export function isUnknownHost(error: PicklepostError): boolean {
  return error.code === 'connection-failed' && codeOf(error.cause) === 'ENOTFOUND';
}

/** Why a server is not reachable. */
export type Unreachable = 'refused' | 'timed-out' | 'unknown-host' | 'no-route' | 'other';

/** The kind of failure that {@link connectError} reports. */
export function unreachableReason({ cause }: PicklepostError): Unreachable {
  switch (codeOf(cause)) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timed-out';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown-host';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return 'no-route';
    default:
      return 'other';
  }
}

/** A server should listen at an address that this machine does not have, or not at present. */
export class MissingAddressError extends PicklepostError {
  constructor(
    readonly host: string,
    cause?: unknown,
  ) {
    super(
      'connection-failed',
      say`"${host}" is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.`,
      { cause },
    );
  }
}

/** Why a server cannot listen at an address, and what to do. */
export function listenError(cause: unknown, address: { host: string; port: number }): PicklepostError {
  const { host, port } = address;
  const code = codeOf(cause);
  switch (code) {
    case 'EADDRINUSE':
      return new PicklepostError(
        'port-taken',
        say`Port ${port} is in use by another program or window. Use another port, or stop the other one.`,
        { cause },
      );
    case 'EACCES':
      return new PicklepostError('port-taken', say`Port ${port} may not be used here. Use one above 1023.`, {
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new MissingAddressError(host, cause);
    default:
      return new PicklepostError(
        'connection-failed',
        say`Cannot listen at ${formatAddress(address)}${code === undefined ? '' : ` (${code})`}. Check host and port.`,
        { cause },
      );
  }
}

/** Why an established connection has broken. */
export function connectionLost(cause?: unknown): PicklepostError {
  const code = codeOf(cause);
  const how =
    code === 'ETIMEDOUT'
      ? say`The other side is no longer reachable`
      : say`The other side reset the connection`;
  return new PicklepostError('connection-lost', say`${how}. Send it again.`, { cause });
}

/** Why a connection whose peer accepts no more data is given up. */
export function connectionStalled(milliseconds: number): PicklepostError {
  return new PicklepostError(
    'timeout',
    say`Timed out: the other side has accepted no data for ${milliseconds / 1000} s. Send it again.`,
  );
}

function localPortTaken(localPort: number): Text {
  return say`The local port ${localPort} is in use, or was until a moment ago. Set it to 0 for any free port, or wait a minute.`;
}

/**
 * The code of an error. If several addresses of a host failed, the first one that is not about a protocol that this machine
 * lacks.
 */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) {
    const codes = error.errors.map(codeOf);
    return codes.find((code) => code !== 'ENETUNREACH' && code !== 'EADDRNOTAVAIL') ?? codes[0];
  }
  const isCoded =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  return isCoded ? (error.code as string) : undefined;
}
