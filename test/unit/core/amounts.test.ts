import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatSize } from '../../../src/core/amounts';

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
