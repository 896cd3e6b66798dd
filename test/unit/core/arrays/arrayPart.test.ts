import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrayOver, partOf, type AxisRange } from '../../../../src/core/arrays/arrayPart';
import type { ElementType, NdArray } from '../../../../src/core/arrays/ndArray';
import { StoredBytes, type ByteSource } from '../../../../src/core/values/byteSource';

const BYTE: ElementType = { name: 'uint8', kind: 'uint', size: 1, littleEndian: true };

function counting(bytes: Uint8Array): ByteSource & { taken: number } {
  return {
    size: bytes.length,
    taken: 0,
    read(offset, length) {
      this.taken += length;
      return bytes.slice(offset, offset + length);
    },
  };
}

/** All elements, in C order. */
function elements({ bytes, shape, strides, offset }: NdArray): number[] {
  let offsets = [offset];
  shape.forEach((count, axis) => {
    offsets = offsets.flatMap((at) => Array.from({ length: count }, (_, i) => at + i * strides[axis]!));
  });
  return offsets.map((at) => bytes[at]!);
}

describe('A part of an array', () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251);

  const axis = fc.record({
    count: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: -200, max: 200 }),
    from: fc.integer({ min: 0, max: 5 }),
    take: fc.integer({ min: 0, max: 5 }),
  });

  it('is the same from a file and from memory, whatever the strides are', () => {
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 3 }), (axes) => {
        const block = {
          type: BYTE,
          shape: axes.map(({ count }) => count),
          strides: axes.map(({ stride }) => stride),
          offset: 2400 - axes.length * 300,
        };
        const ranges: AxisRange[] = axes.map(({ count, from, take }) => {
          const start = Math.min(from, count);
          return { start, count: Math.min(take, count - start) };
        });
        const stored = arrayOver(block, new StoredBytes(counting(bytes), 0, bytes.length));
        const memory = arrayOver(block, bytes);
        assert.deepEqual(elements(partOf(stored, ranges)), elements(partOf(memory, ranges)));
      }),
    );
  });

  it('reads a few bytes for a few elements of a large array, in C order and in Fortran order', () => {
    const side = 4096;
    const source: ByteSource & { taken: number } = {
      size: side * side,
      taken: 0,
      read(offset, length) {
        this.taken += length;
        return new Uint8Array(length).fill(offset & 0xff);
      },
    };
    for (const strides of [
      [side, 1],
      [1, side],
    ]) {
      source.taken = 0;
      const array = arrayOver(
        { type: BYTE, shape: [side, side], strides, offset: 0 },
        new StoredBytes(source, 0, side * side),
      );
      const ranges = [
        { start: 1000, count: 50 },
        { start: 2000, count: 10 },
      ];
      assert.equal(elements(partOf(array, ranges)).length, 500);
      assert.ok(source.taken <= 250_000, `${source.taken} bytes were read`);
    }
  });
});
