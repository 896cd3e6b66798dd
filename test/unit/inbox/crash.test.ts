import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Inbox } from '../../../src/inbox/inbox';
import { ARRIVAL, collect, openInbox, pattern, store, temporaryDirectory } from './temporary';

/** Starts a receiver, kills it that many milliseconds after it has begun, and returns the ids that it has acknowledged. */
async function receiveAndKill(directory: string, key: Buffer, delay: number): Promise<string[]> {
  const script = path.join(__dirname, 'receiveEndlessly.js');
  const child = spawn(process.execPath, [script, directory, key.toString('hex')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), delay);
    output += bytes.toString();
  });
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  return output.split('\n').slice(1, -1);
}

/** Sizes of the items, each of which is whole. */
async function checkItems(inbox: Inbox): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const entry of await inbox.list()) {
    assert.equal(entry.state, 'whole');
    const { id, size } = entry.item;
    assert(pattern(size).equals(await collect(inbox.read(id))));
    sizes.set(id, size);
  }
  return sizes;
}

describe('An inbox whose process is killed while items arrive', () => {
  const newDirectory = temporaryDirectory();

  it('opens without errors, and has every acknowledged item completely', async function () {
    this.timeout(60_000);
    let interrupted = 0;
    // On a busy machine, all items of one round may have been complete.
    while (interrupted === 0) {
      for (const delay of [0, 1, 2, 3, 5, 7, 10, 14, 19, 25, 40, 60]) {
        const [directory, key] = [newDirectory(), randomBytes(32)];
        const acknowledged = await receiveAndKill(directory, key, delay);
        interrupted += readdirSync(path.join(directory, 'incoming')).length;
        const inbox = await openInbox(directory, key);
        const sizes = await checkItems(inbox);
        for (const id of acknowledged) assert(sizes.has(id), `${id} was acknowledged and is gone`);
        assert.deepEqual(readdirSync(path.join(directory, 'incoming')), []);
      }
    }
  });
});

describe('Leftovers of arrivals', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();
  const machine = hostname().replace(/[^A-Za-z0-9.]/g, '_');

  function withLeftover(name: string, age: number): { directory: string; incoming: string } {
    const directory = newDirectory();
    const incoming = path.join(directory, 'incoming');
    mkdirSync(incoming, { recursive: true });
    writeFileSync(path.join(incoming, name), 'x');
    const time = new Date(Date.now() - age);
    utimesSync(path.join(incoming, name), time, time);
    return { directory, incoming };
  }

  const cases: [what: string, name: string, age: number, isRemoved: boolean][] = [
    ['of a process that has ended are removed', `${machine}-999999999-ab12.part`, 0, true],
    ['of a running process stay', `${machine}-${process.ppid}-ab12.part`, 0, false],
    ['of this process stay', `${machine}-${process.pid}-ab12.part`, 0, false],
    ['of an earlier process with the same pid are removed', `${machine}-${process.pid}-ab12.part`, 1e8, true],
    ['of another machine stay for a day', 'elsewhere-7-1-ab12.part', 8e7, false],
    ['of another machine are removed after a day', 'elsewhere-7-1-ab12.part', 9e7, true],
    ['do not include other files, which stay', 'something else', 1e9, false],
  ];
  for (const [what, name, age, isRemoved] of cases) {
    it(what, async () => {
      const { directory, incoming } = withLeftover(name, age);
      await openInbox(directory);
      assert.deepEqual(readdirSync(incoming), isRemoved ? [] : [name]);
    });
  }

  it('do not include items that another window of this process is receiving', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const writer = await (await openInbox(directory, key)).begin(ARRIVAL);
    await writer.write(pattern(10));
    const other = await openInbox(directory, key);
    await store(other, 'a');
    await writer.finish({ kind: 'text' });
    assert.equal((await other.list()).length, 2);
  });
});
