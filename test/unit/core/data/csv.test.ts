import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { contiguousStrides, type ElementType, type NdArray } from '../../../../src/core/arrays/ndArray';
import { arrayOver } from '../../../../src/core/arrays/arrayPart';
import { decodePickle } from '../../../../src/core/codecs/pickle/codec';
import { arrayCsvPieces, csvPieces } from '../../../../src/core/data/csv';
import { StoredBytes, type ByteSource } from '../../../../src/core/values/byteSource';
import { simpleType } from '../../../../src/core/values/known/numpy/dtype';
import { recognise } from '../../../../src/core/values/known/recognise';

/** Bytes in memory that count how many of them are read. */
class CountingSource implements ByteSource {
  count = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    this.count += length;
    return this.bytes.slice(offset, offset + length);
  }
}

function csvOf(array: NdArray): string {
  return [...arrayCsvPieces(array)].join('');
}

function arrayOf(type: ElementType, bytes: Uint8Array, shape: readonly number[]): NdArray {
  return arrayOver({ type, shape, strides: contiguousStrides(shape, type.size), offset: 0 }, bytes);
}

describe('An array as CSV', () => {
  const numbers = Float64Array.from({ length: 600_000 }, (_, i) => i / 4);
  const bytes = new Uint8Array(numbers.buffer);
  const type = simpleType('float', 8);

  for (const order of ['C', 'F'] as const)
    it(`is read from a file in blocks, and not once for each column, in ${order} order`, () => {
      const source = new CountingSource(bytes);
      const shape = [1000, 600];
      const layout = { type, shape, strides: contiguousStrides(shape, 8, order), offset: 0 };
      const text = csvOf(arrayOver(layout, new StoredBytes(source, 0, bytes.length)));
      assert.equal(text, csvOf(arrayOver(layout, bytes)));
      const [, second = ''] = text.split('\n');
      const [first, next] = second.split(',').map(Number);
      assert.deepEqual([first, next], order === 'C' ? [150, 150.25] : [0.25, 250.25]);
      // Columns that lie apart are read together where little lies between their blocks.
      assert.ok(
        source.count < (order === 'C' ? 1.1 : 4) * bytes.length,
        `${source.count} of ${bytes.length} bytes`,
      );
    });

  it('leaves out what is no number and no time, and not the text "nan"', () => {
    const floats = new Uint8Array(Float64Array.of(1.5, NaN, -0, Infinity).buffer);
    assert.equal(csvOf(arrayOf(type, floats, [2, 2])), '1.5,\n-0.0,inf\n');
    assert.equal(csvOf(arrayOf(simpleType('complex', 16), floats, [2])), '""\n(-0+infj)\n');
    const times = new Uint8Array(BigInt64Array.of(0n, -(2n ** 63n)).buffer);
    const day = { name: 'datetime64[D]', kind: 'datetime', size: 8, littleEndian: true, unit: 'D' } as const;
    assert.equal(csvOf(arrayOf(day, times, [1, 2])), '1970-01-01,\n');
    const text = new Uint8Array(Uint32Array.from('nana,b', (letter) => letter.charCodeAt(0)).buffer);
    assert.equal(csvOf(arrayOf(simpleType('str', 12), text, [2])), 'nan\n"a,b"\n');
  });
});

/** What pandas writes with `to_csv()`. */
interface Row {
  readonly name: string;
  /** In base64. */
  readonly pickle: string;
  readonly csv: string;
}

describe('A table of pandas as CSV', () => {
  const lines = readFileSync('test/vectors/known/tables.jsonl', 'utf8').trimEnd().split('\n');
  for (const { name, pickle, csv } of lines.map((line) => JSON.parse(line) as Row))
    it(`is what pandas writes: ${name}`, () => {
      const table = recognise(decodePickle(Buffer.from(pickle, 'base64')).value)?.table?.();
      assert.ok(table);
      assert.equal([...csvPieces(table, true)].join(''), csv);
    });
});
