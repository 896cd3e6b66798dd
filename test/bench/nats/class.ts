import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { sendWhenPossible } from '../../../src/net/persistentSend';
import { accessTo, createInbox, fileItem, key, send } from '../../unit/nats/inboxFixture';
import { freePort, HAS_NATS, NatsServer } from '../../unit/nats/natsServer';
import type { Section } from '../main';
import { median } from '../measure';
import {
  CommandLine,
  fetchArguments,
  inDirectory,
  megabytes,
  NONE,
  peakMemory,
  seconds,
  writeKey,
} from './commandLine';

const CLASS = 200;
const HAND_IN = 5_000_000;

/** 200 hand in 5 MB each within a minute, to a shared inbox and to a plain receive server. */
export async function benchClass(): Promise<Section> {
  if (!HAS_NATS) return NONE;
  const shared = await inDirectory(classToInbox);
  const plain = await inDirectory(classToServer);
  return {
    title: `${CLASS} senders of ${HAND_IN / 1e6} MB`,
    method: `Each begins at a random moment of one minute. The senders are one process, the receiver is \`picklepost receive\` in another, and for the shared inbox one nats-server in a third, with an inbox of one replica. "There" is when the sender has its receipt, "received" when the item is durable in the receiver's inbox, both since that sender began.`,
    columns: [
      'to',
      'there, all right',
      'receipt: median',
      'slowest',
      'received: median',
      'slowest',
      'memory: receiver',
      'server',
    ],
    rows: [
      ['a shared inbox', ...shared],
      ['a receive server', ...plain],
    ],
  };
}

async function classToInbox(directory: string): Promise<string[]> {
  const server = await NatsServer.start();
  const access = (name: string) => accessTo([server.address], name);
  await createInbox(access('owner'));
  const receiver = new CommandLine(fetchArguments(server.address, directory), directory);
  try {
    await receiver.until(() => receiver.of('online').length > 0);
    const result = await handIn(receiver, async (name, bytes) => {
      const [receipt] = await send(access(name), [fileItem(`${name}.bin`, bytes)], { waits: true });
      return receipt?.sha256;
    });
    return [...result, megabytes(peakMemory(server.pid))];
  } finally {
    await receiver.end();
    await server.dispose();
  }
}

async function classToServer(directory: string): Promise<string[]> {
  const port = await freePort();
  writeKey(directory);
  const receiver = new CommandLine(
    [
      'receive',
      '--json',
      '--port',
      String(port),
      '--key-file',
      path.join(directory, 'bio.key'),
      '--inbox',
      path.join(directory, 'inbox'),
    ],
    directory,
  );
  try {
    await receiver.until(() => receiver.of('listening').length > 0);
    const result = await handIn(receiver, async (name, bytes) => {
      const [receipt] = await sendWhenPossible(
        [fileItem(`${name}.bin`, bytes)],
        {
          ...{ host: '127.0.0.1', port, localPort: 0, bufferSize: 512 * 1024, dialect: 'native', key },
          limits: DEFAULT_LIMITS,
        },
        { onWaiting: () => undefined },
      );
      return receipt?.sha256;
    });
    return [...result, ''];
  } finally {
    await receiver.end();
  }
}

async function handIn(
  receiver: CommandLine,
  sendOne: (name: string, bytes: Buffer) => Promise<string | undefined>,
): Promise<string[]> {
  const begun = new Map<string, number>();
  const hashes = new Map<string, string | undefined>();
  const receipts: number[] = [];
  await Promise.all(
    Array.from({ length: CLASS }, async (_, index) => {
      const name = `student${index}`;
      await sleep(Math.random() * 60_000);
      begun.set(`${name}.bin`, performance.now());
      const start = performance.now();
      hashes.set(`${name}.bin`, await sendOne(name, randomBytes(HAND_IN)));
      receipts.push(performance.now() - start);
    }),
  );
  await receiver.until(() => receiver.of('received').length >= CLASS);
  const received = receiver.of('received');
  const delays = received.map(({ line, at }) => at - (begun.get(line.name ?? '') ?? NaN));
  const right = received.filter(({ line }) => line.sha256 === hashes.get(line.name ?? ''));
  const names = new Set(right.map(({ line }) => line.name));
  return [
    `${names.size} of ${CLASS}`,
    seconds(median(receipts)),
    seconds(Math.max(...receipts)),
    seconds(median(delays)),
    seconds(Math.max(...delays)),
    megabytes(receiver.peak),
  ];
}
