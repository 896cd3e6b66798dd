import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { PIECE_SIZE } from '../../../src/core/crypto/tokenStream';
import { Inbox } from '../../../src/inbox/inbox';
import { SeededRandom } from './seededRandom';

const KILLS = Number(process.env.PICKLEPOST_KILLS ?? 6);
const SIZE = Number(process.env.PICKLEPOST_KILL_MEGABYTES ?? 20) * 1_000_000;
/** Pieces that may be sent twice. */
const TWICE = 2;

type Victim = 'sender' | 'receiver';

interface Outcome {
  /** Bytes that were confirmed first and last; undefined where there was nothing to confirm. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Of the file, once it has arrived. */
  readonly sha256: string | undefined;
}

describe('a native transfer, of which a side is killed', function () {
  this.timeout(30_000 + KILLS * 10_000);
  const key = FernetKey.generate();
  const inboxKey = randomBytes(32);
  let directory: string;
  let file: string;
  let sha256: string;
  let receiver: ChildProcess | undefined;
  let port = '';

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'picklepost-kill-'));
    file = path.join(directory, 'file.bin');
    const bytes = randomBytes(SIZE);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(file, bytes);
  });
  afterEach(async () => {
    await kill(receiver);
    receiver = undefined;
    await rm(directory, { recursive: true });
  });

  function start(script: string, ...args: readonly string[]): ChildProcess {
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return spawn(process.execPath, [path.join(__dirname, `${script}.js`), ...args], { stdio: [...stdio] });
  }

  async function kill(child: ChildProcess | undefined): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  async function startReceiver(): Promise<void> {
    if (receiver) return;
    receiver = start('receiveUntilKilled', inboxDirectory(), inboxKey.toString('hex'), key.toText());
    const [line] = (await once(createInterface(receiver.stdout!), 'line')) as [string];
    port = line;
  }

  function inboxDirectory(): string {
    return path.join(directory, 'inbox');
  }

  /** Sends until so many bytes are confirmed, and then kills; whoever is not killed ends by itself. */
  async function sendAndKill(victim: Victim, bytes: number, keyText: readonly string[]): Promise<Outcome> {
    await startReceiver();
    const sender = start('sendOneFile', port, file, ...keyText);
    const confirmed: number[] = [];
    let arrived: string | undefined;
    for await (const line of createInterface(sender.stdout!)) {
      if (line.startsWith('arrived ')) arrived = line.slice('arrived '.length);
      else confirmed.push(Number(line));
      if (arrived === undefined && (confirmed.at(-1) ?? 0) >= bytes)
        (victim === 'sender' ? sender : receiver)?.kill('SIGKILL');
    }
    if (victim === 'receiver' && arrived === undefined) {
      await kill(receiver);
      receiver = undefined;
    }
    if (sender.exitCode === null && sender.signalCode === null) await once(sender, 'close');
    return { first: confirmed[0], last: confirmed.at(-1), sha256: arrived };
  }

  /** The one item that is there is the file; it is deleted. */
  async function checkItem(): Promise<void> {
    const inbox = await Inbox.open({ directory: inboxDirectory(), key: inboxKey });
    const entries = await inbox.list();
    assert.equal(entries.length, 1);
    const [entry] = entries;
    assert.ok(entry?.state === 'whole');
    const hash = createHash('sha256');
    for await (const piece of inbox.read(entry.item.id)) hash.update(piece);
    assert.equal(hash.digest('hex'), sha256);
    assert.deepEqual(await inbox.listPartial(), []);
    assert.deepEqual(await readdir(path.join(inboxDirectory(), 'incoming')), []);
    await inbox.delete(entry.item.id);
    inbox.close();
  }

  for (const security of ['with a key', 'without a key']) {
    it(`is continued to the very file, with no more than two pieces sent twice, ${security}`, async () => {
      const random = new SeededRandom(security.length);
      const keyText = security === 'with a key' ? [key.toText()] : [];
      let confirmed = 0;
      let mostTwice = 0;
      let arrivals = 0;
      for (let kills = 0; kills < KILLS || confirmed > 0; kills++) {
        const target = kills < KILLS ? random.between(confirmed, SIZE + PIECE_SIZE) : Infinity;
        const outcome = await sendAndKill(random.pick(['sender', 'receiver']), target, keyText);
        const start = (outcome.first ?? Math.min(SIZE, confirmed + PIECE_SIZE)) - PIECE_SIZE;
        mostTwice = Math.max(mostTwice, confirmed - start);
        confirmed = Math.max(confirmed, outcome.last ?? 0);
        if (outcome.sha256 === undefined) continue;
        assert.equal(outcome.sha256, sha256);
        await checkItem();
        confirmed = 0;
        arrivals++;
      }
      if (process.env.PICKLEPOST_KILLS) console.log({ arrivals, mostTwice: mostTwice / PIECE_SIZE });
      assert.ok(arrivals > 0);
      assert.ok(mostTwice <= TWICE * PIECE_SIZE, `${mostTwice} bytes were sent twice`);
    });
  }
});
