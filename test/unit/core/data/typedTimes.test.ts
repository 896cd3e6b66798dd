import assert from 'node:assert/strict';
import fc from 'fast-check';
import { durationText } from '../../../../src/core/arrays/instants';
import { durationNanoseconds, instantNanoseconds } from '../../../../src/core/data/filter';

describe('times as a person types them', () => {
  it('are moments in UTC unless they contain another zone', () => {
    assert.equal(instantNanoseconds('1970-01-01'), 0n);
    assert.equal(instantNanoseconds('1970-01-01 00:00:01'), 1_000_000_000n);
    assert.equal(instantNanoseconds('1970-01-01T00:00:00.000000001Z'), 1n);
    assert.equal(instantNanoseconds('1969-12-31 23:59:59.9'), -100_000_000n);
    assert.equal(instantNanoseconds('1970-01-01T01:00:00.5+01:00'), 500_000_000n);
  });

  it('are durations, with a unit or as pandas prints them', () => {
    assert.equal(durationNanoseconds('1.5 h'), 5_400_000_000_000n);
    assert.equal(durationNanoseconds('-2 days'), -172_800_000_000_000n);
    assert.equal(durationNanoseconds('90s'), 90_000_000_000n);
    assert.equal(durationNanoseconds('02:03:04.5'), 7_384_500_000_000n);
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanoseconds) => {
        assert.equal(durationNanoseconds(durationText(nanoseconds)), nanoseconds);
      }),
    );
  });

  it('are not recognized in other texts', () => {
    for (const text of ['', ' ', 'abc', '3', 'h', '1 fortnight', `${'9'.repeat(400)} h`]) {
      assert.equal(durationNanoseconds(text), undefined, text);
      if (text !== '3') assert.equal(instantNanoseconds(text), undefined, text);
    }
  });

  it('never throw, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-+:. TZdayshm'.split('')) }), (text) => {
        for (const read of [durationNanoseconds, instantNanoseconds]) {
          const found = read(text);
          assert.ok(found === undefined || typeof found === 'bigint');
        }
      }),
    );
  });
});
