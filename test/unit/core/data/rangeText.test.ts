import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RangeForm } from '../../../../src/core/data/questions';
import { rangeText } from '../../../../src/core/data/rangeText';
import { finish } from '../../../../src/core/data/steps';
import type { Table } from '../../../../src/core/arrays/table';
import { indexedTableOf, tableOf } from './tables';

const TABLE = tableOf({
  'a|b': [1n, -0.0, null],
  text: ['x,"y"', 'line\nbreak', '\ttab'],
  flag: [true, null, false],
});

function write(
  table: Table,
  form: RangeForm,
  hasHeader = true,
  rows: Iterable<number> = Array(table.rowCount).keys(),
) {
  return finish(rangeText({ rows, columns: table.columns, index: table.index, hasHeader }, form, 10_000));
}

describe('a range of cells as text', () => {
  it('is separated by tabs, one row in each line', () => {
    assert.equal(write(TABLE, 'text', false), '1\tx,"y"\tTrue\n-0.0\tline break\tNone\nNone\t tab\tFalse');
  });

  it('is CSV that spreadsheets and Python read, with missing cells empty', () => {
    assert.equal(write(TABLE, 'csv'), 'a|b,text,flag\n1,"x,""y""",True\n-0.0,"line\nbreak",\n,\ttab,False\n');
    assert.equal(write(tableOf({ a: [null] }), 'csv'), 'a\n""\n');
  });

  it('is a table in Markdown', () => {
    assert.equal(
      write(TABLE, 'markdown', false, [0]),
      '| a\\|b | text | flag |\n| --: | --- | --- |\n| 1 | x,"y" | True |',
    );
  });

  it('is Python source: a value, a list, or a dictionary of lists', () => {
    assert.equal(write(tableOf({ a: [1.5] }), 'python'), '1.5');
    assert.equal(
      write(tableOf({ a: [NaN, -Infinity, null] }), 'python'),
      '[float("nan"), float("-inf"), None]',
    );
    assert.equal(
      write(TABLE, 'python', true, [0, 1]),
      '{\n    "a|b": [1, -0.0],\n    "text": ["x,\\"y\\"", "line\\nbreak"],\n    "flag": [True, None],\n}',
    );
  });

  it('begins with the index', () => {
    const table = indexedTableOf({ id: ['r1', 'r2'], n: [1n, 2n] });
    assert.equal(write(table, 'csv'), 'id,n\nr1,1\nr2,2\n');
  });

  it('is refused if it would be too long', () => {
    const table = tableOf({ a: ['x'.repeat(20_000)] });
    for (const form of ['text', 'csv', 'markdown', 'python'] as const)
      assert.throws(() => write(table, form), /exceeds the limit of 10,000 characters/);
  });

  it('is CSV from which every text can be read again', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (texts) => {
        assert.deepEqual(parseCsvColumn(write(tableOf({ a: texts, b: texts }), 'csv', false)), texts);
      }),
    );
  });
});

/** The first field of each line. */
function parseCsvColumn(csv: string): string[] {
  const fields = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*)),(?:"(?:[^"]|"")*"|[^,\r\n"]*)\n/gy;
  return [...csv.matchAll(fields)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
