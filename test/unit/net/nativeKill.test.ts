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
const PIECES = Math.ceil(SIZE / PIECE_SIZE);
/** Pieces that may be sent twice after a kill. */
const TWICE = 2;

/** When a side is killed: after so many lines of the sender, and some milliseconds more. */
interface Moment {
  readonly victim: 'sender' | 'receiver';
  readonly lines: number;
  readonly milliseconds: number;
}

interface Outcome {
  readonly isKilled: boolean;
  /** Piece at which the file was taken up; undefined where no piece was asked for. */
  readonly start: number | undefined;
  /** Pieces that were handed to the socket, of the last one perhaps only a part. */
  readonly sent: number;
  /** The hash of the file, once it has arrived. */
  readonly sha256: string | undefined;
}

describe('a native transfer of which one side is killed', function () {
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
    return spawn(process.execPath, [path.join(__dirname, `${script}.js`), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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
    receiver.stderr?.pipe(process.stderr);
    const [line] = (await once(createInterface(receiver.stdout!), 'line')) as [string];
    port = line;
  }

  function inboxDirectory(): string {
    return path.join(directory, 'inbox');
  }

  /** Sends, and kills a side; the other one ends by itself. */
  async function sendAndKill(moment: Moment, keyText: readonly string[]): Promise<Outcome> {
    await startReceiver();
    const sender = start('sendOneFile', port, file, ...keyText);
    const closed = once(sender, 'close');
    const complaints: Buffer[] = [];
    sender.stderr!.on('data', (bytes: Buffer) => complaints.push(bytes));
    const victim = moment.victim === 'sender' ? sender : receiver;
    const lines: string[] = [];
    let killing: NodeJS.Timeout | undefined;
    for await (const line of createInterface(sender.stdout!)) {
      lines.push(line);
      if (lines.length === moment.lines)
        killing = setTimeout(() => victim?.kill('SIGKILL'), moment.milliseconds);
    }
    await closed;
    clearTimeout(killing);
    const isKilled = victim?.killed === true;
    if (isKilled && victim === receiver) {
      await kill(receiver);
      receiver = undefined;
    }
    const [confirmed] = valuesOf('confirmed', lines);
    const [sha256] = valuesOf('arrived', lines);
    // Nothing was in its way, so it would fail again and again.
    if (!isKilled && sha256 === undefined)
      assert.fail(
        `The sender failed by itself:\n${lines.join('\n')}\n${Buffer.concat(complaints).toString()}`,
      );
    return {
      isKilled,
      start: confirmed === undefined ? undefined : Math.ceil(Number(confirmed) / PIECE_SIZE),
      sent: lines.filter((line) => line === 'piece').length,
      sha256,
    };
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

  /** Sends again and again until so many were killed and the last one has arrived. */
  async function sendUntilKilled(random: SeededRandom, keyText: readonly string[]): Promise<Tally> {
    const tally = new Tally();
    while (tally.kills < KILLS || tally.isUnderWay) {
      const lines = tally.kills < KILLS ? random.between(1, 2 * tally.missing + 3) : Infinity;
      const victim = random.pick(['sender', 'receiver'] as const);
      const outcome = await sendAndKill({ victim, lines, milliseconds: random.between(0, 5) }, keyText);
      tally.add(outcome);
      if (outcome.sha256 === undefined) continue;
      assert.equal(outcome.sha256, sha256);
      await checkItem();
    }
    return tally;
  }

  for (const security of ['with a key', 'without a key']) {
    it(`is resumed to the same file, with no more than two pieces sent twice, ${security}`, async () => {
      const keyText = security === 'with a key' ? [key.toText()] : [];
      const { kills, arrivals, resumed, twice } = await sendUntilKilled(
        new SeededRandom(security.length),
        keyText,
      );
      const times = (count: number): number => twice.filter((pieces) => pieces === count).length;
      if (process.env.PICKLEPOST_KILLS)
        console.log({
          kills,
          arrivals,
          resumed,
          mostTwice: Math.max(...twice),
          none: times(0),
          one: times(1),
          two: times(2),
        });
      assert.ok(arrivals > 0);
      assert.ok(resumed > 0, 'the file was never taken up where it had been cut off');
      assert.ok(Math.max(...twice) <= TWICE, `${Math.max(...twice)} pieces were sent twice`);
    });
  }
});

/** What has been sent of the file, over all connections up to its arrival. */
class Tally {
  kills = 0;
  arrivals = 0;
  /** How often the file was taken up after its beginning. */
  resumed = 0;
  /** Pieces that were sent twice, for each time that the file was taken up again. */
  readonly twice: number[] = [];
  /** Number of the piece after the last one that was sent. */
  private end = 0;

  get isUnderWay(): boolean {
    return this.end > 0;
  }

  get missing(): number {
    return PIECES - this.end;
  }

  add({ isKilled, start, sent, sha256 }: Outcome): void {
    if (isKilled) this.kills++;
    if (start !== undefined) {
      assert.ok(start + sent <= PIECES, `${sent} pieces were sent from ${start} on`);
      // Where a receiver was killed before it told that it had the item, all of it may be there.
      if (this.isUnderWay && sent > 0) this.twice.push(this.end - start);
      if (start > 0 && sent > 0) this.resumed++;
      this.end = Math.max(this.end, start + sent);
    } else assert.equal(sent, 0);
    if (sha256 === undefined) return;
    this.end = 0;
    this.arrivals++;
  }
}

/** The values of the lines that begin with this word. */
function valuesOf(word: string, lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}
