import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contentTypeOf, imageName, decodeText } from '../../../src/core/contentType';

function kindOf(bytes: Uint8Array, isAll = true): string {
  return contentTypeOf(bytes, isAll).kind;
}

describe('the type of content', () => {
  it('knows images by their first bytes', () => {
    const starts: [string, string][] = [
      ['\x89PNG\r\n\x1a\n', 'png'],
      ['\xff\xd8\xff\xe0', 'jpg'],
      ['GIF89a', 'gif'],
      ['RIFF\x01\x02\x03\x04WEBPVP8 ', 'webp'],
    ];
    for (const [start, extension] of starts) {
      assert.deepEqual(contentTypeOf(Buffer.from(start, 'latin1'), true), { kind: 'image', extension });
    }
    assert.equal(kindOf(Buffer.from('RIFF\x01\x02\x03\x04WAVE', 'latin1')), 'bytes');
  });

  it('is text for UTF-8, and for UTF-16 with a byte order mark, without unusual control characters', () => {
    assert.equal(kindOf(Buffer.from('Grüße\n\t\x1b[1m')), 'text');
    assert.equal(kindOf(Buffer.alloc(0)), 'text');
    assert.equal(kindOf(Buffer.from('\ufeffa', 'utf16le')), 'text');
    assert.equal(kindOf(Buffer.from('a\0b')), 'bytes');
    assert.equal(kindOf(Buffer.from('Grüße', 'latin1')), 'bytes');
  });

  it('is recognized even if the last character of the first bytes is incomplete', () => {
    const cut = Buffer.from('Grü').subarray(0, 3);
    assert.equal(kindOf(cut, false), 'text');
    assert.equal(kindOf(cut, true), 'bytes');
  });

  it('determines the extension of an image', () => {
    assert.equal(imageName('photo.JPEG', 'jpg'), 'photo.JPEG');
    assert.equal(imageName('127.0.0.1.bin', 'png'), '127.0.0.1.bin.png');
  });

  it('is decoded if it is text, in the encoding of its byte order mark', () => {
    assert.equal(decodeText(Buffer.from('Grüße')), 'Grüße');
    assert.equal(decodeText(Buffer.from('\ufeffGrüße', 'utf16le')), 'Grüße');
    assert.equal(decodeText(Buffer.from('\ufeffGrüße', 'utf16le').swap16()), 'Grüße');
    assert.equal(decodeText(Buffer.from('Grüße', 'latin1')), undefined);
    assert.equal(decodeText(Buffer.from('\xff\xd8\xff', 'latin1')), undefined);
  });
});
