import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FairQueue } from '../../../../src/core/scheduling/fairQueue';

describe('A queue of crowds', () => {
  it('gives waiting crowds equal shares, whatever each of their members costs', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(costs, (all) => {
        const queue = new FairQueue<number>();
        const given = all.map(() => 0);
        for (let round = 0; round < 200; round++)
          for (const crowd of all.keys()) queue.add(crowd, String(crowd));
        for (let taken = 0; taken < 100; taken++) {
          const { member, crowd } = queue.take()!;
          queue.charge(crowd, all[member]!);
          given[member]! += all[member]!;
          assert(Math.max(...given) - Math.min(...given) <= Math.max(...all) + 1, given.join());
        }
      }),
    );
  });

  it('serves every member, in the order of requests within a crowd', () => {
    const steps = fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new FairQueue<number>();
        const added = new Map<string, number[]>();
        const taken = new Map<string, number[]>();
        const note = (map: Map<string, number[]>, crowd: string, member: number): unknown =>
          map.set(crowd, [...(map.get(crowd) ?? []), member]);
        const take = (): boolean => {
          const next = queue.take();
          if (next) note(taken, next.crowd, next.member);
          return next !== undefined;
        };
        for (const [i, crowd] of all.entries())
          if (crowd === null) take();
          else {
            queue.add(i, String(crowd));
            note(added, String(crowd), i);
          }
        while (take());
        assert(queue.isEmpty);
        assert.deepEqual(taken.size, added.size);
        for (const [crowd, members] of added) assert.deepEqual(taken.get(crowd), members);
      }),
    );
  });

  it('serves a new crowd next, and gives no crowd more because it was absent', () => {
    const queue = new FairQueue<string>();
    for (let i = 0; i < 100; i++) queue.add('busy', 'busy');
    for (let i = 0; i < 10; i++) queue.charge(queue.take()!.crowd, 10);
    for (let i = 0; i < 100; i++) queue.add('new', 'new');
    const order = Array.from({ length: 10 }, () => {
      const { member, crowd } = queue.take()!;
      queue.charge(crowd, 10);
      return member;
    });
    assert.equal(order[0], 'new');
    assert.equal(order.filter((member) => member === 'new').length, 5);
  });

  it('remembers a limited number of absent crowds', () => {
    const queue = new FairQueue<number>();
    for (let i = 0; i < 100_000; i++) {
      queue.add(i, String(i));
      queue.charge(queue.take()!.crowd, i % 7);
    }
    const { absent } = queue as unknown as { absent: Map<string, number> };
    assert(absent.size <= 1_001, String(absent.size));
  });
});
