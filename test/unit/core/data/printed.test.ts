import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { listTensors } from '../../../../src/core/data/printed';
import { formatPath } from '../../../../src/core/render/path';
import { arrayValue } from '../../../../src/core/values/known/numpy/knownArray';
import { Dict, type Value } from '../../../../src/core/values/value';

const tensor = (length: number): Value =>
  arrayValue({
    type: { name: 'uint8', kind: 'uint', size: 1, littleEndian: true },
    shape: [length],
    strides: [1],
    offset: 0,
    bytes: new Uint8Array(length),
  });

describe('The list of tensors', () => {
  it('shows the path, type, shape and size of each', () => {
    const root = Dict.from([
      ['bias', tensor(2)],
      ['layers', [tensor(10)]],
    ] as [Value, Value][]);
    assert.deepEqual(listTensors(root), [
      'bias               uint8  (2,)   2 bytes',
      'data["layers"][0]  uint8  (10,)  10 bytes',
    ]);
  });

  it('shows a tensor under each of its names', () => {
    const tied = tensor(1);
    assert.deepEqual(listTensors(Dict.from([['a', tied] as [Value, Value], ['b', tied]])), [
      'a  uint8  (1,)  1 bytes',
      'b  uint8  (1,)  1 bytes',
    ]);
  });

  it('shows a name that is like a path, or would break the line, as a path', () => {
    const names = ['data', 'data.x', '.x', '[0]', 'a\nb', '\u001b[31m', ''];
    const lines = listTensors(Dict.from(names.map((name): [Value, Value] => [name, tensor(0)])));
    assert.deepEqual(
      lines.map((line) => line.replace(/ {2,}.*/, '')),
      names.map((name) => formatPath([{ kind: 'key', key: name }])),
    );
  });

  it('has a line for each tensor, even if there are more than a function can take as arguments', () => {
    assert.equal(listTensors(Array.from({ length: 130_000 }, () => tensor(0))).length, 130_000);
  }).timeout(30_000);
});
