import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Semaphore } from '../../../../src/core/scheduling/semaphore';

describe('A semaphore', () => {
  it('runs no more tasks at a time than its limit, and finally all of them', async () => {
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

  it('first runs the task whose flow has had least time, and continues after a failure', async () => {
    const semaphore = new Semaphore(1);
    const done: string[] = [];
    const work = async (flow: string): Promise<void> => {
      await new Promise(setImmediate);
      done.push(flow);
      if (flow === 'failing') throw new Error('failed');
    };
    const flows = ['many', 'many', 'many', 'many', 'failing', 'one'];
    await Promise.allSettled(flows.map((flow) => semaphore.run(() => work(flow), flow)));
    assert.deepEqual(done, ['many', 'failing', 'one', 'many', 'many', 'many']);
  });
});
