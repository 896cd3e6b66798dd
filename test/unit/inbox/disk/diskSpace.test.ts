import assert from 'node:assert/strict';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { describe, it } from 'mocha';
import { PIECE_SIZE } from '../../../../src/core/crypto/tokenStream';
import { DiskSpace, type Arriving } from '../../../../src/inbox/disk/diskSpace';

const FREE = 100 * PIECE_SIZE;

/** An item of which so much has come, just now unless told otherwise. */
function arriving(received: number, missing: number, changedAt = performance.now()): Arriving {
  return { received, missing, changedAt };
}

function diskOf(bytes: number, files = Infinity): DiskSpace {
  return new DiskSpace(() => Promise.resolve({ bytes, files }));
}

describe('The free space of a disk', () => {
  it('is not reserved by offers alone', async () => {
    const room = diskOf(FREE);
    for (let offers = 0; offers < 9; offers++) {
      await room.check('', 0.9 * FREE);
      room.note(arriving(0, 0.9 * FREE));
    }
  });

  it('is reserved for an item while its content arrives', async () => {
    const room = diskOf(FREE);
    const item = arriving(0.3 * FREE, 0.9 * FREE);
    room.note(item);
    await assert.rejects(room.check('', 0.8 * FREE), { code: 'disk', message: /Make room there/ });
    await room.check('', 0.7 * FREE);
    await room.check('', 0.9 * FREE, item);
  });

  it('is released by an item that has ended or stopped arriving', async () => {
    const room = diskOf(FREE);
    room.note(arriving(FREE, 0));
    room.note(arriving(FREE, FREE, performance.now() - 60_000));
    await room.check('', FREE);
  });

  it('is read once for simultaneous checks, and not again for an arriving item while there is enough', async () => {
    let looks = 0;
    const room = new DiskSpace(() => Promise.resolve((looks++, { bytes: FREE, files: Infinity })));
    const item = arriving(0, 0);
    await Promise.all([room.check('', 1, item), room.check('', 1), room.check('', 1)]);
    assert.equal(looks, 1);
    await room.check('', 0.5 * FREE, item);
    assert.equal(looks, 1);
    await room.check('', 0.5 * FREE, item);
    assert.equal(looks, 2, 'what has been written since is not free any more');
    await room.check('elsewhere', 1);
    assert.equal(looks, 3);
  });

  it('includes the number of files, even if they are empty', async () => {
    let files = 3;
    const room = new DiskSpace(() => Promise.resolve({ bytes: FREE, files }));
    for (let i = 0; i < 3; i++) await room.check('', 0);
    files = 0;
    await assert.rejects(room.check('', 0), { code: 'disk', message: /no room for more files/ });
  });

  it('is not reserved by items that stopped arriving until they continue', async () => {
    const room = diskOf(FREE);
    const item = { received: 0.5 * FREE, missing: 0.5 * FREE, changedAt: performance.now() - 60_000 };
    room.note(item);
    await room.check('', FREE);
    item.changedAt = performance.now();
    room.note(item);
    await assert.rejects(room.check('', FREE), { code: 'disk' });
  });

  it('excludes a reserve for other programs', async () => {
    const { blocks, bsize } = await statfs(tmpdir());
    const reserved = Math.min(256 * 1024 * 1024, blocks * bsize * 0.02);
    // Others use the disk meanwhile.
    const [before, free, after] = [
      await freeOn(tmpdir()),
      await new DiskSpace().free(tmpdir()),
      await freeOn(tmpdir()),
    ];
    const change = 64 * 1024 * 1024 + Math.abs(before - after);
    assert(Math.abs(before - reserved - free) <= change, `${String(before)} ${String(free)}`);
  });

  it('is that of the disk on which a folder will be created', async () => {
    const room = new DiskSpace();
    await room.check(path.join(tmpdir(), 'not', 'there', 'yet'), 1);
  });
});

async function freeOn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
