import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PIECE_SIZE } from '../../../../src/core/crypto/tokenStream';
import { DiskSpace } from '../../../../src/inbox/disk/diskSpace';

const FREE = 100 * PIECE_SIZE;

describe('The room on a disk', () => {
  it('is promised once, until what was promised has come or ended', async () => {
    const room = new DiskSpace(() => Promise.resolve(FREE));
    const take = (size: number): Promise<{ missing: number }> =>
      room.reserve('', size, () => Promise.resolve({ missing: size }));
    const first = await take(0.9 * FREE);
    await assert.rejects(take(0.9 * FREE), { code: 'disk', message: /Make room there/ });
    await take(0.05 * FREE);
    first.missing = 0;
    await take(0.85 * FREE);
  });

  it('is promised once to what is offered at the same moment', async () => {
    const room = new DiskSpace(() => Promise.resolve(FREE));
    const take = (): Promise<unknown> =>
      room.reserve('', 0.9 * FREE, () => Promise.resolve({ missing: 0.9 * FREE }));
    const outcomes = await Promise.allSettled([take(), take(), take()]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
  });

  it('is looked at once for all who ask at the same moment, and anew for whoever asks later', async () => {
    let looks = 0;
    const room = new DiskSpace(() => Promise.resolve((looks++, FREE)));
    const take = (): Promise<unknown> => room.reserve('', 1, () => Promise.resolve({ missing: 0 }));
    await Promise.all([take(), take(), take()]);
    assert.equal(looks, 1);
    await take();
    assert.equal(looks, 2);
  });

  it('is free again where what was to come did not begin', async () => {
    const room = new DiskSpace(() => Promise.resolve(FREE));
    const failing = room.reserve('', 0.9 * FREE, () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /no/);
    await room.reserve('', 0.9 * FREE, () => Promise.resolve({ missing: 0 }));
  });
});
