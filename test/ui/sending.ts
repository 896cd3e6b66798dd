import { DEFAULT_LIMITS } from '../../src/core/limits';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';

/** Sends items with their names, as another Picklepost does, and waits until they are durable. */
export async function sendNative(
  port: number,
  ...items: readonly Parameters<typeof bytesItem>[0][]
): Promise<void> {
  await sendItems(items.map(bytesItem), {
    host: '127.0.0.1',
    port,
    dialect: 'native',
    localPort: 0,
    bufferSize: 65_536,
    limits: DEFAULT_LIMITS,
    signal: new AbortController().signal,
  });
}
