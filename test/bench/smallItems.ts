import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { codecs } from '../../src/core/codecs/codecs';
import { FernetKey } from '../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict } from '../../src/core/value';
import type { DialectName, OutgoingItem } from '../../src/core/wire/item';
import { bytesItem } from '../../src/core/wire/outgoing';
import { Inbox } from '../../src/inbox/inbox';
import { ReceiveServer } from '../../src/net/receiveServer';
import { sendItems } from '../../src/net/sendClient';
import { PeerProcess } from '../interop/pythonPeer';
import { bareRate } from './inbox';
import type { Section } from './main';
import { ratio } from './measure';

const DICTIONARIES = 10_000;
const ONE_BY_ONE = 2_000;
const SENDERS = 1_000;
const BUFFER = 65_536;
const key = FernetKey.generate();

/** Many small dictionaries over loopback, each durable before it is confirmed. */
export async function benchSmallItems(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const server = await Receiving.start(path.join(directory, 'inbox'));
  try {
    const bare = bareRate(directory);
    const items = Array.from({ length: DICTIONARIES }, (_, i) => dictionary(i));
    const one = await timed(ONE_BY_ONE, async () => {
      for (const item of items.slice(0, ONE_BY_ONE)) await send([item], server.port, 'native');
    });
    const pipelined = await timed(DICTIONARIES, () => send(items, server.port, 'native'));
    const atOnce = await timed(SENDERS, () =>
      Promise.all(items.slice(0, SENDERS).map((item) => send([item], server.port, 'native'))),
    );
    const row = (name: string, rate: number): string[] => [
      name,
      `${rate.toFixed(0)} per second`,
      ratio(rate, bare),
    ];
    const original = await originalRate(items.slice(0, ONE_BY_ONE));
    return {
      title: 'Small dictionaries',
      method: `Pickles of 1 kB over loopback, on the disk of the temporary directory; Picklepost encrypts each, and confirms it when it is durable. The original's server (a model of it in Python) writes nothing to disk. Beside a bare write, fsync and rename of as many files, one after another. Sender and receiver share one process. One run each.`,
      columns: ['what', 'rate', 'ratio'],
      rows: [
        row('bare fsync per item', bare),
        row(`${ONE_BY_ONE}, a connection for each, one after another`, one),
        row(`${DICTIONARIES} over one connection`, pipelined),
        row(`${SENDERS} senders at once`, atOnce),
        ...(original === undefined
          ? []
          : [row(`${ONE_BY_ONE} to the original's server, over one connection`, original)]),
      ],
    };
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
}

class Receiving {
  private constructor(
    private readonly server: ReceiveServer,
    private readonly inbox: Inbox,
    readonly port: number,
  ) {}

  static async start(directory: string): Promise<Receiving> {
    const inbox = await Inbox.open({ directory, key: Buffer.alloc(32) });
    const options = { store: inbox, key, requireEncryption: true, allowPickle: true, limits: DEFAULT_LIMITS };
    const server = new ReceiveServer({
      host: '127.0.0.1',
      port: 0,
      bufferSize: BUFFER,
      connectionOptions: () => options,
    });
    await server.start();
    return new Receiving(server, inbox, server.state.kind === 'listening' ? server.state.port : 0);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.inbox.close();
  }
}

async function send(items: readonly OutgoingItem[], port: number, dialect: DialectName): Promise<void> {
  const to = { host: '127.0.0.1', port, dialect, localPort: 0, bufferSize: BUFFER, limits: DEFAULT_LIMITS };
  await sendItems(items, { ...to, ...(dialect === 'native' && { key }) });
}

/** Items in a second. */
async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}

/** @returns undefined without Python */
async function originalRate(items: readonly OutgoingItem[]): Promise<number | undefined> {
  if (spawnSync('python3', ['--version']).status !== 0) return undefined;
  const server = PeerProcess.python('classic_server.py');
  const { port } = (await server.json()) as { port: number };
  void server.rest();
  try {
    return await timed(items.length, () => send(items, port, 'classic'));
  } finally {
    await server.stop();
  }
}

function dictionary(number: number): OutgoingItem {
  const value = Dict.from([
    ['number', BigInt(number)],
    ['text', 'x'.repeat(950)],
  ]);
  const bytes = codecs.binary.encode(value, DEFAULT_LIMITS);
  return bytesItem({ kind: 'dictionary', format: 'binary', name: `dictionary ${number}`, bytes });
}
