import assert from 'node:assert/strict';
import fc from 'fast-check';
import { columnStatistics, type ColumnStatistics } from '../../../../src/core/data/statistics';
import { finish } from '../../../../src/core/data/steps';
import type { Value } from '../../../../src/core/values/value';
import { tableOf } from './tables';

function statistics(values: readonly Value[], rows?: readonly number[]): ColumnStatistics {
  const [column] = tableOf({ a: values }).columns;
  assert.ok(column);
  return finish(columnStatistics(column, values.length, rows && Uint32Array.from(rows)));
}

describe('the statistics of a column', () => {
  it('describe its numbers', () => {
    const { histogram, ...facts } = statistics([1n, 2n, null, 2.0, NaN, 7n]);
    assert.deepEqual(facts, {
      rows: 6,
      missing: 2,
      distinct: 3,
      hasMoreDistinct: false,
      minimum: '1',
      maximum: '7',
      mean: 3,
      deviation: Math.sqrt(22 / 4),
    });
    assert.deepEqual(histogram, { low: 1, high: 7, counts: [3, 0, 0, 1] });
  });

  it('list the most frequent texts', () => {
    const { frequent, minimum, maximum, distinct, missing } = statistics(['b', 'a', 'b', null]);
    assert.deepEqual(
      { minimum, maximum, distinct, missing },
      { minimum: 'a', maximum: 'b', distinct: 2, missing: 1 },
    );
    assert.deepEqual(frequent, [
      { text: 'b', count: 2 },
      { text: 'a', count: 1 },
    ]);
  });

  it('have the fraction of true values as the mean', () => {
    assert.equal(statistics([true, false, true, true, null]).mean, 0.75);
  });

  it('count only the shown rows', () => {
    assert.equal(statistics([1n, 2n, 3n], [0, 2]).mean, 2);
  });

  it('have no extremes if all values are missing', () => {
    assert.deepEqual(statistics([null, null]), {
      ...{ rows: 2, missing: 2, distinct: 0, hasMoreDistinct: false, frequent: [] },
    });
    assert.deepEqual(statistics([NaN]), { rows: 1, missing: 1, distinct: 0, hasMoreDistinct: false });
  });

  it('keep infinities out of the histogram', () => {
    const { histogram, maximum, mean } = statistics([1.0, 2.0, Infinity]);
    assert.equal(maximum, 'inf');
    assert.equal(mean, Infinity);
    assert.equal(histogram?.high, 2);
  });

  it('agree with the definition of a mean, and count each finite number once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        (numbers) => {
          const { mean = NaN, histogram, distinct } = statistics(numbers);
          const expected = numbers.reduce((sum, number) => sum + number / numbers.length, 0);
          const scale = Math.max(1, ...numbers.map(Math.abs));
          assert.ok(Math.abs(mean - expected) <= 1e-9 * scale, `${mean} ${expected}`);
          assert.equal(
            histogram?.counts.reduce((sum, count) => sum + count, 0),
            numbers.length,
          );
          assert.equal(distinct, new Set(numbers).size);
        },
      ),
    );
  });
});
