import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decimate } from '../../../../src/core/data/decimate';
import type { ElementType, NdArray } from '../../../../src/core/arrays/ndArray';
import { dataViewOf, numberReader } from '../../../../src/core/data/numbers';
import { encodePng } from '../../../../src/core/data/png';
import { drawRaster, guessRange, guessRaster, pixelNumbers } from '../../../../src/core/data/raster';
import { defaultSlice, sliceArray } from '../../../../src/core/data/slice';

const UINT8: ElementType = { name: 'uint8', kind: 'uint', size: 1, littleEndian: true };
const FLOAT64: ElementType = { name: 'float64', kind: 'float', size: 8, littleEndian: true };

function arrayOf(type: ElementType, shape: readonly number[], numbers: readonly number[]): NdArray {
  const bytes = type === UINT8 ? Uint8Array.from(numbers) : new Uint8Array(Float64Array.from(numbers).buffer);
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, type.size),
  );
  return { type, shape, strides, offset: 0, bytes };
}

function draw(array: NdArray, width: number, height: number): number[] {
  const guess = guessRaster(array);
  assert.ok(guess);
  const choice = { ...guess, ...guessRange(array, guess) };
  const region = {
    x: 0,
    y: 0,
    width: array.shape[guess.columnAxis] ?? 0,
    height: array.shape[guess.rowAxis] ?? 0,
  };
  return [...drawRaster(array, choice, region, { width, height }).rgba];
}

describe('an array as a picture', () => {
  it('has its channels last or first', () => {
    const last = arrayOf(
      UINT8,
      [4, 5, 3],
      Array.from({ length: 60 }, (_, i) => i),
    );
    assert.deepEqual(guessRaster(last), {
      coloring: 'rgb',
      rowAxis: 0,
      columnAxis: 1,
      channelAxis: 2,
      indices: [0, 0, 0],
    });
    const first = arrayOf(
      UINT8,
      [3, 4, 5],
      Array.from({ length: 60 }, (_, i) => i),
    );
    assert.deepEqual(guessRaster(first), {
      coloring: 'rgb',
      rowAxis: 1,
      columnAxis: 2,
      channelAxis: 0,
      indices: [0, 0, 0],
    });
    assert.deepEqual(draw(last, 5, 4).slice(0, 8), [0, 1, 2, 255, 3, 4, 5, 255]);
    assert.deepEqual(draw(first, 5, 4).slice(0, 8), [0, 20, 40, 255, 1, 21, 41, 255]);
  });

  it('is a heat map if its numbers are not colors, with nan transparent', () => {
    const array = arrayOf(FLOAT64, [2, 2], [-5, NaN, 0, 5]);
    assert.equal(guessRaster(array)?.coloring, 'heat');
    const [low, nan, , high] = [0, 4, 8, 12].map((at) => draw(array, 2, 2).slice(at, at + 4));
    assert.deepEqual(low, [68, 1, 84, 255]);
    assert.deepEqual(nan, [0, 0, 0, 0]);
    assert.deepEqual(high, [253, 231, 37, 255]);
  });

  it('is drawn smaller by leaving pixels out', () => {
    const array = arrayOf(UINT8, [1, 4], [0, 100, 200, 255]);
    assert.deepEqual(draw(array, 2, 1), [100, 100, 100, 255, 255, 255, 255, 255]);
  });

  it('returns the numbers of a pixel, and nan outside of the picture', () => {
    const array = arrayOf(
      UINT8,
      [4, 5, 3],
      Array.from({ length: 60 }, (_, i) => i),
    );
    const guess = guessRaster(array);
    assert.ok(guess);
    assert.deepEqual(pixelNumbers(array, { ...guess, low: 0, high: 255 }, 4, 3), [57, 58, 59]);
    assert.deepEqual(pixelNumbers(array, { ...guess, low: 0, high: 255 }, 5, 3), [NaN, NaN, NaN]);
  });

  it('is not a picture if it has one dimension, no elements, or text', () => {
    assert.equal(guessRaster(arrayOf(UINT8, [4], [1, 2, 3, 4])), undefined);
    assert.equal(guessRaster(arrayOf(UINT8, [0, 4], [])), undefined);
    const text = {
      ...arrayOf(UINT8, [2, 2], [1, 2, 3, 4]),
      type: { ...UINT8, kind: 'bytes', name: 'S1' } as const,
    };
    assert.equal(guessRaster(text), undefined);
  });

  it('is written as a PNG file with the same samples', () => {
    const rgba = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0);
    const png = encodePng({ width: 2, height: 1, rgba });
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG');
    assert.equal(png.readUInt32BE(16), 2);
    const start = png.indexOf('IDAT') + 4;
    const data = png.subarray(start, start + png.readUInt32BE(start - 8));
    assert.deepEqual([...inflateSync(data)], [0, ...rgba]);
    const opaque = encodePng({ width: 1, height: 1, rgba: Uint8Array.of(7, 8, 9, 255) });
    assert.equal(opaque[25], 2);
  });
});

