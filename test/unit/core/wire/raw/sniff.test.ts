import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encryptTokenText } from '../../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../../src/core/crypto/keys';
import { sniff, type Start } from '../../../../../src/core/wire/raw/sniff';

const CASES: [start: string, kind: Start][] = [
  ['\x80\x02', 'binary'],
  ['\x80\x05\x95', 'binary'],
  ['\x80\x01', 'other'],
  ['\x80\x06', 'other'],
  ['gAAAAA', 'token'],
  ['\ngAAAAABl', 'token'],
  ['gAAAAB', 'other'],
  ['{"a"', 'json'],
  [' \r\n\t[1', 'json'],
  ['"a"', 'json'],
  ['\xef\xbb\xbf{', 'json'],
  ['<root', 'xml'],
  ['\xef\xbb\xbf\n<?xml', 'xml'],
  ['hello', 'other'],
  ['\xef\xbbx', 'other'],
  ['\x00', 'other'],
];

describe('sniffing', () => {
  for (const [start, kind] of CASES) {
    it(`recognizes ${JSON.stringify(start)} as ${kind}`, () => {
      assert.equal(sniff(Buffer.from(start, 'latin1'), false), kind);
    });
  }

  for (const start of ['', '\x80', 'gAAAA', ' \n', '\xef', '\xef\xbb', '\xef\xbb\xbf', '\xef\xbb\xbf ']) {
    it(`waits for more after ${JSON.stringify(start)}`, () => {
      assert.equal(sniff(Buffer.from(start, 'latin1'), false), undefined);
    });
  }

  it('recognizes a single 0x80 as a truncated pickle, and any other ambiguous start as text', () => {
    assert.equal(sniff(Buffer.of(0x80), true), 'binary');
    for (const start of ['', 'gAA', '  ', '\xef\xbb']) {
      assert.equal(sniff(Buffer.from(start, 'latin1'), true), 'other');
    }
  });

  it('does not wait for the end of endless white space', () => {
    assert.equal(sniff(Buffer.alloc(5000, ' '), false), 'other');
  });

  it('recognizes every token', () => {
    const token = encryptTokenText(FernetKey.generate(), Buffer.from('x'));
    assert.equal(sniff(Buffer.from(token), false), 'token');
  });

  it('never changes its decision when more bytes arrive', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (start, more) => {
        const first = sniff(start, false);
        if (first !== undefined) assert.equal(sniff(Buffer.concat([start, more]), false), first);
      }),
    );
  });
});
