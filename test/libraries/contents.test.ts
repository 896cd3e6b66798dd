import assert from 'node:assert/strict';
import { it } from 'mocha';
import { decodePickle } from '../../src/core/codecs/pickle/codec';
import { inEnglish } from '../../src/core/text';
import { recognise, type Known } from '../../src/core/values/known/recognise';
import type { Value } from '../../src/core/values/value';
import { writeValue, type ValueForm } from '../../src/cli/valueForms';
import { describeWithPythons, runPython } from '../interop/python';

/** One line of a script: a pickle in hexadecimal, and what is in it. */
interface Sample {
  readonly name: string;
  readonly pickle: string;
}

/** Reads what a script writes. Each sample must be of a known form. */
function readSamples<T extends Sample>(
  script: string,
  python: string,
): (T & { readonly known: Known; readonly value: Value })[] {
  return runPython(script, '', python).map((line) => {
    const sample = JSON.parse(line) as T;
    const { value } = decodePickle(Buffer.from(sample.pickle, 'hex'));
    const known = recognise(value);
    assert.ok(known, `${sample.name} is not recognized`);
    return { ...sample, known, value };
  });
}

function write(name: string, value: Value, form: ValueForm): Buffer {
  const writing = { form, at: undefined, isLossy: false, isStored: false };
  const { pieces } = writeValue(name, { value, problem: undefined }, writing);
  return Buffer.concat([...pieces].map((piece) => Buffer.from(piece as string)));
}

describeWithPythons('sparse matrices of scipy', ['scipy'], (python) => {
  it('are shown with the same number in each cell as in scipy', () => {
    const samples = readSamples<Sample & { readonly dense: number[][] }>('sparse_matrices.py', python);
    assert.ok(samples.length >= 60);
    for (const { name, dense, known, value } of samples) {
      const table = known.table?.();
      assert.ok(table, name);
      assert.equal(table.rowCount, dense.length, name);
      const rows = dense.map((_, row) => table.columns.map((column) => column.number?.(row)));
      assert.deepEqual(rows, dense, name);
      const csv = write(name, value, 'csv').toString().trimEnd().split('\n');
      assert.deepEqual(
        csv.map((line) => line.split(',').map(Number)),
        dense,
        name,
      );
      assert.match(
        inEnglish(known.line ?? ''),
        /^(csr|csc|coo|bsr|dia|lil|dok)_(matrix|array) \S+ \(\d,(?: \d,?)*\), \d+ stored$/,
      );
    }
  });
});

describeWithPythons('pictures of Pillow', ['PIL'], (python) => {
  it('have the same pixels as in Pillow', () => {
    const samples = readSamples<Sample & { readonly line: string; readonly rgba: string }>(
      'pillow_images.py',
      python,
    );
    assert.equal(samples.length, 27);
    for (const { name, line, rgba, known, value } of samples) {
      const picture = known.picture?.();
      assert.equal(known.line, line);
      assert.equal(Buffer.from(picture?.rgba ?? []).toString('hex'), rgba, name);
      const png = write(name, value, 'png');
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [picture?.width, picture?.height], name);
    }
  });
});

describeWithPythons('estimators of scikit-learn', ['sklearn'], (python) => {
  it('are shown with the version that fitted them and all of their attributes', () => {
    const samples = readSamples<Sample & { readonly version: string; readonly attributes: string[] }>(
      'estimators.py',
      python,
    );
    for (const { name, version, attributes, known } of samples) {
      const verb = name === 'Pipeline' ? 'made' : 'fitted';
      assert.equal(inEnglish(known.line ?? ''), `${name}, ${verb} with scikit-learn ${version}`);
      assert.equal(known.isRecord, undefined);
      const steps = Array.from({ length: known.children?.count ?? 0 }, (_, i) => known.children?.at(i).step);
      assert.deepEqual(
        steps,
        attributes.map((attribute) => ({ kind: 'part', name: attribute })),
        name,
      );
    }
  });
});
