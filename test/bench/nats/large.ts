import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessTo, createInbox } from '../../unit/nats/inboxFixture';
import { HAS_NATS, NatsServer } from '../../unit/nats/natsServer';
import type { Section } from '../main';
import {
  CommandLine,
  fetchArguments,
  inDirectory,
  megabytes,
  NONE,
  peakMemory,
  progress,
  seconds,
  writeKey,
} from './commandLine';

/** Bytes of the large item. */
const LARGE = Number(process.env['PICKLEPOST_BENCH_BYTES'] ?? 4 * 1024 ** 3);

/** A large item, with a receiver that comes later, and everybody killed in between. */
export async function benchLarge(): Promise<Section> {
  if (!HAS_NATS) return NONE;
  return {
    title: `An item of ${(LARGE / 1e9).toFixed(1)} GB for a receiver that is off`,
    method:
      'The sender, the server, and later the receiver are killed (-9) in the middle, and started again. Each is a process of its own; memory is the peak of each.',
    columns: ['what', 'time', 'memory: sender', 'receiver', 'server', 'SHA-256'],
    rows: [await inDirectory(large)],
  };
}

async function large(directory: string): Promise<string[]> {
  const server = await NatsServer.start();
  await createInbox(accessTo([server.address], 'owner'));
  const file = path.join(directory, 'large.bin');
  for (let at = 0; at < LARGE; at += 64 * 1024 ** 2)
    writeFileSync(file, randomBytes(64 * 1024 ** 2), { flag: 'a' });
  writeKey(directory);
  const url = `nats://${server.address}/bio`;
  const keyOption = ['--key-file', path.join(directory, 'bio.key')];
  const sending = ['send', file, '--to', url, ...keyOption, '--as', 'alice', '--wait', '--json'];
  const start = performance.now();
  let serverPeak = 0;
  const sample = setInterval(() => (serverPeak = Math.max(serverPeak, peakMemory(server.pid))), 250);
  try {
    const cut = new CommandLine(sending, directory);
    await cut.until(() => progress(cut) > LARGE / 3);
    await cut.end('SIGKILL');
    const sender = new CommandLine(sending, directory);
    await sender.until(() => progress(sender) > (2 * LARGE) / 3);
    await server.kill();
    await server.start();
    await sender.ended();
    const sent = sender.of('sent')[0]?.line.sha256;
    const partial = new CommandLine(fetchArguments(server.address, directory), directory);
    await sleep(10_000);
    await partial.end('SIGKILL');
    const receiver = new CommandLine(fetchArguments(server.address, directory), directory);
    await receiver.until(() => receiver.of('received').length > 0);
    const isSame = receiver.of('received')[0]?.line.sha256 === sent && sent !== undefined;
    await receiver.end();
    const took = seconds(performance.now() - start);
    const peaks = [Math.max(cut.peak, sender.peak), Math.max(partial.peak, receiver.peak), serverPeak];
    return ['all of it', took, ...peaks.map(megabytes), isSame ? 'the same' : 'DIFFERS'];
  } finally {
    clearInterval(sample);
    await server.dispose();
  }
}
