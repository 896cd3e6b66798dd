import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { connect, jetstream } from '../../../src/nats/library';
import { accessTo, createInbox, send } from '../../unit/nats/inboxFixture';
import { HAS_NATS, NatsCluster } from '../../unit/nats/natsServer';
import type { Section } from '../main';
import { CommandLine, fetchArguments, inDirectory, megabytes, NONE, seconds } from './commandLine';

const INSTRUMENTS = Number(process.env['PICKLEPOST_BENCH_INSTRUMENTS'] ?? 1_000);
/** Seconds that the instruments run; ten minutes are 600. */
const SECONDS = Number(process.env['PICKLEPOST_BENCH_SECONDS'] ?? 60);

/** A thousand instruments at a cluster of which one server is killed and another one hangs. */
export async function benchInstruments(): Promise<Section> {
  if (!HAS_NATS) return NONE;
  const rows = await inDirectory(instruments);
  return {
    title: `${INSTRUMENTS} instruments, a dictionary of 1 kB each second`,
    method: `For ${SECONDS} seconds, at a cluster of three nats-server on this machine, with an inbox of three replicas; a third of the way in, one server is killed (-9) and started again after a sixth, and two thirds in, another one hangs (SIGSTOP) for a sixth. The instruments share 20 connections. The receiver is one process, and everything shares the processors of this machine: what it does not keep up with waits in the inbox, and is fetched afterwards. "Bare client" publishes messages of 1.5 kB to a stream of three replicas through the client library, with the same number of messages on the way, and nothing else. "Engine's benchmark" does so with the benchmark package of NATS's own Go client (${ENGINE}), from 20 connections with 100 messages each on the way, as \`nats bench --js --pub 20\` does; it is left out where Go and the client are not installed (\`apt-get install golang-go golang-github-nats-io-go-nats-dev\`).`,
    columns: [
      'what',
      'sending',
      'sent',
      'received',
      'of these while sending',
      'all here after',
      'lost',
      'twice',
      'slowest receipt, memory of the receiver',
    ],
    rows,
  };
}

async function instruments(directory: string): Promise<string[][]> {
  const cluster = await NatsCluster.start();
  await createInbox(accessTo(cluster.addresses, 'owner'), { replicas: 3 });
  const receiver = new CommandLine(fetchArguments(cluster.addresses.join(','), directory), directory);
  try {
    await receiver.until(() => receiver.of('online').length > 0);
    const rates = await otherRates(cluster.addresses);
    const disturbing = disturb(cluster);
    const start = performance.now();
    const { sent, slowest } = await sendAll(cluster.addresses, start);
    const took = (performance.now() - start) / 1000;
    await disturbing;
    const before = receiver.of('received').length;
    await receiver.until(() => receiver.of('received').length >= sent.size);
    const all = (performance.now() - start) / 1000;
    // What is told of twice would come when acknowledgements that were lost have run out.
    await sleep(AFTERWARDS);
    const ids = receiver.of('received').map(({ line }) => line.id ?? '');
    const names = new Set(receiver.of('received').map(({ line }) => line.name ?? ''));
    return [
      ...rates.map(([what, rate]) => [what, `${rate.toFixed(0)} per second`, '', '', '', '', '', '', '']),
      [
        'Picklepost',
        `${(sent.size / took).toFixed(0)} per second`,
        String(sent.size),
        String(names.size),
        `${before} (${(before / took).toFixed(0)} per second)`,
        seconds(all * 1000),
        String([...sent].filter((name) => !names.has(name)).length),
        String(ids.length - names.size),
        `${seconds(slowest)}, ${megabytes(receiver.peak)}`,
      ],
    ];
  } finally {
    await receiver.end();
    await cluster.dispose();
  }
}

/** Milliseconds: longer than the server waits for an acknowledgement. */
const AFTERWARDS = 35_000;

interface Sent {
  /** Names of the items that the server has confirmed. */
  readonly sent: ReadonlySet<string>;
  /** Milliseconds from when an item was due until its receipt. */
  readonly slowest: number;
}

async function sendAll(addresses: readonly string[], start: number): Promise<Sent> {
  const sent = new Set<string>();
  let slowest = 0;
  const share = INSTRUMENTS / STATIONS;
  const station = async (number: number): Promise<void> => {
    const items = Array.from({ length: share * SECONDS }, (_, index) => {
      const name = `i${number + STATIONS * (index % share)}-${Math.floor(index / share)}.json`;
      return measurement(name, start + (index / share) * 1000);
    });
    const dueOf = new Map(items.map(({ name, due }) => [name, due]));
    await send(accessTo(addresses, `station${number}`), items, {
      waits: true,
      onSent: ({ name }) => {
        sent.add(name);
        slowest = Math.max(slowest, performance.now() - (dueOf.get(name) ?? 0));
      },
    });
  };
  await Promise.all(Array.from({ length: STATIONS }, (_, number) => station(number)));
  return { sent, slowest };
}

/** A dictionary of 1 kB that is there at some time. */
function measurement(name: string, due: number) {
  const item = bytesItem({ kind: 'dictionary', format: 'json', name, bytes: Buffer.alloc(0) });
  return {
    ...item,
    open: async function* () {
      await sleep(Math.max(0, due - performance.now()));
      yield Buffer.from(JSON.stringify({ name, data: 'x'.repeat(980) }));
    },
    due,
  };
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

/** A stream of three replicas that has nothing to do with an inbox. */
const BARE = { name: 'bare', subjects: ['bare.>'], num_replicas: 3 };

/** Messages per second that others publish to a stream of their own: messages of 1.5 kB, as a sealed item of 1 kB has them. */
async function otherRates(addresses: readonly string[]): Promise<[string, number][]> {
  const nats = await connect({ servers: [...addresses] });
  const client = jetstream(nats);
  const { streams } = await client.jetstreamManager();
  const rates: [string, number][] = [];
  await streams.add(BARE);
  rates.push(['bare client', await bareRate((message) => client.publish('bare.x', message))]);
  await streams.purge(BARE.name);
  const engine = await engineRate(addresses);
  if (engine !== undefined) rates.push(["engine's benchmark", engine]);
  await streams.delete(BARE.name);
  await nats.close();
  return rates;
}

/** With as many messages on the way as 20 stations have. */
async function bareRate(publish: (message: Uint8Array) => Promise<unknown>): Promise<number> {
  const message = randomBytes(1_500);
  const count = 10_000;
  const start = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next++ < count) await publish(message);
  };
  await Promise.all(Array.from({ length: 320 }, work));
  return count / ((performance.now() - start) / 1000);
}

const ENGINE = 'test/bench/nats/engine.go';
/** Where Debian's packages of Go libraries are. */
const GO_LIBRARIES = '/usr/share/gocode';

/** @returns undefined where Go or the client of NATS for it is not installed */
async function engineRate(addresses: readonly string[]): Promise<number | undefined> {
  if (!existsSync(path.join(GO_LIBRARIES, 'src/github.com/nats-io/nats.go/bench'))) {
    console.warn(
      'LEFT OUT: the benchmark of the engine needs golang-go and golang-github-nats-io-go-nats-dev',
    );
    return undefined;
  }
  const servers = addresses.map((address) => `nats://${address}`).join(',');
  const env = { ...process.env, GOPATH: GO_LIBRARIES, GO111MODULE: 'off' };
  const program = ['run', ENGINE, '-servers', servers, '-subject', 'bare.x'];
  const { stdout } = await promisify(execFile)('go', program, { env });
  return Number(stdout);
}
