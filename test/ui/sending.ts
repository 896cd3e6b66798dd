import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import type { FernetKey } from '../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { OutgoingItem } from '../../src/core/item/item';
import { bytesItem } from '../../src/core/wire/outgoing';
import { fileItem } from '../../src/net/fileItem';
import type { SendReports } from '../../src/core/wire/dialect';
import { sendItems, type SendOptions } from '../../src/net/sendClient';
import { FaultyProxy } from '../unit/net/faultyProxy';

const BUFFER = 65_536;

/** Sends items with their names, as another Picklepost does, and waits until they are durable. */
export async function sendNative(
  port: number,
  ...items: readonly Parameters<typeof bytesItem>[0][]
): Promise<void> {
  await send(port, items.map(bytesItem));
}

/** As {@link sendNative}, encrypted. */
export async function sendEncrypted(
  port: number,
  key: FernetKey,
  ...items: readonly Parameters<typeof bytesItem>[0][]
): Promise<void> {
  await send(port, items.map(bytesItem), { key });
}

/** Sends a file once. @returns the number of its bytes that have gone out, at each step of the way */
export async function sendFile(port: number, file: string): Promise<number[]> {
  const steps: number[] = [];
  const item = await fileItem(file, { bufferSize: BUFFER });
  await send(port, [item], { onProgress: (_, bytes) => steps.push(bytes) });
  return steps;
}

/** Makes a file of this size, and sends the first half of it. */
export async function sendHalf(port: number, file: string, size: number): Promise<void> {
  await sendBroken(port, file, size, 'cut');
}

/** Makes a file of this size, and sends the first half of it; then nothing comes any more, until the receiver ends the connection. */
export async function sendStalling(port: number, file: string, size: number): Promise<void> {
  await sendBroken(port, file, size, 'delay');
}

async function sendBroken(port: number, file: string, size: number, kind: 'cut' | 'delay'): Promise<void> {
  fs.writeFileSync(file, randomBytes(size));
  const fault = { kind, direction: 'up', at: size / 2, length: 1, pause: 60_000 } as const;
  const proxy = await FaultyProxy.listen(port, () => [fault]);
  await assert.rejects(sendFile(proxy.port, file));
  await proxy.close();
}

async function send(
  port: number,
  items: readonly OutgoingItem[],
  options: Partial<SendOptions & SendReports> = {},
): Promise<void> {
  await sendItems(
    items,
    {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: BUFFER,
      limits: DEFAULT_LIMITS,
      ...options,
    },
    options,
  );
}
