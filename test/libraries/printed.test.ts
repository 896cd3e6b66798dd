import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { writeValue, type ValueForm } from '../../src/cli/valueForms';
import { decodePickle } from '../../src/core/codecs/pickle/codec';
import { describeWithPythons, runPython } from '../interop/python';

interface Sample {
  readonly name: string;
  readonly pickle: string;
  /** Null if this version of pandas or numpy prints it in another way than Picklepost, which does it as the newest ones do. */
  readonly printed: string | null;
  /** The CSV of a frame or a series. */
  readonly csv: string | null;
  /** Whether a line below says its class, types and shape. */
  readonly isDescribed: boolean;
  /** Whether a .npy file holds it. */
  readonly isArray: boolean;
}

describeWithPythons('Arrays, frames and series', ['pandas', 'PIL'], (python) => {
  let samples: Sample[] = [];
  before(() => {
    samples = runPython('printed_values.py', '', python).map((line) => JSON.parse(line) as Sample);
    assert.ok(samples.length > 40);
  });

  function write({ name, pickle }: Pick<Sample, 'name' | 'pickle'>, form: ValueForm): Buffer {
    const { value } = decodePickle(Buffer.from(pickle, 'hex'));
    const writing = { form, at: undefined, isLossy: false, isStored: false };
    const { pieces } = writeValue(name, { value, problem: undefined }, writing);
    return Buffer.concat([...pieces].map((piece) => Buffer.from(piece as string)));
  }

  it('are printed as Python prints them, with a description below', () => {
    const wrong = [];
    for (const { name, pickle, printed, isDescribed } of samples) {
      if (printed === null) continue;
      const lines = printed.split('\n').map((line) => line.trimEnd());
      const own = write({ name, pickle }, 'printed').toString().split('\n');
      const shown = own.slice(0, lines.length).map((line) => line.trimEnd());
      if (shown.join('\n') !== lines.join('\n')) wrong.push({ name, shown, lines });
      if (isDescribed) assert.match(own.at(-2) ?? '', /\(.*\)$| 0 columns$/, name);
    }
    assert.deepEqual(wrong, []);
  });

  it('are written as the same CSV as by pandas', () => {
    const wrong = samples
      .map(({ name, pickle, csv }) => ({ name, csv, own: csv && write({ name, pickle }, 'csv').toString() }))
      .filter(({ csv, own }) => own !== csv);
    assert.deepEqual(wrong, []);
  });

  it('are loaded unchanged by numpy from .npy files', () => {
    const lines = samples
      .filter(({ isArray }) => isArray)
      .map((sample) => ({ ...sample, npy: write(sample, 'npy').toString('hex') }));
    assert.ok(lines.length > 20);
    const input = lines.map((line) => JSON.stringify(line)).join('\n');
    assert.deepEqual(runPython('compare_arrays.py', input, python), []);
  });

  it('are written as PNG files in which Pillow reads the same pixels', () => {
    const sample = samples.find(({ name }) => name === 'bytes');
    assert.ok(sample);
    const line = JSON.stringify({ ...sample, png: write(sample, 'png').toString('hex') });
    assert.deepEqual(runPython('compare_arrays.py', line, python), []);
  });
});
