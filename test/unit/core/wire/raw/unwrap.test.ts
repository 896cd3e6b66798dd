import assert from 'node:assert/strict';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { inSteps, serve } from '../scriptedChannel';

const PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');
const JSON_BYTES = Buffer.from('{"a": 1}');

function prefixed(content: Buffer, write: (header: Buffer, length: number) => void, size: number): Buffer {
  const header = Buffer.alloc(size);
  write(header, content.length);
  return Buffer.concat([header, content]);
}

const four = (content: Buffer): Buffer =>
  prefixed(content, (header, length) => header.writeUInt32BE(length), 4);
const base64 = (content: Buffer): Buffer => Buffer.from(content.toString('base64'));

describe('receiving raw what scripts put something around', () => {
  const wrapped: [what: string, bytes: Buffer, note: RegExp, inner?: Buffer][] = [
    ['four bytes of length, big endian', four(PICKLE), /length in front/],
    ['four, little endian', prefixed(PICKLE, (h, n) => h.writeUInt32LE(n), 4), /length in front/],
    ['eight, big endian', prefixed(PICKLE, (h, n) => h.writeBigUInt64BE(BigInt(n)), 8), /length in front/],
    ['eight, little endian', prefixed(PICKLE, (h, n) => h.writeBigUInt64LE(BigInt(n)), 8), /length in front/],
    ['ten digits', Buffer.concat([Buffer.from('0000000021'), PICKLE]), /length in front/],
    ['digits filled up with blanks', Buffer.concat([Buffer.from('21        '), PICKLE]), /length in front/],
    [
      'digits that count something else',
      Buffer.concat([Buffer.from('54        '), PICKLE]),
      /length in front/,
    ],
    ['a length in front of JSON', four(JSON_BYTES), /length in front/, JSON_BYTES],
    ['gzip', gzipSync(PICKLE), /in gzip/],
    ['zlib', deflateSync(PICKLE), /in zlib/],
    ['base64', base64(PICKLE), /in base64/],
    ['base64 with a line end', Buffer.from(`${PICKLE.toString('base64')}\n`), /in base64/],
    ['base64 of zlib', base64(deflateSync(PICKLE)), /in base64/],
    ['a length in front of gzip', four(gzipSync(PICKLE)), /length in front/],
  ];
  for (const [what, bytes, note, inner = PICKLE] of wrapped) {
    for (const step of [1, 1000]) {
      it(`takes the dictionary out of ${what}, in steps of ${step}`, async () => {
        const { store, error, answers } = await serve(inSteps(bytes, step));
        assert.equal(error, undefined);
        assert.deepEqual(
          store.items.map((item) => item.kind),
          ['dictionary'],
        );
        assert.deepEqual(store.items[0]?.bytes, inner);
        assert.match(store.items[0].note ?? '', note);
        assert.equal(answers, 'OK');
      });
    }
  }

  const kept: [what: string, bytes: Buffer][] = [
    ['a length that is wrong', Buffer.concat([Buffer.of(0, 0, 0, 22), PICKLE])],
    ['a length in front of anything else', four(Buffer.of(0xff, 0xfe, 0xfd, 0xfc, 1))],
    ['digits that are no length in front of JSON', Buffer.concat([Buffer.from('99        '), JSON_BYTES])],
    ['a length in front of two pickles', four(Buffer.concat([PICKLE, PICKLE]))],
    ['gzip of a text', gzipSync('text')],
    ['gzip that is cut off', gzipSync(PICKLE).subarray(0, 20)],
    ['gzip in gzip in gzip in gzip', gzipSync(gzipSync(gzipSync(gzipSync(PICKLE))))],
    ['text that begins like base64', Buffer.from('gASVaaaa and more')],
    ['the beginning of gzip', Buffer.of(0x1f, 0x8b, 8)],
    ['a byte', Buffer.of(0)],
  ];
  for (const [what, bytes] of kept) {
    it(`keeps ${what} as it came`, async () => {
      const { store, error } = await serve(inSteps(bytes, 1000));
      assert.equal(error, undefined);
      assert.equal(store.items.length, 1);
      assert.notEqual(store.items[0]?.kind, 'dictionary');
      assert.deepEqual(store.items[0]?.bytes, bytes);
    });
  }

  it('keeps a pickle as it came where pickles are not taken', async () => {
    const bytes = gzipSync(PICKLE);
    const { store } = await serve(inSteps(bytes, 1000), { allowPickle: false });
    assert.deepEqual(
      store.items.map((item) => [item.kind, item.bytes]),
      [['file', bytes]],
    );
  });
});
