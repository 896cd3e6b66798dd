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

describe('The room on a disk', () => {
  it('is promised to nobody by offers alone', async () => {
    const room = diskOf(FREE);
    for (let offers = 0; offers < 9; offers++) {
      await room.check('', 0.9 * FREE);
      room.note(arriving(0, 0.9 * FREE));
    }
  });

  it('is promised to an item as far as content has come, and comes', async () => {
    const room = diskOf(FREE);
    const item = arriving(0.3 * FREE, 0.9 * FREE);
    room.note(item);
    await assert.rejects(room.check('', 0.8 * FREE), { code: 'disk', message: /Make room there/ });
    await room.check('', 0.7 * FREE);
    await room.check('', 0.9 * FREE, item);
  });

  it('is given back by an item that has ended, or stands still', async () => {
    const room = diskOf(FREE);
    room.note(arriving(FREE, 0));
    room.note(arriving(FREE, FREE, performance.now() - 60_000));
    await room.check('', FREE);
  });

  it('is looked at once for all who ask at the same moment, and for those who write as long as they find enough', async () => {
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

  it('counts files too, whether or not they have content', async () => {
    let files = 3;
    const room = new DiskSpace(() => Promise.resolve({ bytes: FREE, files }));
    for (let i = 0; i < 3; i++) await room.check('', 0);
    files = 0;
    await assert.rejects(room.check('', 0), { code: 'disk', message: /no room for more files/ });
  });

  it('is not spent by items that end or stand still, but by those that go on', async () => {
    const room = diskOf(FREE);
    const item = { received: 0.5 * FREE, missing: 0.5 * FREE, changedAt: performance.now() - 60_000 };
    room.note(item);
    await room.check('', FREE);
    item.changedAt = performance.now();
    room.note(item);
    await assert.rejects(room.check('', FREE), { code: 'disk' });
  });

  it('leaves some of the disk to everything else', async () => {
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

  it('is that of the disk on which a folder is to be made', async () => {
    const room = new DiskSpace();
    await room.check(path.join(tmpdir(), 'not', 'there', 'yet'), 1);
  });
});

async function freeOn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
