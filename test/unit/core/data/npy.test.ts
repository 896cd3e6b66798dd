import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeNpy, fitsNpy } from '../../../../src/core/data/npy';
import {
  contiguousStrides,
  offsetOf,
  transpose,
  type ElementType,
  type NdArray,
} from '../../../../src/core/arrays/ndArray';
import { numericArray } from '../../../../src/core/data/shownData';
import { finish } from '../../../../src/core/data/steps';
import { decodeFile } from '../../../../src/core/files/fileDecoder';
import { MemorySource } from '../../../../src/core/values/byteSource';
import { arrayOf as arrayOfType } from '../../../../src/core/values/known/numpy/dtype';
import { recognise } from '../../../../src/core/values/known/recognise';
import { tableOf } from './tables';

const MAX = 64 * 1024 * 1024;

const types: readonly ElementType[] = [
  { name: 'bool', kind: 'bool', size: 1, littleEndian: true },
  { name: 'int8', kind: 'int', size: 1, littleEndian: true },
  { name: '>i4', kind: 'int', size: 4, littleEndian: false },
  { name: 'uint16', kind: 'uint', size: 2, littleEndian: true },
  { name: 'float64', kind: 'float', size: 8, littleEndian: true },
  { name: 'complex64', kind: 'complex', size: 8, littleEndian: true },
  { name: 'datetime64[25s]', kind: 'datetime', size: 8, littleEndian: true, unit: '25s' },
  { name: 'timedelta64[ns]', kind: 'timedelta', size: 8, littleEndian: true, unit: 'ns' },
  { name: '<U3', kind: 'str', size: 12, littleEndian: true },
  { name: '|S5', kind: 'bytes', size: 5, littleEndian: true },
];

function arrayOf(type: ElementType, shape: readonly number[]): NdArray {
  const count = shape.reduce((product, length) => product * length, 1);
  const bytes = Uint8Array.from({ length: count * type.size }, (_, i) =>
    type.kind === 'bool' ? i % 2 : (i * 7) % 61,
  );
  return { type, shape, strides: contiguousStrides(shape, type.size), offset: 0, bytes };
}

function arrayType(element: ElementType, shape: readonly number[]): ElementType {
  const type = arrayOfType(element, shape);
  assert.ok(type);
  return type;
}

function read(bytes: Uint8Array): NdArray {
  const { values } = decodeFile(new MemorySource(bytes));
  const array = values[0] === undefined ? undefined : recognise(values[0])?.array;
  assert.ok(array);
  return array;
}

/** The bytes of each element, in C order. */
function elements(array: NdArray, most = Infinity): string[] {
  const count = Math.min(
    most,
    array.shape.reduce((product, length) => product * length, 1),
  );
  return Array.from({ length: count }, (_, i) => {
    const at = offsetOf(array, i);
    return Buffer.from(array.bytes.subarray(at, at + array.type.size)).toString('hex');
  });
}

describe('an array written as a .npy file', () => {
  it('has the same elements and type when it is read again, whatever its strides are', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...types), shapes, fc.boolean(), (type, shape, isTransposed) => {
        const made = arrayOf(type, shape);
        const array = isTransposed ? transpose(made, [...shape.keys()].toReversed()) : made;
        const copy = read(finish(encodeNpy(array, MAX)));
        assert.equal(copy.type.name, type.name);
        assert.deepEqual(copy.shape, array.shape);
        assert.deepEqual(elements(copy), elements(array));
      }),
    );
  });

  it('is written in steps if it is large', () => {
    const array = transpose(arrayOf(types[4] as ElementType, [1500, 1000]), [1, 0]);
    const steps = encodeNpy(array, MAX);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    assert.ok(count > 1, String(count));
    assert.deepEqual(elements(read(step.value), 5000), elements(array, 5000));
  });

  it('keeps the fields of records with their titles, and the bytes between them', () => {
    const rows = arrayType(arrayType(types[2] as ElementType, [2]), [3]);
    const fields = [
      { name: 'größe', type: types[2] as ElementType, offset: 0 },
      { name: 'when', title: 'Zeit', type: types[6] as ElementType, offset: 8 },
      { name: 'rows', type: rows, offset: 24 },
    ];
    const type: ElementType = { name: 'record', kind: 'record', size: 48, littleEndian: true, fields };
    const copy = read(finish(encodeNpy(arrayOf(type, [3]), MAX)));
    const named = copy.type.fields
      ?.filter(({ name }) => name !== '')
      .map(({ name, title, type, offset }) => [name, title, type.name, offset]);
    assert.deepEqual(named, [
      ['größe', undefined, '>i4', 0],
      ['when', 'Zeit', 'datetime64[25s]', 8],
      ['rows', undefined, rows.name, 24],
    ]);
    assert.equal(copy.type.size, 48);
  });

  it('is refused for types that numpy does not have, for objects and masks, and if it would be too long', () => {
    const bfloat16 = {
      name: 'bfloat16',
      kind: 'float',
      size: 2,
      littleEndian: true,
      floatFormat: 'bfloat16',
    } as const;
    assert.throws(() => finish(encodeNpy(arrayOf(bfloat16, [2]), MAX)), /bfloat16/);
    const complex32 = { name: 'complex32', kind: 'complex', size: 4, littleEndian: true } as const;
    assert.throws(() => finish(encodeNpy(arrayOf(complex32, [2]), MAX)), /complex32/);
    const objects: NdArray = {
      ...arrayOf({ name: 'object', kind: 'object', size: 0, littleEndian: true }, [1]),
      objects: [null],
    };
    assert.equal(fitsNpy(objects), false);
    const masked = { ...arrayOf(types[1] as ElementType, [2]), mask: arrayOf(types[0] as ElementType, [2]) };
    assert.throws(() => finish(encodeNpy(masked, MAX)), /cannot store masks/);
    const endless = { ...arrayOf(types[4] as ElementType, [1]), shape: [2 ** 40], strides: [0] };
    assert.throws(() => finish(encodeNpy(endless, MAX)), /at most|limit/i);
  });

  it('contains the numbers of a table, with integers as integers', () => {
    const whole = finish(numericArray(tableOf({ a: [1n, 2n], b: [3n, -(2n ** 62n)] })));
    assert.equal(whole.type.name, 'int64');
    assert.equal(new DataView(whole.bytes.buffer).getBigInt64(24, true), -(2n ** 62n));
    assert.equal(finish(numericArray(tableOf({ a: [1n, null], b: [0.5, 2] }))).type.name, 'float64');
  });
});
