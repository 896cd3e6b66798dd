import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareTables, type Comparison } from '../../../../src/core/data/difference';
import { finish } from '../../../../src/core/data/steps';
import type { Table } from '../../../../src/core/arrays/table';
import type { Value } from '../../../../src/core/values/value';
import { indexedTableOf, tableOf } from './tables';

function compare(left: Table, right: Table, absolute = 0, relative = 0): Comparison {
  return finish(compareTables(left, right, { absolute, relative }));
}

/** The marks of a column, from the top. */
function marks({ table }: Comparison, column: number): (string | undefined)[] {
  return Array.from({ length: table.rowCount }, (_, row) => table.columns[column]?.mark(row));
}

describe('the difference of two tables', () => {
  it('marks changed cells, with their previous values', () => {
    const comparison = compare(
      tableOf({ a: [1n, 2n], b: ['x', 'y'] }),
      tableOf({ a: [1n, 3n], b: ['x', 'y'] }),
    );
    assert.deepEqual(marks(comparison, 0), [undefined, 'changed']);
    assert.deepEqual(marks(comparison, 1), [undefined, undefined]);
    assert.equal(comparison.table.columns[0]?.cell(1).text, '3');
    assert.equal(comparison.table.columns[0].before(1)?.text, '2');
    assert.deepEqual([...comparison.differing], [1]);
    assert.equal(comparison.summary.cells, 1);
  });

  it('matches rows by their labels if these are unique', () => {
    const left = indexedTableOf({ id: ['a', 'b', 'c'], n: [1n, 2n, 3n] });
    const right = indexedTableOf({ id: ['b', 'x', 'c', 'a'], n: [2n, 9n, 4n, 1n] });
    const comparison = compare(left, right);
    const { summary, table } = comparison;
    assert.deepEqual(
      [0, 1, 2, 3].map((row) => table.index[0]?.cell(row).text),
      ['a', 'b', 'x', 'c'],
    );
    assert.deepEqual(marks(comparison, 0), [undefined, undefined, 'added', 'changed']);
    assert.equal(summary.byLabel, true);
    assert.deepEqual([summary.addedRows, summary.removedRows, summary.changedRows], [1, 0, 1]);
  });

  it('matches rows by position if a label is repeated', () => {
    const left = indexedTableOf({ id: ['a', 'a'], n: [1n, 2n] });
    const { summary } = compare(left, indexedTableOf({ id: ['a', 'a', 'b'], n: [1n, 2n, 3n] }));
    assert.equal(summary.byLabel, false);
    assert.equal(summary.addedRows, 1);
  });

  it('reports columns of one side only, and different types', () => {
    const comparison = compare(tableOf({ a: [1n], old: [1n] }), tableOf({ a: [1.0], fresh: [2n] }));
    assert.deepEqual(comparison.summary.types, [{ column: 'a', left: 'int', right: 'float' }]);
    assert.deepEqual(comparison.summary.addedColumns, ['fresh']);
    assert.deepEqual(comparison.summary.removedColumns, ['old']);
    assert.deepEqual(
      [0, 1, 2].map((column) => marks(comparison, column)),
      [[undefined], ['removed'], ['added']],
    );
  });

  it('treats numbers within the tolerance as equal, and nan as equal to nan but not to None', () => {
    const left = tableOf({ a: [1.0, 100.0, NaN, NaN] });
    const right = tableOf({ a: [1.05, 101.0, NaN, null] });
    assert.deepEqual(marks(compare(left, right), 0), ['changed', 'changed', undefined, 'changed']);
    assert.deepEqual(marks(compare(left, right, 0.1), 0), [undefined, 'changed', undefined, 'changed']);
    assert.deepEqual(marks(compare(left, right, 0, 0.1), 0), [undefined, undefined, undefined, 'changed']);
  });

  it('distinguishes integers that are equal as floats', () => {
    const comparison = compare(tableOf({ a: [2n ** 60n] }), tableOf({ a: [2n ** 60n + 1n] }));
    assert.deepEqual(marks(comparison, 0), ['changed']);
  });

  it('finds no difference between a table and itself', () => {
    const cell = fc.oneof(fc.double(), fc.bigInt(), fc.string(), fc.constant(null), fc.boolean());
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (values) => {
        const { summary, differing } = compare(tableOf({ a: values }), tableOf({ a: values }));
        assert.equal(summary.cells, 0);
        assert.equal(differing.length, 0);
      }),
    );
  });

  it('counts no cell of a column that only one side has', () => {
    const { summary, differing } = compare(tableOf({ a: [1n, 2n] }), tableOf({ a: [1n, 2n], b: [3n, 4n] }));
    assert.deepEqual([summary.cells, summary.changedRows, [...differing]], [0, 0, []]);
  });

  it('matches rows by position if both tables have the same labels, even if one is repeated', () => {
    const left = indexedTableOf({ id: ['a', 'a'], n: [1n, 2n] });
    const { summary } = compare(left, indexedTableOf({ id: ['a', 'a'], n: [1n, 3n] }));
    assert.deepEqual([summary.byLabel, summary.cells], [true, 1]);
  });

  it('matches columns of the same name in their order', () => {
    const twice = (...last: Value[]): Table => ({
      ...tableOf({ a: [1n], b: [2n] }),
      columns: [...tableOf({ a: [1n] }).columns, ...tableOf({ a: last }).columns],
    });
    assert.deepEqual([...compare(twice(2n), twice(3n)).differing], [0]);
    assert.equal(compare(twice(2n), twice(2n)).summary.cells, 0);
  });

  it('treats True and 1 as equal between columns of bool and int, whose types are reported as different', () => {
    const { summary } = compare(tableOf({ a: [true, false] }), tableOf({ a: [1n, 1n] }));
    assert.equal(summary.cells, 1);
    assert.deepEqual(summary.types, [{ column: 'a', left: 'bool', right: 'int' }]);
  });

  it('distinguishes a boolean from a number among other values, and infinity from very large numbers', () => {
    const { summary } = compare(
      tableOf({ a: [true, 'x', Infinity] as Value[] }),
      tableOf({ a: [1n, 'x', 1e300] as Value[] }),
      2,
    );
    assert.equal(summary.cells, 2);
  });
});
