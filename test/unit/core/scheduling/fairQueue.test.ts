import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FairQueue } from '../../../../src/core/scheduling/fairQueue';

describe('A queue of flows', () => {
  it('gives waiting flows equal shares, whatever each of their members costs', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(costs, (all) => {
        const queue = new FairQueue<number>();
        const given = all.map(() => 0);
        for (let round = 0; round < 200; round++)
          for (const flow of all.keys()) queue.add(flow, String(flow));
        for (let taken = 0; taken < 100; taken++) {
          const { member, flow } = queue.take()!;
          queue.charge(flow, all[member]!);
          given[member]! += all[member]!;
          assert(Math.max(...given) - Math.min(...given) <= Math.max(...all) + 1, given.join());
        }
      }),
    );
  });

  it('serves every member, in the order of requests within a flow', () => {
    const steps = fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new FairQueue<number>();
        const added = new Map<string, number[]>();
        const taken = new Map<string, number[]>();
        const note = (map: Map<string, number[]>, flow: string, member: number): unknown =>
          map.set(flow, [...(map.get(flow) ?? []), member]);
        const take = (): boolean => {
          const next = queue.take();
          if (next) note(taken, next.flow, next.member);
          return next !== undefined;
        };
        for (const [i, flow] of all.entries())
          if (flow === null) take();
          else {
            queue.add(i, String(flow));
            note(added, String(flow), i);
          }
        while (take());
        assert(queue.isEmpty);
        assert.deepEqual(taken.size, added.size);
        for (const [flow, members] of added) assert.deepEqual(taken.get(flow), members);
      }),
    );
  });

  it('serves a new flow next, and gives no flow more because it was absent', () => {
    const queue = new FairQueue<string>();
    for (let i = 0; i < 100; i++) queue.add('busy', 'busy');
    for (let i = 0; i < 10; i++) queue.charge(queue.take()!.flow, 10);
    for (let i = 0; i < 100; i++) queue.add('new', 'new');
    const order = Array.from({ length: 10 }, () => {
      const { member, flow } = queue.take()!;
      queue.charge(flow, 10);
      return member;
    });
    assert.equal(order[0], 'new');
    assert.equal(order.filter((member) => member === 'new').length, 5);
  });

  it('remembers a limited number of absent flows', () => {
    const queue = new FairQueue<number>();
    for (let i = 0; i < 100_000; i++) {
      queue.add(i, String(i));
      queue.charge(queue.take()!.flow, i % 7);
    }
    const { absent } = queue as unknown as { absent: Map<string, number> };
    assert(absent.size <= 1_001, String(absent.size));
  });
});
