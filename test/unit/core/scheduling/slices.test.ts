import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { forEachInSlices, sortInSlices } from '../../../../src/core/scheduling/slices';
import { countTurns } from '../../inbox/temporary';

describe('Work in slices', () => {
  it('sorts like Array.sort, and keeps the order of equal elements', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(20), fc.nat()), { maxLength: 2000 }), async (pairs) => {
        const byFirst = (a: [number, number], b: [number, number]): number => a[0] - b[0];
        assert.deepEqual(await sortInSlices(pairs, byFirst), [...pairs].sort(byFirst));
      }),
      { numRuns: 30 },
    );
  });

  it('visits each element once, in order', async () => {
    const seen: number[] = [];
    const all = Array.from({ length: 50_000 }, (_, i) => i);
    await forEachInSlices(all, (one) => seen.push(one));
    assert.deepEqual(seen, all);
  });

  it('lets other work run while it sorts a hundred thousand names', async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `item ${(i * 7919) % 100_000}.txt`);
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    const { result, turns } = await countTurns(() => sortInSlices(names, compare));
    assert.equal(result.length, names.length);
    assert.equal(result[0], 'item 0.txt');
    assert(turns > 10, `${turns} turns`);
  });
});
