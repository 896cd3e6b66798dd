import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeUnicode } from '../../../../src/core/codecs/unicodeText';
import { DecodeError } from '../../../../src/core/errors';

type Encode = (text: string) => Buffer;

const utf32: Encode = (text) =>
  Buffer.from(Uint32Array.from(Array.from(text), (character) => character.codePointAt(0) ?? 0).buffer);

const ENCODINGS: [name: string, encode: Encode][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-16LE', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16BE', (text) => Buffer.from(text, 'utf16le').swap16()],
  ['UTF-32LE', utf32],
  ['UTF-32BE', (text) => utf32(text).swap32()],
];

function reasonFor(bytes: Uint8Array): string {
  try {
    decodeUnicode(bytes, 'JSON');
  } catch (error) {
    assert(error instanceof DecodeError);
    return error.message;
  }
  return assert.fail('it was read');
}

describe('The text of JSON and XML', () => {
  for (const [name, encode] of ENCODINGS) {
    it(`is read in ${name}, with and without a byte order mark`, () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), (rest) => {
          for (const first of ['{', '<', '["中"', '{\n']) {
            const text = first + rest;
            if (name === 'UTF-8' || text.length > 1)
              assert.deepEqual(decodeUnicode(encode(text), 'JSON'), { text, encoding: name });
            assert.deepEqual(decodeUnicode(encode(`\ufeff${text}`), 'JSON'), { text, encoding: name });
          }
        }),
        { numRuns: 100 },
      );
    });
  }

  it('in another encoding is refused with the position and advice', () => {
    assert.equal(
      reasonFor(Buffer.from('{"é": 1,\n "ü": "café"}', 'latin1')),
      'Invalid JSON: the byte e9 is not UTF-8, in line 1, column 3; if it is in windows-1252 or ISO-8859-1, convert it to UTF-8 (at offset 2).',
    );
    const second = Buffer.concat([Buffer.from('{"é": 1,\n "ü": "'), Buffer.of(0x80), Buffer.from('"}')]);
    assert.match(reasonFor(second), /the byte 80 is not UTF-8, in line 2, column 8;.*\(at offset 18\)/);
    assert.match(reasonFor(Buffer.of(0x7b, 0xc3)), /the byte c3 is not UTF-8, in line 1, column 2/);
  });

  it('that ends in the middle of a character is refused', () => {
    assert.match(reasonFor(Buffer.of(0x7b, 0, 0x7d)), /UTF-16 that ends in the middle/);
    assert.match(reasonFor(Buffer.from('7b0000007d', 'hex')), /UTF-32 that ends in the middle/);
    assert.match(reasonFor(Buffer.from('7b00000000001100', 'hex')), /not valid UTF-32/);
  });

  it('is read or refused with a clear error, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        try {
          assert.equal(typeof decodeUnicode(bytes, 'JSON').text, 'string');
        } catch (error) {
          assert(error instanceof DecodeError);
        }
      }),
    );
  });
});
