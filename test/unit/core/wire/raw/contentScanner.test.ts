import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ContentScanner, type ContentKind } from '../../../../../src/core/wire/raw/contentScanner';

const DEPTH = 100;

/** Scans in steps, whose memory somebody else uses as soon as each has been looked at. */
function scanInSteps(bytes: Buffer, steps: readonly number[]): ContentKind | undefined {
  const scanner = new ContentScanner(DEPTH);
  let at = 0;
  for (const step of [...steps, bytes.length]) {
    const part = Buffer.from(bytes.subarray(at, at + step));
    at += part.length;
    scanner.update(part);
    part.fill(0xff);
  }
  return scanner.finish();
}

describe('Content without framing', () => {
  it('is recognized although the memory of its chunks is reused', () => {
    const value = fc.constantFrom(
      '{"a": 1}',
      ' \n\t[1]',
      '<a/>',
      '  text',
      'gAAAAAA',
      'gAAA',
      ' ',
      '\ufeff \n{}',
    );
    const steps = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(value, steps, (text, sizes) => {
        const bytes = Buffer.from(text);
        const scanner = new ContentScanner(DEPTH);
        scanner.update(bytes);
        assert.deepEqual(scanInSteps(bytes, sizes), scanner.finish());
      }),
    );
  });
});
