import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CancelledError } from '../core/errors';
import type { Limits } from '../core/limits';
import { SocketChannel } from './socketChannel';
import { connectError } from './socketErrors';

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** The port to connect from; 0 for any. */
  readonly localPort: number;
  /** Bytes handed to the socket at once. */
  readonly bufferSize: number;
  readonly limits: Limits;
  /** Cancels, at any time. */
  readonly signal?: AbortSignal;
}

/** Bytes that a socket holds at least before a sender waits, so that a small buffer does not cause a wait for each chunk. */
const SOCKET_BUFFER = 64 * 1024;

/** Connects to a server. The caller closes the channel. @throws CancelledError, PicklepostError `connection-failed` or `port-taken` */
export async function openChannel(options: ConnectOptions): Promise<SocketChannel> {
  const { bufferSize, limits, signal } = options;
  const socket = await openSocket(options);
  const channel = new SocketChannel(socket, { bufferSize, stallTime: limits.idleTime });
  if (signal?.aborted) channel.cancel();
  return channel;
}

async function openSocket(options: ConnectOptions): Promise<Socket> {
  const { host, port, localPort, bufferSize, limits, signal } = options;
  const timeout = AbortSignal.timeout(limits.answerTime);
  const socketOptions = {
    host,
    port,
    allowHalfOpen: true,
    highWaterMark: Math.max(bufferSize, SOCKET_BUFFER),
  };
  const socket = connect(localPort === 0 ? socketOptions : { ...socketOptions, localPort });
  try {
    await once(socket, 'connect', { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal?.aborted) throw new CancelledError();
    throw connectError(timeout.aborted ? { code: 'ETIMEDOUT' } : error, options);
  }
}
