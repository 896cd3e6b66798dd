import assert from 'node:assert/strict';
import { DataViewer } from '../../../../src/core/data/dataViewer';
import { cellAt } from '../../../../src/core/data/cellWindow';
import type { Arrangement } from '../../../../src/core/data/arrange';
import { compareTables } from '../../../../src/core/data/difference';
import type {
  CellWindow,
  DataInfo,
  DataQuestion,
  Place,
  ShownStatistics,
} from '../../../../src/core/data/questions';
import { dataOf } from '../../../../src/core/data/shownData';
import { LimitError } from '../../../../src/core/errors';
import { finish } from '../../../../src/core/data/steps';
import { indexedTableOf } from './tables';
import { Dict } from '../../../../src/core/values/value';

const VIEW = { arrangement: { sort: [{ column: 1, descending: true }], filters: [] } };

describe('the viewer of a table', () => {
  const value = Dict.from([
    ['name', ['a', 'b', 'c']],
    ['size', [1n, null, 3n]],
  ]);
  const viewer = new DataViewer(dataOf(value));

  it('returns the cells of a window in the requested order', () => {
    const question = {
      name: 'window',
      view: VIEW,
      rows: { start: 0, count: 9 },
      columns: { start: 0, count: 9 },
    } as const;
    const window = finish(viewer.answer(question)) as CellWindow;
    const shown = [0, 1, 2].map((row) => [0, 1, 2].map((column) => cellAt(window, row, column)?.text));
    assert.deepEqual(shown, [
      ['c', '3', undefined],
      ['a', '1', undefined],
      ['b', 'None', undefined],
    ]);
    assert.equal(cellAt(window, 3, 0), undefined);
    assert.equal(cellAt(window, 2, 1)?.kind, 'missing');
    assert.deepEqual(window.labels, [['2'], ['0'], ['1']]);
  });

  it('finds the next cell with a text, and continues at the start', () => {
    const find = {
      name: 'find',
      view: VIEW,
      text: 'C',
      from: { row: 1, column: 0 },
      backwards: false,
    } as const;
    assert.deepEqual(finish(viewer.answer(find)), { row: 0, column: 0 });
  });
});

describe('the viewer of a table that claims any number of rows', () => {
  const zero = { kind: 'number', text: '0' } as const;
  const column = {
    name: 'n',
    type: 'int64',
    kind: 'number',
    cell: () => zero,
    number: () => 0,
    value: () => 0n,
  } as const;
  const viewer = new DataViewer({ table: { rowCount: 2 ** 40, columns: [column], index: [] } });
  const view = { arrangement: { sort: [], filters: [] } };
  const range = {
    name: 'range',
    view,
    rows: { start: 0, count: 2 ** 40 },
    columns: { start: 0, count: 1 },
    hasHeader: true,
    maxLength: 1000,
  } as const;
  const refused: readonly DataQuestion[] = [
    { ...range, form: 'text' },
    { ...range, form: 'python' },
    { name: 'csv', maxLength: 1000 },
    { name: 'npy' },
    { name: 'series', view, y: [0], points: 100 },
    { name: 'count', view: VIEW },
  ];
  for (const question of refused)
    it(`refuses a question that would take memory for each row: ${JSON.stringify(question)}`, () => {
      assert.throws(() => finish(viewer.answer(question)), LimitError);
    });
});

describe('the viewer of numbers that are not finite', () => {
  it('returns them as texts, which can be sent to a page', () => {
    const viewer = new DataViewer(
      dataOf(
        Dict.from([
          ['a', [1, Infinity]],
          ['b', [NaN, 2]],
        ]),
      ),
    );
    const view = { arrangement: { sort: [], filters: [] } };
    const statistics = finish(viewer.answer({ name: 'statistics', view, column: 0 })) as ShownStatistics;
    assert.equal(statistics.mean, 'inf');
    const { picture } = finish(viewer.answer({ name: 'open' })) as DataInfo;
    assert.ok(picture);
    assert.deepEqual(finish(viewer.answer({ name: 'pixel', choice: picture.choice, x: 1, y: 0 })), ['nan']);
  });
});

describe('the viewer of a comparison', () => {
  const left = indexedTableOf({ id: ['a', 'b', 'c', 'd'], n: [1n, 2n, 3n, 4n], t: ['x', 'y', 'z', 'w'] });
  const right = indexedTableOf({ id: ['a', 'c', 'd', 'e'], n: [1n, 3n, 5n, 6n], t: ['x', 'q', 'v', 'u'] });
  const comparison = finish(compareTables(left, right, { absolute: 0, relative: 0 }));
  const viewer = new DataViewer({ table: comparison.table }, comparison);
  const view = { arrangement: { sort: [], filters: [] } };

  function walk(backwards: boolean, arrangement: Arrangement = view.arrangement): string[] {
    const found: string[] = [];
    let from = { row: 0, column: 0 };
    for (let step = 0; step < 6; step++) {
      const question = { name: 'difference', view: { arrangement }, from, backwards } as const;
      from = finish(viewer.answer(question)) as Place;
      found.push(`${String(from.row)} ${String(from.column)}`);
    }
    return found;
  }

  it('steps through the differences and starts again at the end, with a row of one side as a single difference', () => {
    assert.deepEqual(walk(false), ['1 0', '2 1', '3 0', '3 1', '4 0', '1 0']);
    assert.deepEqual(walk(true), ['4 0', '3 1', '3 0', '2 1', '1 0', '4 0']);
  });

  it('steps through the rows in the order in which they are shown', () => {
    const sorted = { sort: [{ column: 0, descending: true }], filters: [] };
    assert.deepEqual(walk(false, sorted).slice(0, 3), ['1 0', '1 1', '2 1']);
  });

  it('returns how each row and cell differs, in a form that can be sent as JSON', () => {
    const span = { start: 0, count: 9 };
    const window = finish(viewer.answer({ name: 'window', view, rows: span, columns: span })) as CellWindow;
    const received = JSON.parse(JSON.stringify(window)) as CellWindow;
    assert.deepEqual(received.marks, [null, 'removed', null, null, 'added']);
    const marks = [0, 1, 2, 3, 4].map((row) => [0, 1].map((column) => cellAt(received, row, column)?.mark));
    assert.deepEqual(marks, [
      [undefined, undefined],
      ['removed', 'removed'],
      [undefined, 'changed'],
      ['changed', 'changed'],
      ['added', 'added'],
    ]);
    assert.deepEqual(cellAt(received, 2, 0), { kind: 'number', text: '3' });
    assert.deepEqual(cellAt(received, 2, 1), { kind: 'text', text: 'q', mark: 'changed', before: 'z' });
  });

  it('finds nothing if nothing differs', () => {
    const same = finish(compareTables(left, left, { absolute: 0, relative: 0 }));
    const question = { name: 'difference', view, from: { row: 0, column: 0 }, backwards: false } as const;
    assert.equal(finish(new DataViewer({ table: same.table }, same).answer(question)), undefined);
  });

  it('writes a table as text, with a row in each line', () => {
    const text = finish(new DataViewer({ table: left }).answer({ name: 'csv', maxLength: 100 }));
    assert.equal(text, 'id,n,t\na,1,x\nb,2,y\nc,3,z\nd,4,w\n');
    assert.throws(() => finish(new DataViewer({ table: left }).answer({ name: 'csv', maxLength: 10 })), /10/);
  });
});
