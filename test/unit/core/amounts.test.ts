import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { countOf, formatSize } from '../../../src/core/amounts';
import { inEnglish } from '../../../src/core/text';

describe('formatSize', () => {
  const sizes: [bytes: number, text: string][] = [
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3_000_000_000, '3.0 GB'],
    [999_999_999_999_999, '1000 TB'],
  ];
  for (const [bytes, text] of sizes) {
    it(`writes ${bytes} as ${text}`, () => {
      assert.equal(formatSize(bytes), text);
    });
  }
});

describe('countOf', () => {
  const counts: [number: number, text: string][] = [
    [0, '0 keys'],
    [1, '1 key'],
    [2, '2 keys'],
    [999, '999 keys'],
    [1000, '1,000 keys'],
    [1_234_567, '1,234,567 keys'],
  ];
  for (const [number, text] of counts) {
    it(`writes ${number} in English as ${text}`, () => {
      assert.equal(inEnglish(countOf(number, 'key')), text);
    });
  }

  it('keeps a number apart from its noun, for other languages', () => {
    assert.deepEqual(countOf(1000, 'key'), { template: '{0} keys', values: [{ count: 1000 }] });
    assert.deepEqual(countOf(1, 'key'), { template: '1 key', values: [] });
  });
});
