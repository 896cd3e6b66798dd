import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { PIECE_SIZE } from '../../../src/core/crypto/tokenStream';
import { PicklepostError } from '../../../src/core/errors';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/limits';
import type { OutgoingItem, Receipt } from '../../../src/core/item/item';
import { Inbox } from '../../../src/inbox/inbox';
import { ReceiveServer } from '../../../src/net/receiveServer';
import { sendItems } from '../../../src/net/sendClient';
import { FaultyProxy, makeFaults, type Fault } from './faultyProxy';
import { SeededRandom } from './seededRandom';
import { namedKeys } from '../../harness/namedKeys';

const RUNS = Number(process.env.PICKLEPOST_FAULT_RUNS ?? 60);
const FIRST_SEED = Number(process.env.PICKLEPOST_FAULT_SEED ?? 1);
const GROUP = 10;
/** Silences short enough for tests. */
const SHORT: Limits = { ...DEFAULT_LIMITS, idleTime: 250, answerTime: 250, rawQuietTime: 100 };
/** Milliseconds after which a transfer hangs: far more than all silences of one that ends. */
const HANG = 20_000;
/** How a transfer may fail. */
const CODES = ['connection-lost', 'invalid-token', 'other-dialect', 'protocol', 'refused', 'timeout'];

const content = randomBytes(5 * PIECE_SIZE);

/** What has become of the transfers with faults: how many came through, and how the others failed. */
const outcomes = new Map<string, number>();

/** One inbox, one server, one proxy, and the files to be sent through it. */
class HostileRun {
  private limits = SHORT;
  private readonly key = FernetKey.generate();

  private constructor(
    private readonly random: SeededRandom,
    private readonly directory: string,
    private readonly inbox: Inbox,
  ) {}

  static async run(seed: number): Promise<void> {
    const directory = await mkdtemp(path.join(tmpdir(), 'picklepost-hostile-'));
    const inbox = await Inbox.open({ directory, key: randomBytes(32) });
    try {
      await new HostileRun(new SeededRandom(seed), directory, inbox).run();
    } finally {
      inbox.close();
      await rm(directory, { recursive: true });
    }
  }

  private async run(): Promise<void> {
    const server = new ReceiveServer({
      host: '127.0.0.1',
      port: 0,
      bufferSize: 65536,
      connectionOptions: () => ({
        store: this.inbox,
        keys: namedKeys(this.key),
        requireEncryption: false,
        allowPickle: true,
        limits: this.limits,
      }),
    });
    const { port } = await server.start();
    try {
      await this.sendThroughFaults(port);
    } finally {
      await server.stop();
    }
    assert.deepEqual(await this.inbox.listPartial(), []);
    assert.deepEqual(await readdir(path.join(this.directory, 'incoming')), []);
  }

  private async sendThroughFaults(port: number): Promise<void> {
    const key = this.random.pick([this.key, undefined]);
    const items = Array.from({ length: this.random.pick([1, 1, 2, 3]) }, (_, i) => this.makeItem(i));
    const size = items.reduce((sum, item) => sum + (item.size ?? 0), 0);
    const faults = (): Fault[] => makeFaults(this.random, size, 2 * SHORT.idleTime);
    const proxy = await FaultyProxy.listen(port, faults);
    try {
      for (let attempt = 0; attempt < this.random.between(1, 3); attempt++)
        await this.attempt(items, proxy.port, key);
      this.limits = DEFAULT_LIMITS;
      this.checkReceipts(items, await within(this.send(items, port, key, DEFAULT_LIMITS)));
      assert.deepEqual(await this.received(), items.map((item) => item.name).sort());
    } finally {
      await proxy.close();
    }
  }

  private async attempt(
    items: readonly OutgoingItem[],
    port: number,
    key: FernetKey | undefined,
  ): Promise<void> {
    try {
      this.checkReceipts(items, await within(this.send(items, port, key, SHORT)));
      assert.deepEqual(await this.received(), items.map((item) => item.name).sort());
      count('arrived');
    } catch (error) {
      if (!(error instanceof PicklepostError)) throw error;
      assert.ok(CODES.includes(error.code), `${error.code}: ${error.message}`);
      count(`failed: ${error.code}`);
    }
    const names = await this.received();
    assert.deepEqual(names, [...new Set(names)]);
  }

  private send(
    items: readonly OutgoingItem[],
    port: number,
    key: FernetKey | undefined,
    limits: Limits,
  ): Promise<Receipt[]> {
    return sendItems(items, {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65536,
      limits,
      ...(key && { key }),
    });
  }

  /** Checks that each item in the inbox is what was sent under its name. @returns their names */
  private async received(): Promise<string[]> {
    const entries = await this.inbox.list();
    const names = entries.map(async (entry) => {
      assert.equal(entry.state, 'whole');
      const { id, name, modified, dialect } = entry.item;
      const bytes = await this.inbox.readAll(id, content.length);
      assert.ok(bytes.equals(content.subarray(0, bytes.length)), 'wrong bytes');
      assert.deepEqual([name, modified, dialect], [nameOf(bytes.length, name), MODIFIED, 'native']);
      return name;
    });
    return (await Promise.all(names)).sort();
  }

  private checkReceipts(items: readonly OutgoingItem[], receipts: readonly Receipt[]): void {
    const hashes = items.map((item) =>
      createHash('sha256').update(content.subarray(0, item.size)).digest('hex'),
    );
    assert.deepEqual(receipts.map(({ sha256 }) => sha256).sort(), hashes.sort());
  }

  private makeItem(number: number): OutgoingItem {
    const pieces = this.random.between(0, 5);
    const size = this.random.pick([1, PIECE_SIZE, this.random.between(1, PIECE_SIZE)]) + pieces * PIECE_SIZE;
    const bytes = content.subarray(0, Math.min(size, content.length));
    return {
      kind: 'file',
      name: `${bytes.length}-${number}.bin`,
      size: bytes.length,
      modified: MODIFIED,
      source: `/hostile/${number}`,
      open: async function* () {
        for (let at = 0; at < bytes.length; at += 65536)
          yield await Promise.resolve(bytes.subarray(at, at + 65536));
      },
    };
  }
}

const MODIFIED = 1_700_000_000_000;

/** The name of a file of that size, whose number is taken from a name. */
function nameOf(size: number, name: string): string {
  return `${size}-${name.replace(/.*-/, '')}`;
}

function count(outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the transfer hangs')), HANG);
  });
  try {
    return await Promise.race([work, hang]);
  } finally {
    clearTimeout(timer);
  }
}

describe('the native dialect, over a connection that cuts, delays, reorders, repeats, flips and drops', function () {
  this.timeout(4 * HANG * GROUP);

  for (let first = FIRST_SEED; first < FIRST_SEED + RUNS; first += GROUP) {
    const last = Math.min(first + GROUP, FIRST_SEED + RUNS) - 1;
    it(`transfers items completely or reports a failure, and completes them afterwards, with the seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed++) {
        await HostileRun.run(seed).catch((error: unknown) => {
          throw new Error(`Seed ${seed}: ${String(error)}`, { cause: error });
        });
      }
    });
  }

  it('is tested with faults that it survives and faults that it does not', () => {
    if (process.env.PICKLEPOST_FAULT_RUNS) console.log(Object.fromEntries(outcomes));
    assert.ok((outcomes.get('arrived') ?? 0) > 0);
    assert.ok(outcomes.size > 1);
  });
});
