import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { QueuedPool } from '../../../../src/core/accounting/queuedPool';

const HOUR = 3_600_000;
const BUSY = { code: 'refused', message: /busy/ };

describe('A shared pool', () => {
  it('never gives a holder more than its share, and serves everybody who waits', async () => {
    const share = { total: 100, address: 60, connection: 40, assured: 40 };
    const steps = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 40 }), fc.boolean()), {
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const pool = new QueuedPool(share);
        const holders = [0, 1, 2, 3, 4, 5].map((i) => ({ address: String(i % 3), held: [] as number[] }));
        const waiting: Promise<unknown>[] = [];
        for (const [who, amount, gives] of all) {
          const holder = holders[who]!;
          if (gives && holder.held.length > 0) pool.give(holder, holder.held.shift()!);
          else waiting.push(pool.take(holder, amount, HOUR).then(() => holder.held.push(amount)));
          await Promise.resolve();
          const held = holders.map((one) => one.held.reduce((sum, part) => sum + part, 0));
          assert(pool.held <= share.total && held.every((sum) => sum <= share.connection));
          for (const i of [0, 1, 2]) assert(held[i]! + held[i + 3]! <= share.address);
        }
        // Whoever waits gets what was asked for once the others give back what they have.
        let left = waiting.length;
        for (const one of waiting) void one.then(() => left--);
        for (let round = 0; round <= waiting.length && left > 0; round++) {
          for (const holder of holders) for (const amount of holder.held.splice(0)) pool.give(holder, amount);
          await new Promise(setImmediate);
        }
        assert.equal(left, 0);
        for (const holder of holders) pool.leave(holder);
        assert.equal(pool.held, 0);
      }),
    );
  });

  it('refuses a holder that has waited for long, or that leaves', async () => {
    const pool = new QueuedPool({ total: 1, address: 1, connection: 1, assured: 1 });
    const [first, second] = [{ address: 'a' }, { address: 'b' }];
    await pool.take(first, 1, 0);
    await assert.rejects(pool.take(second, 1, 1), BUSY);
    const waiting = pool.take(second, 1, HOUR);
    pool.leave(second);
    await assert.rejects(waiting, BUSY);
    pool.give(first, 1);
    assert.equal(pool.held, 0);
  });

  it('leaves as much for others as an address holds, except for its assured amount', () => {
    const pool = new QueuedPool({ total: 100, address: 100, connection: 100, assured: 10 });
    const most = (address: string): number => {
      const holder = { address };
      let amount = 0;
      while (pool.tryTake(holder, 1)) amount++;
      return amount;
    };
    assert.deepEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(most), [50, 25, 12, 10, 3, 0, 0]);
  });

  it('collects released amounts for the next holder, even if others ask for less', async () => {
    const pool = new QueuedPool({ total: 100, address: 100, connection: 100, assured: 100 });
    const [greedy, modest, late] = [{ address: 'a' }, { address: 'b' }, { address: 'c' }];
    assert(pool.tryTake(late, 5) && pool.tryTake(greedy, 95));
    const order: string[] = [];
    const waiting = [
      pool.take(greedy, 10, HOUR).then(() => order.push('greedy')),
      pool.take(modest, 60, HOUR).then(() => order.push('modest')),
      pool.take(late, 10, HOUR).then(() => order.push('late')),
    ];
    for (let i = 0; i < 5; i++) {
      pool.give(greedy, 10);
      assert.equal(pool.tryTake(greedy, 1), false);
    }
    await new Promise(setImmediate);
    assert.deepEqual(order, []);
    // Who holds nothing goes before who is next.
    pool.give(greedy, 10);
    await new Promise(setImmediate);
    assert.deepEqual(order, ['modest']);
    pool.give(greedy, 20);
    await Promise.all(waiting);
    assert.deepEqual(order, ['modest', 'late', 'greedy']);
  });

  it('does not let others wait for a connection that has used up its share', async () => {
    const pool = new QueuedPool({ total: 100, address: 100, connection: 50, assured: 100 });
    const [full, other] = [{ address: 'a' }, { address: 'a' }];
    await pool.take(full, 50, 0);
    const waiting = pool.take(full, 10, HOUR);
    await pool.take(other, 10, 0);
    pool.give(full, 10);
    await waiting;
  });

  it('continues with the next holder if one gives up', async () => {
    const pool = new QueuedPool({ total: 100, address: 100, connection: 100, assured: 100 });
    const [greedy, modest] = [{ address: 'a' }, { address: 'b' }];
    await pool.take(greedy, 90, 0);
    const refused = assert.rejects(pool.take(modest, 20, HOUR), { message: 'gone' });
    const waiting = pool.take(greedy, 10, HOUR);
    pool.refuse(modest, new Error('gone'));
    await Promise.all([refused, waiting]);
  });
});
