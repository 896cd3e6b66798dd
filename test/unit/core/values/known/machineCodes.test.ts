import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { elementsOf } from '../../../../../src/core/values/known/numpy/elements';
import { recognise } from '../../../../../src/core/values/known/recognise';
import { InertCall, InertName, Tuple } from '../../../../../src/core/values/value';

/** By machine format code (CPython `Modules/arraymodule.c`): the bytes of an element, and the element; the next code has the other byte order. */
const NUMBERS: Readonly<Record<number, readonly [hex: string, element: bigint | number]>> = {
  2: ['fe01', 0x01fen],
  4: ['feff', -2n],
  6: ['04030201', 0x01020304n],
  8: ['feffffff', -2n],
  10: ['0807060504030201', 0x0102030405060708n],
  12: ['feffffffffffffff', -2n],
  14: ['0000c0bf', -1.5],
  16: ['000000000000f8bf', -1.5],
};

function arrayCall(letter: string, code: number, bytes: Uint8Array): InertCall {
  const args = [new InertName('array', 'array'), letter, BigInt(code), bytes];
  return new InertCall(new InertName('array', '_array_reconstructor'), new Tuple(args));
}

describe('An array.array of Python', () => {
  it('has the elements that each machine format code stands for, in both byte orders', () => {
    for (const [even, [hex, element]] of Object.entries(NUMBERS))
      for (const isBig of [false, true]) {
        const bytes = Buffer.from(hex, 'hex');
        if (isBig) bytes.reverse();
        const code = Number(even) + Number(isBig);
        const array = recognise(arrayCall('q', code, bytes))?.array;
        assert.ok(array, String(code));
        const { value } = elementsOf(array);
        assert.equal(value(array.offset), element, String(code));
      }
  });

  it('has one byte for each element if its code is 0 or 1', () => {
    for (const [code, element] of [
      [0, 254n],
      [1, -2n],
    ] as const) {
      const array = recognise(arrayCall('b', code, Uint8Array.of(254)))?.array;
      assert.equal(array && elementsOf(array).value(0), element);
    }
  });

  it('is text if its code is one of UTF-16 or UTF-32', () => {
    const texts = { 18: '61000001', 19: '00610100', 20: '6100000000010000', 21: '0000006100000100' };
    for (const [code, hex] of Object.entries(texts))
      assert.equal(recognise(arrayCall('u', Number(code), Buffer.from(hex, 'hex')))?.plain(), 'aĀ', code);
  });

  it('is shown as its call if the code is unknown, or the bytes do not fill its elements', () => {
    assert.equal(recognise(arrayCall('q', 22, new Uint8Array(8))), undefined);
    assert.equal(recognise(arrayCall('q', 12, new Uint8Array(9))), undefined);
  });
});
