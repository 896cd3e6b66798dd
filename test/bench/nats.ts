import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendWhenPossible } from '../../src/net/persistentSend';
import { connect, jetstream } from '../../src/nats/library';
import { projectRoot } from '../harness/setup';
import { accessTo, createInbox, fileItem, key, send } from '../unit/nats/inboxFixture';
import { freePort, HAS_NATS, NatsCluster, NatsServer } from '../unit/nats/natsServer';
import type { Section } from './main';
import { median } from './measure';

const CLASS = 200;
const HAND_IN = 5_000_000;
const INSTRUMENTS = 1_000;
/** Seconds that the instruments run; ten minutes are 600. */
const SECONDS = Number(process.env['PICKLEPOST_BENCH_SECONDS'] ?? 60);
/** Bytes of the large item. */
const LARGE = Number(process.env['PICKLEPOST_BENCH_BYTES'] ?? 4 * 1024 ** 3);
const PROGRAM = path.join(projectRoot, 'dist/cli.js');
const NONE: Section = {
  title: 'Shared inboxes',
  method: 'Not measured: nats-server is not installed here.',
  columns: ['what'],
  rows: [],
};

interface Line {
  readonly event: string;
  readonly sha256?: string;
  readonly name?: string;
}

/** The command line in a process of its own. */
class CommandLine {
  readonly lines: { readonly line: Line; readonly at: number }[] = [];
  readonly errors: string[] = [];
  peak = 0;
  private readonly child: ChildProcess;
  private readonly sampling: NodeJS.Timeout;

  constructor(args: readonly string[], directory: string) {
    const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory };
    this.child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    createInterface(this.child.stdout!).on('line', (text) =>
      this.lines.push({ line: JSON.parse(text) as Line, at: performance.now() }),
    );
    createInterface(this.child.stderr!).on('line', (text) => this.errors.push(text));
    this.sampling = setInterval(() => (this.peak = Math.max(this.peak, peakMemory(this.child.pid))), 250);
  }

  of(event: string): { readonly line: Line; readonly at: number }[] {
    return this.lines.filter(({ line }) => line.event === event);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.child.exitCode !== null) throw new Error(`the program has ended: ${this.errors.join('\n')}`);
      await sleep(50);
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    clearInterval(this.sampling);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  async ended(): Promise<void> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    clearInterval(this.sampling);
  }
}

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
      const [receipt] = await sendWhenPossible([fileItem(`${name}.bin`, bytes)], {
        ...{ host: '127.0.0.1', port, localPort: 0, bufferSize: 512 * 1024, dialect: 'native', key },
        ...{ limits: DEFAULT_LIMITS, onWaiting: () => undefined },
      });
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

/** A thousand instruments at a cluster of which one server is killed and another one hangs. */
export async function benchInstruments(): Promise<Section> {
  if (!HAS_NATS) return NONE;
  const rows = await inDirectory(instruments);
  return {
    title: `${INSTRUMENTS} instruments, a dictionary of 1 kB each second`,
    method: `For ${SECONDS} seconds, at a cluster of three nats-server on this machine, with an inbox of three replicas; a third of the way in, one server is killed (-9) and started again after a sixth, and two thirds in, another one hangs (SIGSTOP) for a sixth. The instruments share 20 connections. "Bare client" publishes as many bytes to the same inbox through the client library, with the same number of messages on the way, and nothing else (\`nats bench\` is not installed here).`,
    columns: ['what', 'rate', 'sent', 'received', 'lost', 'twice', 'slowest', 'memory'],
    rows,
  };
}

