import assert from 'node:assert/strict';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, it } from 'mocha';
import { PIECE_SIZE } from '../../../../src/core/crypto/tokenStream';
import { DiskSpace, type Arriving } from '../../../../src/inbox/disk/diskSpace';

const FREE = 100 * PIECE_SIZE;

/** An item of which so much has come, just now unless told otherwise. */
function arriving(received: number, missing: number, changedAt = performance.now()): Arriving {
  return { received, missing, changedAt };
}

describe('The room on a disk', () => {
  it('is promised to nobody by offers alone', async () => {
    const room = new DiskSpace(() => Promise.resolve(FREE));
    for (let offers = 0; offers < 9; offers++) {
      await room.check('', 0.9 * FREE);
      room.add(arriving(0, 0.9 * FREE));
    }
  });

  it('is promised to an item as far as content has come, and comes', async () => {
    const room = new DiskSpace(() => Promise.resolve(FREE));
    const item = arriving(0.3 * FREE, 0.9 * FREE);
    room.add(item);
    await assert.rejects(room.check('', 0.8 * FREE), { code: 'disk', message: /Make room there/ });
    await room.check('', 0.7 * FREE);
    await room.check('', 0.9 * FREE, item);
  });

  it('is given back by an item that has ended, or stands still', async () => {
    const room = new DiskSpace(() => Promise.resolve(FREE));
    room.add(arriving(FREE, 0));
    room.add(arriving(FREE, FREE, performance.now() - 60_000));
    await room.check('', FREE);
  });

  it('is looked at once for all who ask at the same moment, and again for whoever asks later', async () => {
    let looks = 0;
    const room = new DiskSpace(() => Promise.resolve((looks++, FREE)));
    await Promise.all([room.check('', 1), room.check('', 1), room.check('', 1)]);
    assert.equal(looks, 1);
    await room.check('', 1);
    assert.equal(looks, 2);
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
});

async function freeOn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
