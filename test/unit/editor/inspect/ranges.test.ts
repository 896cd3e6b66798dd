import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  RANGE_SIZE,
  rangesAround,
  splitAfterBeginning,
  splitIntoRanges,
  type Range,
} from '../../../../src/editor/inspect/ranges';

describe('ranges of children', () => {
  it('do not exist for few children', () => {
    assert.deepEqual(splitIntoRanges({ start: 0, count: RANGE_SIZE }), []);
  });

  it('split a million entries into a hundred ranges of ten thousand, and each of these into a hundred of a hundred', () => {
    const ranges = splitIntoRanges({ start: 0, count: 1_000_000 });
    assert.equal(ranges.length, 100);
    assert.deepEqual(ranges[50], { start: 500_000, count: 10_000 });
    assert.deepEqual(splitIntoRanges(ranges[50] as Range)[1], { start: 500_100, count: 100 });
  });

  it('cover every child once, in order, however many there are', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 3_000_000 }), (start, count) => {
        const ranges = splitIntoRanges({ start, count });
        if (count <= RANGE_SIZE) return ranges.length === 0;
        let at = start;
        for (const range of ranges) {
          assert.equal(range.start, at);
          assert.ok(range.count > 0 && range.count < count);
          at += range.count;
        }
        assert.equal(at, start + count);
        return ranges.length <= RANGE_SIZE;
      }),
    );
  });
});

describe('a long list', () => {
  it('is shown completely if it is not much longer than a page', () => {
    assert.deepEqual(splitAfterBeginning(200), { beginning: { start: 0, count: 200 }, rest: [] });
  });

  it('shows its first items directly, and all others in ranges', () => {
    const { beginning, rest } = splitAfterBeginning(100_000);
    assert.deepEqual(beginning, { start: 0, count: 100 });
    assert.equal(rest.length, 10);
    assert.deepEqual(rest[0], { start: 100, count: 10_000 });
    assert.deepEqual(rest.at(-1), { start: 90_100, count: 9_900 });
  });
});

describe('the ranges around a child', () => {
  it('are those that must be expanded one by one to show it', () => {
    assert.deepEqual(rangesAround(5, 100), []);
    assert.deepEqual(rangesAround(123_456, 1_000_000), [
      { start: 120_000, count: 10_000 },
      { start: 123_400, count: 100 },
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000_000 }), fc.nat(), (count, number) => {
        const ordinal = number % count;
        const around = rangesAround(ordinal, count);
        let shown: Range = { start: 0, count };
        for (const range of around) {
          assert.ok(
            splitIntoRanges(shown).some((part) => part.start === range.start && part.count === range.count),
          );
          shown = range;
        }
        assert.ok(shown.count <= RANGE_SIZE && ordinal >= shown.start && ordinal < shown.start + shown.count);
      }),
    );
  });
});