describe('a slice of an array', () => {
  const shape = [2, 3, 4, 5];
  const array = arrayOf(
    FLOAT64,
    shape,
    Array.from({ length: 120 }, (_, i) => i),
  );
  const at = (slice: NdArray, row: number, column: number): number | undefined => {
    const [down = 0, along = 0] = slice.strides;
    return numberReader(slice.type)?.(dataViewOf(slice), slice.offset + row * down + column * along);
  };

  it('has the chosen axes, in their order', () => {
    const slice = sliceArray(array, { rowAxis: 3, columnAxis: 1, indices: [1, 0, 2, 0] });
    assert.deepEqual(slice.shape, [5, 3]);
    assert.equal(at(slice, 4, 2), 1 * 60 + 2 * 20 + 2 * 5 + 4);
  });

  it('starts with the last two axes', () => {
    const slice = sliceArray(array, defaultSlice(shape));
    assert.deepEqual(slice.shape, [4, 5]);
    assert.deepEqual(sliceArray(arrayOf(FLOAT64, [3], [1, 2, 3]), defaultSlice([3])).shape, [3]);
    assert.deepEqual(sliceArray(arrayOf(FLOAT64, [], [1]), defaultSlice([])).shape, []);
  });

  it('is refused for axes and indices that do not exist', () => {
    for (const choice of [
      { rowAxis: 4, indices: [0, 0, 0, 0] },
      { rowAxis: 1, columnAxis: 1, indices: [0, 0, 0, 0] },
      { rowAxis: 0, columnAxis: 1, indices: [0, 0, 4, 0] },
      { rowAxis: 0, columnAxis: 1, indices: [0, 0, -1, 0] },
      { rowAxis: 0, columnAxis: 1, indices: [0, 0] },
    ])
      assert.throws(() => sliceArray(array, choice), { code: 'no-such-item' });
  });

  it('reads the numbers of every format', () => {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    const read = (
      name: string,
      kind: ElementType['kind'],
      size: number,
      littleEndian = true,
      floatFormat?: string,
    ) => numberReader({ name, kind, size, littleEndian, ...(floatFormat && { floatFormat }) })?.(view, 0);
    view.setBigInt64(0, -2n, true);
    assert.equal(read('int64', 'int', 8), -2);
    assert.equal(read('uint64', 'uint', 8), 2 ** 64);
    assert.equal(read('int16', 'int', 2), -2);
    view.setBigInt64(0, -(2n ** 63n), true);
    assert.equal(read('datetime64[ns]', 'datetime', 8), NaN);
    view.setUint16(0, 0x3c01, true);
    assert.equal(read('float16', 'float', 2), 1 + 1 / 1024);
    view.setUint16(0, 0xbf80, false);
    assert.equal(read('bfloat16', 'float', 2, false, 'bfloat16'), -1);
    bytes[0] = 0x38;
    assert.equal(read('float8_e4m3fn', 'float', 1, true, 'float8_e4m3fn'), 1);
    bytes[0] = 0xc0;
    assert.equal(read('float8_e5m2', 'float', 1, true, 'float8_e5m2'), -2);
    assert.equal(read('float8_e8m0fnu', 'float', 1, true, 'float8_e8m0fnu'), 2 ** 65);
    view.setUint32(0, 0x44004200, true);
    assert.equal(read('complex32', 'complex', 4), 5);
  });
});

describe('a line with fewer points', () => {
  it('keeps the lowest and the highest point of each part, and gaps', () => {
    const y = Float64Array.of(0, 9, -9, 1, NaN, NaN, NaN, NaN, 2, 2, 2, 3);
    const x = Float64Array.from(y.keys());
    const { x: kept, y: heights } = decimate({ x, y }, 3);
    assert.deepEqual([...kept], [1, 2, 4, 8, 11]);
    assert.deepEqual([...heights], [9, -9, NaN, 2, 3]);
  });

  it('keeps both extremes and the order of the points', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 20 }), (values, buckets) => {
        const y = Float64Array.from(values);
        const decimated = decimate({ x: Float64Array.from(y.keys()), y }, buckets);
        assert.ok(decimated.y.length <= Math.max(2 * buckets, 1));
        assert.equal(Math.min(...decimated.y), Math.min(...values));
        assert.equal(Math.max(...decimated.y), Math.max(...values));
        assert.deepEqual(
          [...decimated.x],
          [...decimated.x].sort((a, b) => a - b),
        );
      }),
    );
  });
});
