import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrangeRows, type Arrangement } from '../../../../src/core/data/arrange';
import { finish } from '../../../../src/core/data/steps';
import type { Table } from '../../../../src/core/arrays/table';
import { tableOf, textsOf } from './tables';

function arrange(table: Table, arrangement: Partial<Arrangement>): number[] {
  const rows = finish(arrangeRows(table, { sort: [], filters: [], ...arrangement }));
  return [...(rows ?? Array(table.rowCount).keys())];
}

describe('arranging the rows of a table', () => {
  it('sorts numbers by value, with missing ones last in both directions', () => {
    const table = tableOf({ a: [10n, 9.5, null, -Infinity, NaN, -3n] });
    assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: false }] }), [3, 5, 1, 0, 2, 4]);
    assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: true }] }), [0, 1, 5, 3, 2, 4]);
  });

  it('keeps the order of rows with equal cells, and treats -0.0 as 0.0', () => {
    const table = tableOf({ a: [0.0, 1.0, -0.0, 1.0, 0.0] });
    assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: false }] }), [0, 2, 4, 1, 3]);
    assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: true }] }), [1, 3, 0, 2, 4]);
  });

  it('sorts any text and the largest integer before missing values', () => {
    const table = tableOf({ s: [null, 'a', 'b'], n: [null, 2n ** 63n - 1n, -(2n ** 63n)] });
    assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: true }] }), [2, 1, 0]);
    assert.deepEqual(arrange(table, { sort: [{ column: 1, descending: false }] }), [2, 1, 0]);
    assert.deepEqual(arrange(table, { sort: [{ column: 1, descending: true }] }), [1, 2, 0]);
  });

  it('distinguishes integers that are the same number in JavaScript', () => {
    const held = [2n ** 53n + 1n, 2n ** 53n, -(2n ** 53n) - 1n, -(2n ** 53n)];
    const table = tableOf({ a: held });
    assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: false }] }), [2, 3, 1, 0]);
    const filters = [{ column: 0, text: `== ${String(2n ** 53n + 1n)}` }];
    assert.deepEqual(arrange(table, { filters }), [0]);
  });

  it('sorts by several columns, the first of which counts most', () => {
    const table = tableOf({ name: ['b', 'a', 'b', 'a'], size: [1n, 2n, 3n, 4n] });
    const sort = [
      { column: 0, descending: false },
      { column: 1, descending: true },
    ];
    assert.deepEqual(arrange(table, { sort }), [3, 1, 2, 0]);
  });

  it('sorts any numbers as JavaScript does', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (numbers) => {
        fc.pre(numbers.length > 0);
        const table = tableOf({ a: numbers });
        const expected = [...numbers.keys()].sort(
          (a, b) => Math.sign((numbers[a] ?? 0) - (numbers[b] ?? 0)) || a - b,
        );
        const rows = arrange(table, { sort: [{ column: 0, descending: false }] });
        const at = (row: number): number => (numbers[row] ?? 0) + 0;
        assert.deepEqual(rows.map(at), expected.map(at));
      }),
    );
  });

  it('sorts texts by their code points, and is stable', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '\uffe0', '\u{1f952}', '\u{10000}'),
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const table = tableOf({ a: texts });
        const compare = (a: string, b: string): number =>
          Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
        const expected = [...texts.keys()].sort((a, b) => compare(texts[a] ?? '', texts[b] ?? '') || a - b);
        assert.deepEqual(arrange(table, { sort: [{ column: 0, descending: false }] }), expected);
      }),
    );
  });

  it('shows the rows in which a column contains a text, ignoring case', () => {
    const table = tableOf({ a: ['Dill', 'sour', 'x'], b: ['1', '2', 'pickle DILL'] });
    assert.deepEqual(arrange(table, { filters: [{ text: 'dill' }] }), [0, 2]);
  });

  it('reads comparisons in the forms that people write', () => {
    const table = tableOf({
      n: [1n, 3.5, null, NaN, -0.0],
      s: ['x', 'y', 'X', null, 'is missing'],
      b: [true, false, null, true, true],
    });
    const kept = (column: number, text: string) => arrange(table, { filters: [{ column, text }] });
    assert.deepEqual(kept(0, '> 1'), [1]);
    assert.deepEqual(kept(0, '>=1'), [0, 1]);
    assert.deepEqual(kept(0, '== 0'), [4]);
    assert.deepEqual(kept(0, '!= 1'), [1, 2, 3, 4]);
    assert.deepEqual(kept(0, 'is missing'), [2, 3]);
    assert.deepEqual(kept(0, 'is not missing'), [0, 1, 4]);
    assert.deepEqual(kept(1, '== "x"'), [0]);
    assert.deepEqual(kept(1, '= X'), [2]);
    assert.deepEqual(kept(1, '"is missing"'), []);
    assert.deepEqual(kept(1, '== is missing'), [4]);
    assert.deepEqual(kept(2, '== true'), [0, 3, 4]);
  });

  it('applies every filter', () => {
    const table = tableOf({ n: [1n, 2n, 3n, 4n], s: ['a', 'b', 'a', 'b'] });
    const filters = [
      { column: 0, text: '> 1' },
      { column: 1, text: 'a' },
    ];
    assert.deepEqual(textsOf(table, 0, arrange(table, { filters })), ['3']);
  });

  it('reports an invalid comparison for a column of numbers', () => {
    const table = tableOf({ n: [1n] });
    assert.throws(
      () => arrange(table, { filters: [{ column: 0, text: '> abc' }] }),
      /"abc" cannot be compared/,
    );
  });

  it('filters by a comparison as JavaScript compares', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, fc.double({ noNaN: true, noDefaultInfinity: true }), (held, limit) => {
        const rows = arrange(tableOf({ a: held }), { filters: [{ column: 0, text: `< ${limit}` }] });
        assert.deepEqual(
          rows,
          [...held.keys()].filter((row) => (held[row] ?? 0) < limit),
        );
      }),
    );
  });

  it('can be cancelled between any two steps', () => {
    const table = tableOf({ a: Array.from({ length: 50_000 }, (_, i) => BigInt((i * 7919) % 50_000)) });
    const steps = arrangeRows(table, { sort: [{ column: 0, descending: false }], filters: [] });
    let count = 0;
    for (let step = steps.next(); !step.done; step = steps.next()) count++;
    assert.ok(count > 10, `${count} steps`);
  });
});
