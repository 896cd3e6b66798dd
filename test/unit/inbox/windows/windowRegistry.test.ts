import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { WindowRegistry } from '../../../../src/inbox/windows/windowRegistry';
import { temporaryDirectory } from '../temporary';

/** Waits until the windows are as expected. */
async function until(windows: WindowRegistry, isSo: () => boolean): Promise<void> {
  while (!isSo())
    await new Promise<void>((resolve) => {
      const subscription = windows.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });
}

describe('Windows that share an inbox', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();
  const ended: (() => void)[] = [];
  afterEach(() => {
    for (const end of ended.splice(0)) end();
  });

  async function join(directory: string): Promise<WindowRegistry> {
    const windows = await WindowRegistry.join(directory);
    ended.push(() => windows.dispose());
    return windows;
  }

  /** Another process that receives at port 6868, and has the item `abc` open. */
  async function openOther(directory: string, ...options: string[]): Promise<ChildProcess> {
    const child = fork(path.join(__dirname, '../receivingWindow.js'), [directory, ...options]);
    ended.push(() => child.kill('SIGKILL'));
    await once(child, 'message');
    return child;
  }

  it('know where another one receives, and which items are open in it, until it is closed', async () => {
    const directory = newDirectory();
    const windows = await join(directory);
    const child = await openOther(directory);
    await until(windows, () => windows.others.length === 1);
    const [other] = windows.others;
    assert.deepEqual(other?.receiving, { host: '127.0.0.1', port: 6868 });
    assert.deepEqual(other.open, ['abc']);
    child.send('leave');
    await until(windows, () => windows.others.length === 0);
  });

  it('ask one another to stop receiving, and learn when that is done', async () => {
    const directory = newDirectory();
    const child = await openOther(directory);
    const windows = await join(directory);
    await windows.askToStop(windows.others[0]!.owner);
    assert.equal(windows.others[0]?.receiving, undefined);
    assert.deepEqual(windows.others[0]?.open, ['abc']);
    assert(!readdirSync(directory).some((name) => name.endsWith('.stop')));
    assert.equal(child.exitCode, null);
  });

  it('learn at once that a killed window no longer receives when they ask it', async () => {
    const directory = newDirectory();
    const child = await openOther(directory);
    const windows = await join(directory);
    const { owner } = windows.others[0]!;
    child.kill('SIGKILL');
    await once(child, 'exit');
    await windows.askToStop(owner);
    assert.deepEqual(windows.others, []);
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.startsWith(owner)),
      [],
    );
  });

  it('stop waiting for a window that is killed', async () => {
    const directory = newDirectory();
    const child = await openOther(directory, 'deaf');
    const windows = await join(directory);
    const stopped = windows.askToStop(windows.others[0]!.owner);
    child.once('message', () => child.kill('SIGKILL'));
    await stopped;
    assert.deepEqual(windows.others, []);
  });

  it('agree on which of them receives next', async () => {
    const directory = newDirectory();
    const windows = await join(directory);
    assert.equal(windows.isNext, true);
    for (let i = 0; i < 2; i++) await openOther(directory, '-', 'waits');
    await until(windows, () => windows.others.length === 2);
    const own = readdirSync(directory).length;
    await windows.tell({ waits: true, open: [] });
    const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
    assert.equal(names.length, own + 1);
    const isFirst = names.sort()[0] === names.find((name) => name.includes(`-${process.pid}-`));
    assert.equal(windows.isNext, isFirst);
  });

  it('write only the necessary facts, and leave nothing behind', async () => {
    const directory = newDirectory();
    const windows = await join(directory);
    await windows.tell({ receiving: { host: '::1', port: 7 }, open: [] });
    const [name = ''] = readdirSync(directory);
    assert.deepEqual(JSON.parse(readFileSync(path.join(directory, name), 'utf8')), {
      receiving: { host: '::1', port: 7 },
      open: [],
    });
    windows.dispose();
    assert(!existsSync(path.join(directory, name)));
  });

  it('ignore damaged notes and unrelated files', async () => {
    const directory = newDirectory();
    await openOther(directory);
    const [name = ''] = readdirSync(directory).filter((one) => one.endsWith('.json'));
    const file = path.join(directory, name);
    const bytes = readFileSync(file);
    writeFileSync(path.join(directory, 'other.json'), '{}');
    writeFileSync(path.join(directory, 'elsewhere-1-ab.json'), bytes);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      for (const content of [changed, bytes.subarray(0, at)]) {
        writeFileSync(file, content);
        const windows = await WindowRegistry.join(directory);
        assert(windows.others.length <= 1, `byte ${at}`);
        windows.dispose();
      }
    }
    assert(existsSync(path.join(directory, 'elsewhere-1-ab.json')));
  });
});
