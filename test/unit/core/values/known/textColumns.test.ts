import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodePickle } from '../../../../../src/core/codecs/pickle/reader';
import { arrangeRows, AS_STORED } from '../../../../../src/core/data/arrange';
import { columnStatistics } from '../../../../../src/core/data/statistics';
import { finish } from '../../../../../src/core/data/steps';
import { recognise } from '../../../../../src/core/values/known/recognise';
import { readRows } from './vectors';

describe('A column of texts of pyarrow with a missing one', () => {
  for (const name of ['series string[pyarrow]', 'series large_string[pyarrow]', 'pyarrow chunked'])
    it(`is sorted, filtered and counted as texts: ${name}`, () => {
      const pickles = readRows('pandas')
        .filter((row) => row.name === name)
        .flatMap((row) => Object.values(row.pickles));
      assert.ok(pickles.length > 0);
      for (const pickle of pickles) {
        const table = recognise(decodePickle(Buffer.from(pickle, 'base64')).value)?.table?.();
        assert.ok(table);
        const last = table.rowCount - 2;
        const arranged = (change: object): number[] => [
          ...(finish(arrangeRows(table, { ...AS_STORED, ...change })) ?? []),
        ];
        assert.equal(arranged({ sort: [{ column: 0, descending: true }] })[0], last);
        assert.deepEqual(arranged({ filters: [{ column: 0, text: '>= "a"' }] }).at(-1), last);
        const [column] = table.columns;
        const found = column && finish(columnStatistics(column, table.rowCount));
        assert.deepEqual([found?.missing, found?.distinct, found?.minimum], [1, last + 1, 'a']);
      }
    });
});
