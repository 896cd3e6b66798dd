import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { formatHex } from '../../../../src/core/render/hexDump';

/** Reads the digits of a table back. */
function parseHex(text: string): Buffer {
  const digits = text.split('\n').map((line) => line.slice(10, 59));
  return Buffer.from(digits.join('').replace(/ /g, ''), 'hex');
}

describe('the hex view', () => {
  it('shows offset, digits and characters', () => {
    const lines = formatHex(Buffer.from('Pickles in a jar\x00\xff', 'latin1')).split('\n');
    assert.deepEqual(lines, [
      '00000000  50 69 63 6b 6c 65 73 20  69 6e 20 61 20 6a 61 72  Pickles in a jar',
      `00000010  00 ff${' '.repeat(45)}..`,
      '',
    ]);
  });

  it('continues the offsets in a later part, with the width of the largest one', () => {
    assert.match(formatHex(Buffer.of(1), 0x100000), /^00100000 {2}01 /);
    assert.match(formatHex(Buffer.of(1), 0x1000, 2 ** 40), /^00000001000 {2}01 /);
  });

  it('contains every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.deepEqual(parseHex(formatHex(bytes)), Buffer.from(bytes));
      }),
    );
  });
});
