import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { decodePickle } from '../../src/core/codecs/pickle/codec';
import { writeForm } from '../../src/core/codecs/writeForm';
import { arrangeRows, AS_STORED, type Arrangement, type SortKey } from '../../src/core/data/arrange';
import type { Table } from '../../src/core/arrays/table';
import { csvPieces } from '../../src/core/data/csv';
import { columnStatistics } from '../../src/core/data/statistics';
import { finish } from '../../src/core/data/steps';
import { plainJson } from '../../src/core/values/known/plainJson';
import { recognise } from '../../src/core/values/known/recognise';
import type { Value } from '../../src/core/values/value';
import { describeWithPythons, runPython } from '../interop/python';

/** A line of random_frames.py. */
interface Sample {
  readonly pickle: string;
  readonly csv: string;
  readonly json: unknown;
  readonly sorts: readonly { readonly keys: readonly SortKey[]; readonly rows: readonly number[] }[];
  readonly filters: readonly {
    readonly column: number;
    readonly text: string;
    readonly rows: readonly number[];
  }[];
  readonly statistics: readonly ColumnAnswer[];
}

interface ColumnAnswer {
  readonly missing: number;
  readonly distinct: number;
  /** Rows. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly mean?: number;
  readonly deviation?: number;
}

/** Others are tried with these in the environment. */
const SEED = process.env.PROPERTY_SEED ?? '1';
const FRAMES = process.env.RANDOM_FRAMES ?? '150';

describeWithPythons('Random frames', ['pandas'], (python) => {
  let frames: (Sample & { readonly name: string; readonly value: Value; readonly table: Table })[] = [];
  before(() => {
    frames = runPython('random_frames.py', `${SEED} ${FRAMES}`, python).map((line, place) => {
      const sample = JSON.parse(line) as Sample;
      const { value } = decodePickle(Buffer.from(sample.pickle, 'hex'));
      const table = recognise(value)?.table?.();
      const name = `frame ${String(place)} of seed ${SEED}: ${sample.csv.slice(0, 2000)}`;
      assert.ok(table, name);
      return { ...sample, name, value, table };
    });
    assert.equal(frames.length, Number(FRAMES));
  });

  function arranged(table: Table, arrangement: Partial<Arrangement>): number[] {
    const rows = finish(arrangeRows(table, { ...AS_STORED, ...arrangement }));
    return [...(rows ?? Array(table.rowCount).keys())];
  }

  it('are sorted as pandas sorts them', () => {
    for (const { name, table, sorts } of frames)
      for (const { keys, rows } of sorts)
        assert.deepEqual(arranged(table, { sort: keys }), rows, `${JSON.stringify(keys)} in ${name}`);
  });

  it('are filtered as pandas filters them', () => {
    for (const { name, table, filters } of frames)
      for (const { column, text, rows } of filters)
        assert.deepEqual(
          arranged(table, { filters: [{ column, text }] }),
          rows,
          `${table.columns[column]?.name ?? ''} ${text} in ${name}`,
        );
  });

  it('have columns with the same statistics as in pandas', () => {
    for (const { name, table, statistics } of frames)
      for (const [place, expected] of statistics.entries()) {
        const column = table.columns[place];
        assert.ok(column);
        const found = finish(columnStatistics(column, table.rowCount));
        const where = `column ${String(place)} of ${name}`;
        const { missing, distinct, minimum, maximum, mean, deviation } = expected;
        assert.deepEqual([found.missing, found.distinct], [missing, distinct], where);
        if (minimum !== undefined) assert.equal(found.minimum, column.cell(minimum).text, where);
        if (maximum !== undefined) assert.equal(found.maximum, column.cell(maximum).text, where);
        if (mean !== undefined) assertClose(found.mean, mean, where);
        if (deviation !== undefined) assertClose(found.deviation, deviation, where);
      }
  });

  it('are written as the same CSV and JSON as by pandas', () => {
    for (const { name, table, value, csv, json } of frames) {
      assert.equal([...csvPieces(table, true)].join(''), csv, name);
      const text = writeForm('json', plainJson(value).value, { maxLength: 1_000_000 });
      assert.deepEqual(JSON.parse(text), json, name);
    }
  });
});

function assertClose(found: number | undefined, expected: number, where: string): void {
  const difference = Math.abs((found ?? NaN) - expected);
  assert.ok(
    difference <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${String(found)} and ${String(expected)}: ${where}`,
  );
}
