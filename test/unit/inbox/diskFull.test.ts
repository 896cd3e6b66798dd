import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Inbox } from '../../../src/inbox/inbox';
import { openInbox, store, temporaryDirectory } from './temporary';

const SCRIPT = path.join(__dirname, 'receiveOne.js');
const MEBIBYTE = 1024 * 1024;
const DISK = 16 * MEBIBYTE;
const FILES = 400;

interface Outcome {
  readonly id?: string;
  readonly code?: string;
  readonly message?: string;
}

function receive(directory: string, size: number, shellLimit = ''): Outcome {
  const command = `${shellLimit} exec "$0" "$@"`;
  const output = execFileSync('sh', ['-c', command, process.execPath, SCRIPT, directory, String(size)], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Outcome;
}

function checkThatNothingIsLeft(directory: string): void {
  for (const name of ['incoming', 'items']) assert.deepEqual(readdirSync(path.join(directory, name)), []);
}

/** @returns how many items have been stored */
async function storeUntilRefused(inbox: Inbox, text: string, reason: RegExp): Promise<number> {
  for (let count = 0; ; count++) {
    try {
      await store(inbox, text);
    } catch (error) {
      assert.match(String(error), reason);
      return count;
    }
  }
}

describe('An inbox without free space', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('on a full disk (a small tmpfs, if mounting is allowed) refuses items with advice, and keeps nothing', function () {
    const disk = newDirectory();
    mkdirSync(disk);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'picklepost-test', disk]);
    if (mount.status !== 0) return this.skip();
    try {
      const directory = path.join(disk, 'inbox');
      const { code, message } = receive(directory, 8 * MEBIBYTE);
      assert.equal(code, 'disk');
      assert.match(message ?? '', /no more room for the item .* Make room/);
      checkThatNothingIsLeft(directory);
      assert.notEqual(receive(directory, MEBIBYTE).id, undefined);
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  it('leaves some bytes and files of a small disk free, however small the items are that fill it', async function () {
    const disk = newDirectory();
    mkdirSync(disk);
    const options = `size=${String(DISK)},nr_inodes=${String(FILES)}`;
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'picklepost-test', disk]);
    if (mount.status !== 0) return this.skip();
    try {
      const inbox = await openInbox(path.join(disk, 'inbox'));
      await storeUntilRefused(inbox, 'x'.repeat(100_000), /no more room/);
      const { bavail, bsize, blocks } = statfsSync(disk);
      const free = (bavail * bsize) / (blocks * bsize);
      assert(free > 0.015 && free < 0.04, `${String(free)} of the disk is free`);
      await inbox.deleteAll();
      const count = await storeUntilRefused(inbox, 'x', /no room for more files/);
      const { ffree } = statfsSync(disk);
      assert(ffree >= 0.02 * FILES - 2, `${String(ffree)} files can be made`);
      assert(count > 0.9 * FILES, `${String(count)} items`);
      inbox.close();
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  it('with a limit on the size of files (ulimit) refuses items with advice, and keeps nothing', function () {
    if (process.platform === 'win32') return this.skip();
    const directory = newDirectory();
    // 512-byte blocks, in some shells 1024.
    const { code, message } = receive(directory, 8 * MEBIBYTE, 'ulimit -f 4096 &&');
    assert.equal(code, 'disk');
    assert.match(message ?? '', /larger than the system allows/);
    checkThatNothingIsLeft(directory);
    assert.notEqual(receive(directory, MEBIBYTE, 'ulimit -f 4096 &&').id, undefined);
  });
});
