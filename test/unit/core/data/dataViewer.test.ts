import assert from 'node:assert/strict';
import { DataViewer } from '../../../../src/core/data/dataViewer';
import { dataOf } from '../../../../src/core/data/shownData';
import { finish } from '../../../../src/core/data/steps';
import { Dict } from '../../../../src/core/values/value';

const SIGHT = { arrangement: { sort: [{ column: 1, descending: true }], filters: [] } };

describe('the viewer of a table', () => {
  const value = Dict.from([['name', ['a', 'b', 'c']], ['size', [1n, null, 3n]]]); // prettier-ignore
  const viewer = new DataViewer(dataOf(value));

  it('gives the cells of a window in the order that is asked for', () => {
    const question = { name: 'window', sight: SIGHT, rows: { start: 0, count: 9 }, columns: { start: 0, count: 9 } } as const; // prettier-ignore
    const window = finish(viewer.answer(question)) as { cells: { text: string }[][]; labels: string[][] };
    assert.deepEqual(
      window.cells.map((row) => row.map(({ text }) => text)),
      [
        ['c', '3'],
        ['a', '1'],
        ['b', 'None'],
      ],
    );
    assert.deepEqual(window.labels, [['2'], ['0'], ['1']]);
  });

  it('finds the next cell with a text, and begins again at the end', () => {
    const find = {
      name: 'find',
      sight: SIGHT,
      text: 'C',
      from: { row: 1, column: 0 },
      backwards: false,
    } as const;
    assert.deepEqual(finish(viewer.answer(find)), { row: 0, column: 0 });
  });
});
