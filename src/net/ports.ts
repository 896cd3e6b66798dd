import { createServer, type AddressInfo, type Server } from 'node:net';
import { PicklepostError } from '../core/errors';
import { listenError } from './socketErrors';

const PORTS_TRIED = 100;

/**
 * The first port from `from` on at which a server can listen, or any other if the next hundred are taken.
 * @throws MissingAddressError if this machine does not have the host; PicklepostError
 */
export async function findFreePort(host: string, from: number): Promise<number> {
  const end = Math.min(from + PORTS_TRIED, 65536);
  for (let port = from; port < end; port++) {
    try {
      return await tryPort(host, port);
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'port-taken') throw error;
    }
  }
  return tryPort(host, 0);
}

async function tryPort(host: string, port: number): Promise<number> {
  const listener = createServer();
  const actual = await listenAt(listener, host, port);
  await new Promise((resolve) => listener.close(resolve));
  return actual;
}

/** @returns the port @throws MissingAddressError if this machine does not have the host; PicklepostError */
export async function listenAt(listener: Server, host: string, port: number): Promise<number> {
  // Node would take a missing host for every address of the machine.
  if (host === '') throw listenError(undefined, { host, port });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', (error) => reject(listenError(error, { host, port })));
    listener.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  listener.removeAllListeners('error');
  return (listener.address() as AddressInfo).port;
}

/**
 * Connections that the system keeps until this process accepts them; Node.js accepts one in each turn of its event loop. In
 * a longer burst, the others wait a second or three for their next attempt, whoever they are.
 */
const BACKLOG = 511;
