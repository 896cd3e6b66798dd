import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tableOfValue } from '../../../../src/core/data/valueTables';
import { Dict, Tuple, type Value } from '../../../../src/core/values/value';
import { arbitraryValue } from '../values/arbitraryValue';
import { textsOf } from './tables';

describe('the table of a plain value', () => {
  it('has a row for each record, and a missing cell if a record lacks a key', () => {
    const table = tableOfValue([
      Dict.from([
        ['a', 1n],
        ['b', 'x'],
      ]),
      Dict.from([['a', 2.5]]),
    ]);
    assert.ok(table);
    assert.deepEqual(
      table.columns.map(({ name, type, kind }) => [name, type, kind]),
      [
        ['a', 'float | int', 'number'],
        ['b', 'None | str', 'text'],
      ],
    );
    assert.deepEqual(textsOf(table, 0), ['1', '2.5']);
    assert.deepEqual(table.columns[1]?.cell(1), { kind: 'missing', text: 'None' });
    assert.equal(table.columns[0]?.number?.(1), 2.5);
    assert.equal(table.columns[1].number, undefined);
  });

  it('has a column for each of the equally long lists of a dictionary', () => {
    const table = tableOfValue(
      Dict.from([
        ['x', [1n, 2n]],
        [3n, new Tuple([true, null])],
      ]),
    );
    assert.ok(table);
    assert.equal(table.rowCount, 2);
    assert.deepEqual(
      table.columns.map(({ name, kind }) => [name, kind]),
      [
        ['x', 'number'],
        ['3', 'boolean'],
      ],
    );
  });

  it('has a row for each of the equally long lists of a list', () => {
    const table = tableOfValue([[1n, -0.0], new Tuple([2n, NaN])]);
    assert.ok(table);
    assert.deepEqual(textsOf(table, 1), ['-0.0', 'nan']);
    assert.equal(table.columns[1]?.cell(1).kind, 'nan');
  });

  it('has one column for a list of values without parts', () => {
    const table = tableOfValue([1n, 'x', null, true]);
    assert.ok(table);
    assert.deepEqual(
      [0, 1, 2, 3].map((row) => table.columns[0]?.cell(row).kind),
      ['number', 'text', 'missing', 'boolean'],
    );
  });

  it('does not exist for other values', () => {
    const others: Value[] = [
      [],
      Dict.from([]),
      Dict.from([
        ['a', [1n]],
        ['b', [1n, 2n]],
      ]),
      Dict.from([['a', 1n]]),
      [[1n], [1n, 2n]],
      [[1n], 2n],
      [[], []],
      'text',
      null,
    ];
    for (const value of others) assert.equal(tableOfValue(value), undefined);
  });

  it('has readable cells, whatever the value is', () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => {
        const table = tableOfValue(value);
        for (const column of table?.columns ?? [])
          for (let row = 0; row < (table?.rowCount ?? 0); row++) {
            assert.equal(typeof column.cell(row).text, 'string');
            assert.equal(typeof (column.number?.(row) ?? 0), 'number');
          }
      }),
    );
  });
});
