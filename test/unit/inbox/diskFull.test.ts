import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { temporaryDirectory } from './temporary';

const SCRIPT = path.join(__dirname, 'receiveOne.js');
const MEBIBYTE = 1024 * 1024;

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

describe('An inbox that has no more room', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('on a full disk (a small tmpfs, where mounting is allowed) refuses with what to do, and keeps nothing', function () {
    const disk = newDirectory();
    mkdirSync(disk);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'picklepost-test', disk]);
    if (mount.status !== 0) return this.skip();
    try {
      const directory = path.join(disk, 'inbox');
      const { code, message } = receive(directory, 8 * MEBIBYTE);
      assert.equal(code, 'disk');
      assert.match(message ?? '', /the disk is full. Make room/);
      checkThatNothingIsLeft(directory);
      assert.notEqual(receive(directory, MEBIBYTE).id, undefined);
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  it('within a limit on the size of files (ulimit) refuses with what to do, and keeps nothing', function () {
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
