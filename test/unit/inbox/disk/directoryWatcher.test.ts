import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { DirectoryWatcher } from '../../../../src/inbox/disk/directoryWatcher';
import { temporaryDirectory } from '../temporary';

/** Resolves with each call of the returned function's owner in turn. */
function changesOf(directory: string): {
  next: () => Promise<void>;
  watcher: DirectoryWatcher;
  count: () => number;
} {
  let count = 0;
  let notify: (() => void) | undefined;
  const watcher = new DirectoryWatcher(directory, () => {
    count++;
    notify?.();
  });
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      // The watcher does not keep the process alive, so the test does.
      const alive = setInterval(() => undefined, 1000);
      notify = () => {
        clearInterval(alive);
        resolve();
      };
    });
  return { next, watcher, count: () => count };
}

describe('A watched directory', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('reports added and removed files', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const { next, watcher } = changesOf(directory);
    let change = next();
    writeFileSync(path.join(directory, 'a'), '');
    await change;
    change = next();
    rmSync(path.join(directory, 'a'));
    await change;
    watcher.dispose();
  });

  it('reports many changes together', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const { next, watcher, count } = changesOf(directory);
    const change = next();
    for (let i = 0; i < 100; i++) writeFileSync(path.join(directory, String(i)), '');
    watcher.notify();
    await change;
    assert.equal(count(), 1);
    watcher.dispose();
  });

  it('is polled if the system cannot watch it', async function () {
    this.timeout(10_000);
    const directory = newDirectory();
    const { next, watcher } = changesOf(directory);
    const change = next();
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'a'), '');
    await change;
    watcher.dispose();
  });

  it('is watched again after it has been removed and created again', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const { next, watcher } = changesOf(directory);
    let change = next();
    rmSync(directory, { recursive: true });
    await change;
    change = next();
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'a'), '');
    await change;
    change = next();
    writeFileSync(path.join(directory, 'b'), '');
    await change;
    watcher.dispose();
  });
});
