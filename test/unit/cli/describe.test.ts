import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatSize } from '../../../src/cli/describe';

describe('formatSize', () => {
  const sizes: [bytes: number, text: string][] = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [3_000_000_000, '3.0 GB'],
    [999_999_999_999_999, '1000.0 TB'],
  ];
  for (const [bytes, text] of sizes) {
    it(`writes ${bytes} as ${text}`, () => {
      assert.equal(formatSize(bytes), text);
    });
  }
});
