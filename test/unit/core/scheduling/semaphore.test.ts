import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Semaphore } from '../../../../src/core/scheduling/semaphore';

describe('A semaphore', () => {
  it('lets no more go at a time than it says, and all of them in the end', async () => {
    const semaphore = new Semaphore(3);
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    };
    await Promise.all(Array.from({ length: 20 }, () => semaphore.run(work)));
    assert.deepEqual([running, most], [0, 3]);
  });

  it('lets go first whose crowd has had least time, and goes on where work fails', async () => {
    const semaphore = new Semaphore(1);
    const done: string[] = [];
    const work = async (crowd: string): Promise<void> => {
      await new Promise(setImmediate);
      done.push(crowd);
      if (crowd === 'failing') throw new Error('failed');
    };
    const crowds = ['many', 'many', 'many', 'many', 'failing', 'one'];
    await Promise.allSettled(crowds.map((crowd) => semaphore.run(() => work(crowd), crowd)));
    assert.deepEqual(done, ['many', 'failing', 'one', 'many', 'many', 'many']);
  });
});
