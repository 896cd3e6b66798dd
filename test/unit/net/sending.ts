import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem, Receipt } from '../../../src/core/item/item';
import { bytesItem } from '../../../src/core/wire/outgoing';
import type { SendReports } from '../../../src/core/wire/dialect';
import { sendItems, type SendOptions } from '../../../src/net/sendClient';
import { SHORT } from './serverFixture';
import { arrival } from './testPeer';

/** Sends to a port of this machine, with short silences, and by the classic dialect if the options do not say otherwise. */
export function send(
  items: readonly OutgoingItem[],
  port: number,
  options: Partial<SendOptions & SendReports> = {},
): Promise<Receipt[]> {
  return sendItems(
    items,
    {
      host: '127.0.0.1',
      port,
      dialect: 'classic',
      localPort: 0,
      bufferSize: 65536,
      limits: { ...DEFAULT_LIMITS, ...SHORT },
      ...options,
    },
    options,
  );
}

export function fileOf(content: Uint8Array | string, name = 'a.txt'): OutgoingItem {
  return bytesItem({ kind: 'file', name, bytes: Buffer.from(content) });
}

/** A file that is read after everything that is under way has arrived. */
export function lateFileOf(text: string): OutgoingItem {
  return {
    kind: 'file',
    name: 'late',
    async *open() {
      await arrival();
      yield Buffer.from(text);
    },
  };
}

/** A port where nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
