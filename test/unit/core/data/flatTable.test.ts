import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flatTable } from '../../../../src/core/data/flatTable';
import { contiguousStrides, offsetOf, transpose, type NdArray } from '../../../../src/core/arrays/ndArray';

/** An array whose elements count up. */
function counting(shape: readonly number[]): NdArray {
  const count = shape.reduce((product, length) => product * length, 1);
  return {
    type: { name: 'int32', kind: 'int', size: 4, littleEndian: true },
    shape,
    strides: contiguousStrides(shape, 4),
    offset: 0,
    bytes: new Uint8Array(Int32Array.from({ length: count }, (_, i) => i).buffer),
  };
}

describe('an array of more than two dimensions as a table', () => {
  it('has the last dimension along the columns, and labels with the position in the others', () => {
    const table = flatTable(counting([2, 3, 4]));
    assert.equal(table?.rowCount, 6);
    assert.deepEqual(
      table.index.map((level) => level.cell(5).text),
      ['1', '2'],
    );
    assert.deepEqual(
      table.columns.map((column) => column.cell(5).text),
      ['20', '21', '22', '23'],
    );
  });

  it('has each element once, in the order of the array, whatever its strides are', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(shapes, fc.boolean(), (shape, isTransposed) => {
        const axes = [...shape.keys()].toReversed();
        const array = isTransposed ? transpose(counting(shape), axes) : counting(shape);
        const view = new DataView(array.bytes.buffer);
        const table = flatTable(array);
        assert.ok(table);
        let ordinal = 0;
        for (let row = 0; row < table.rowCount; row++)
          for (const column of table.columns)
            assert.equal(column.number?.(row), view.getInt32(offsetOf(array, ordinal++), true));
      }),
    );
  });

  it('has no rows if a dimension is empty, and is refused if it would be too wide', () => {
    assert.equal(flatTable(counting([0, 3, 4]))?.rowCount, 0);
    assert.equal(
      flatTable({ ...counting([1, 1, 1]), shape: [1, 1, 1_000_000], strides: [0, 0, 0] }),
      undefined,
    );
    assert.equal(flatTable(counting([3, 4])), undefined);
  });
});