async function instruments(directory: string): Promise<string[][]> {
  const cluster = await NatsCluster.start();
  const access = (name: string) => accessTo(cluster.addresses, name);
  await createInbox(access('owner'), { replicas: 3 });
  const receiver = new CommandLine(fetchArguments(cluster.addresses.join(','), directory), directory);
  try {
    await receiver.until(() => receiver.of('online').length > 0);
    const bare = await bareRate(cluster.addresses);
    const disturbing = disturb(cluster);
    const sent = new Set<string>();
    let slowest = 0;
    const start = performance.now();
    const station = async (number: number): Promise<void> => {
      const items = Array.from({ length: (INSTRUMENTS / STATIONS) * SECONDS }, (_, index) => {
        const instrument = number + STATIONS * (index % (INSTRUMENTS / STATIONS));
        const name = `i${instrument}-${Math.floor(index / (INSTRUMENTS / STATIONS))}.json`;
        const bytes = Buffer.from(JSON.stringify({ name, data: 'x'.repeat(980) }));
        const item = bytesItem({ kind: 'dictionary', format: 'json', name, bytes });
        const due = start + (index / (INSTRUMENTS / STATIONS)) * 1000;
        return {
          ...item,
          open: async function* () {
            await sleep(Math.max(0, due - performance.now()));
            yield* item.open();
          },
          due,
        };
      });
      const dueOf = new Map(items.map(({ name, due }) => [name, due]));
      await send(access(`station${number}`), items, {
        waits: true,
        onSent: ({ name }) => {
          sent.add(name);
          slowest = Math.max(slowest, performance.now() - (dueOf.get(name) ?? 0));
        },
      });
    };
    await Promise.all(Array.from({ length: STATIONS }, (_, number) => station(number)));
    const took = (performance.now() - start) / 1000;
    await disturbing;
    await receiver.until(() => receiver.of('received').length >= sent.size);
    await sleep(5_000);
    const names = receiver.of('received').map(({ line }) => line.name ?? '');
    const unique = new Set(names);
    return [
      ['bare client', `${bare.toFixed(0)} per second`, '', '', '', '', '', ''],
      [
        'Picklepost',
        `${(sent.size / took).toFixed(0)} per second`,
        String(sent.size),
        String(unique.size),
        String([...sent].filter((name) => !unique.has(name)).length),
        String(names.length - unique.size),
        seconds(slowest),
        megabytes(receiver.peak),
      ],
    ];
  } finally {
    await receiver.end();
    await cluster.dispose();
  }
}

const STATIONS = 20;

async function disturb({ servers }: NatsCluster): Promise<void> {
  const [first, second] = servers;
  await sleep((SECONDS * 1000) / 3);
  await first?.kill();
  await sleep((SECONDS * 1000) / 6);
  await first?.start();
  await sleep((SECONDS * 1000) / 6);
  second?.signal('SIGSTOP');
  await sleep((SECONDS * 1000) / 6);
  second?.signal('SIGCONT');
}

/** Messages of 1.5 kB, as a sealed item of 1 kB has them, with as many on the way as 20 stations have. */
async function bareRate(addresses: readonly string[]): Promise<number> {
  const nats = await connect({ servers: [...addresses] });
  const client = jetstream(nats);
  const manager = await client.jetstreamManager();
  await manager.streams.add({ name: 'bare', subjects: ['bare.>'], num_replicas: 3 });
  const message = randomBytes(1_500);
  const count = 10_000;
  const start = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next++ < count) await client.publish('bare.x', message);
  };
  await Promise.all(Array.from({ length: 320 }, work));
  const rate = count / ((performance.now() - start) / 1000);
  await manager.streams.delete('bare');
  await nats.close();
  return rate;
}

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

function progress(sender: CommandLine): number {
  const last = sender.lines.findLast(({ line }) => line.event === 'progress')?.line;
  return (last as { readonly bytes?: number } | undefined)?.bytes ?? 0;
}

function fetchArguments(address: string, directory: string): string[] {
  writeKey(directory);
  const places = ['--key-file', path.join(directory, 'bio.key'), '--inbox', path.join(directory, 'inbox')];
  return ['receive', '--from', `nats://${address}/bio`, '--as', 'reader', '--json', ...places];
}

function writeKey(directory: string): void {
  writeFileSync(path.join(directory, 'bio.key'), key.toText(), { mode: 0o600 });
}

/** Bytes; 0 where the system does not tell. */
function peakMemory(pid: number | undefined): number {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-nats-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
