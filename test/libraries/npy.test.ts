import assert from 'node:assert/strict';
import { transpose, type NdArray } from '../../src/core/arrays/ndArray';
import { encodeNpy } from '../../src/core/data/npy';
import { finish } from '../../src/core/data/steps';
import { describeWithPythons, runPython } from '../interop/python';

describeWithPythons('files of arrays', ['numpy'], (python) => {
  it('opens the .npy files that are saved', () => {
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);
    const made: NdArray = {
      type: { name: '>i4', kind: 'int', size: 4, littleEndian: false },
      shape: [2, 3],
      strides: [12, 4],
      offset: 0,
      bytes,
    };
    const file = finish(encodeNpy(transpose(made, [1, 0]), 1000));
    const input = Buffer.from(file).toString('base64');
    const columns = [0, 12, 4, 16, 8, 20].map((at) =>
      Buffer.from(bytes.subarray(at, at + 4)).toString('hex'),
    );
    assert.deepEqual(runPython('load_npy.py', input, python), [`>i4 (3, 2) ${columns.join('')}`]);
  });
});
