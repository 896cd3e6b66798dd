import assert from 'node:assert/strict';
import { deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
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

describe('receiving raw values that scripts have wrapped', () => {
  const wrapped: [what: string, bytes: Buffer, note: RegExp, inner?: Buffer][] = [
    ['four bytes of length, big endian', four(PICKLE), /length in front/],
    ['four, little endian', prefixed(PICKLE, (h, n) => h.writeUInt32LE(n), 4), /length in front/],
    ['eight, big endian', prefixed(PICKLE, (h, n) => h.writeBigUInt64BE(BigInt(n)), 8), /length in front/],
    ['eight, little endian', prefixed(PICKLE, (h, n) => h.writeBigUInt64LE(BigInt(n)), 8), /length in front/],
    ['ten digits', Buffer.concat([Buffer.from('0000000021'), PICKLE]), /length in front/],
    ['digits filled up with blanks', Buffer.concat([Buffer.from('21        '), PICKLE]), /length in front/],
    [
      'digits that are the size by sys.getsizeof',
      Buffer.concat([Buffer.from('54        '), PICKLE]),
      /length in front/,
    ],
    ['a length before JSON', four(JSON_BYTES), /length in front/, JSON_BYTES],
    ['gzip', gzipSync(PICKLE), /in gzip/],
    ['zlib', deflateSync(PICKLE), /in zlib/],
    ['base64', base64(PICKLE), /in base64/],
    ['base64 with a line end', Buffer.from(`${PICKLE.toString('base64')}\n`), /in base64/],
    ['base64 of zlib', base64(deflateSync(PICKLE)), /in base64/],
    ['a length before gzip', four(gzipSync(PICKLE)), /length in front/],
  ];
  for (const [what, bytes, note, inner = PICKLE] of wrapped) {
    for (const step of [1, 1000]) {
      it(`unwraps the dictionary in ${what}, in steps of ${step}`, async () => {
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

  it('recognizes pickles of protocols 0 and 1, which begin like text, as dictionaries', async () => {
    for (const pickles of [["(dp0\nS'a'\np1\nI1\ns."], ['}q\0.'], ['(lp0\n.', '(I1\nI2\ntp0\n.']]) {
      const { store, answers } = await serve(inSteps(Buffer.from(pickles.join('')), 3));
      assert.deepEqual(
        store.items.map(({ kind, format, bytes, note }) => [kind, format, bytes.toString(), note]),
        pickles.map((pickle) => ['dictionary', 'binary', pickle, undefined]),
      );
      assert.equal(answers, 'OK');
    }
  });

  it('keeps an incomplete pickle of protocol 0 as text, and a complete one if pickles are disabled', async () => {
    for (const text of ["(dp0\nS'a'\np1\nI1\ns.\n", 'I1\n.', ').', '(see above).']) {
      const { store } = await serve([Buffer.from(text)]);
      assert.deepEqual(
        store.items.map(({ kind, bytes }) => [kind, bytes.toString()]),
        [['text', text]],
      );
    }
    const { store } = await serve([Buffer.from('(dp0\n.')], { allowPickle: false });
    assert.equal(store.items[0]?.kind, 'text');
  });

  const kept: [what: string, bytes: Buffer][] = [
    ['a wrong length', Buffer.concat([Buffer.of(0, 0, 0, 22), PICKLE])],
    ['a length before other content', four(Buffer.of(0xff, 0xfe, 0xfd, 0xfc, 1))],
    ['digits before JSON that are not its length', Buffer.concat([Buffer.from('99        '), JSON_BYTES])],
    ['a length before two pickles', four(Buffer.concat([PICKLE, PICKLE]))],
    ['a length of zero before a pickle', Buffer.concat([four(Buffer.of()), PICKLE])],
    ['a length that exceeds the memory', Buffer.concat([Buffer.alloc(8, 0xff), PICKLE])],
    ['a length of 2 GiB', Buffer.concat([Buffer.of(0x7f, 0xff, 0xff, 0xff), PICKLE])],
    ['digits before JSON that exceed the memory', Buffer.concat([Buffer.from('9999999999'), JSON_BYTES])],
    [
      'two lengths, the second of which is wrong',
      Buffer.concat([four(PICKLE), Buffer.of(0, 0, 0, 99), PICKLE]),
    ],
    ['two lengths of different kinds', Buffer.concat([four(PICKLE), Buffer.from('0000000021'), PICKLE])],
    ['a length and further bytes at the end', Buffer.concat([four(PICKLE), Buffer.of(1)])],
    ['zlib and further bytes at the end', Buffer.concat([deflateSync(PICKLE), Buffer.of(0)])],
    ['gzip and further bytes at the end', Buffer.concat([gzipSync(PICKLE), Buffer.of(1)])],
    ['gzip of a pickle and a text', gzipSync(Buffer.concat([PICKLE, Buffer.from('text')]))],
    ['base64 with padding in the middle', Buffer.from(`gA==${PICKLE.toString('base64').slice(4)}`)],
    ['base64 of a truncated pickle', Buffer.from(PICKLE.subarray(0, 18).toString('base64'))],
    ['gzip of a text', gzipSync('text')],
    ['truncated gzip', gzipSync(PICKLE).subarray(0, 20)],
    ['gzip in gzip in gzip in gzip', gzipSync(gzipSync(gzipSync(gzipSync(PICKLE))))],
    ['text that begins like base64', Buffer.from('gASVaaaa and more')],
    ['the beginning of gzip', Buffer.of(0x1f, 0x8b, 8)],
    ['a byte', Buffer.of(0)],
  ];
  for (const [what, bytes] of kept) {
    it(`keeps ${what} as it arrived`, async () => {
      const { store, error } = await serve(inSteps(bytes, 1000));
      assert.equal(error, undefined);
      assert.equal(store.items.length, 1);
      assert.notEqual(store.items[0]?.kind, 'dictionary');
      assert.deepEqual(store.items[0]?.bytes, bytes);
    });
  }

  const OTHER = Buffer.from('8004950a000000000000007d948c0162944b02732e', 'hex');
  const UNFILLED = Buffer.from('80047d2e', 'hex');
  const rows: [what: string, around: (pickle: Buffer) => Buffer][] = [
    ['lengths of four bytes', four],
    ['lengths of eight bytes, little endian', (p) => prefixed(p, (h, n) => h.writeBigUInt64LE(BigInt(n)), 8)],
    ['lengths in digits', (p) => Buffer.concat([Buffer.from(String(p.length).padEnd(10)), p])],
    ['digits that are the size by sys.getsizeof', (p) => Buffer.concat([Buffer.from('0000000999'), p])],
    ['gzip', gzipSync],
    ['zlib', (p) => deflateSync(p)],
    ['lengths and zlib', (p) => four(deflateSync(p))],
    ['base64, in lines', (p) => Buffer.from(`${p.toString('base64')}\n`)],
  ];
  for (const [what, around] of rows) {
    const pickles = [PICKLE, OTHER, UNFILLED, PICKLE];
    const bytes = Buffer.concat(pickles.map(around));

    it(`unwraps each of several dictionaries in ${what}, whatever the chunks of the stream are`, async () => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { store, announced, error } = await serve([bytes.subarray(0, cut), bytes.subarray(cut)]);
        assert.equal(error, undefined);
        assert.deepEqual(
          store.items.map((item) => item.bytes),
          pickles,
        );
        assert.deepEqual(
          announced.map(({ id }) => id),
          store.items.map(({ id }) => id),
        );
        assert.equal(store.open, 0);
      }
    });
  }

  it('recognizes a little-endian length, although the classic dialect begins with the same byte', async () => {
    for (const length of [0x08, 0x0c, 0x10, 0x108, 0xff0c]) {
      const text = `{"a": "${' '.repeat(length)}`.slice(0, length - 2) + '"}';
      const json = Buffer.from(length > 10 ? text : '{"a": 1}');
      for (const size of [4, 8]) {
        const bytes = prefixed(json, (h, n) => h.writeUInt32LE(n), size);
        // Byte by byte until every dialect has been told apart.
        const [start, rest] = [bytes.subarray(0, 1000), bytes.subarray(1000)];
        for (const step of [1, 1 << 20]) {
          const { store, error } = await serve([...inSteps(start, step), rest]);
          assert.equal(error, undefined);
          assert.deepEqual(
            store.items.map((item) => [item.dialect, item.bytes.length]),
            [['raw', length]],
          );
        }
      }
    }
  });

  it('keeps everything that is sent, whatever the bytes are', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...[PICKLE, OTHER, JSON_BYTES, UNFILLED].flatMap((p) => [p, ...rows.map(([, f]) => f(p))]),
      ),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), fc.nat(200), async (parts, cut) => {
        const bytes = Buffer.concat(parts);
        const { store, announced } = await serve([bytes.subarray(0, cut), bytes.subarray(cut)]);
        assert.deepEqual([store.open, announced.length], [0, store.items.length]);
        for (const item of store.items) {
          const isInside = item.note !== undefined;
          if (isInside) assert.equal(item.kind, 'dictionary');
          else assert(bytes.includes(item.bytes));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('unwraps a thousand dictionaries, and keeps a larger number of them as they arrived', async () => {
    for (const [count, items] of [
      [1_000, 1_000],
      [1_001, 1],
    ] as const) {
      const { store } = await serve([Buffer.concat(Array<Buffer>(count).fill(four(JSON_BYTES)))]);
      assert.equal(store.items.length, items);
    }
  });

  it('keeps content as it arrived if it would become a hundred times as long', async () => {
    const length = Buffer.alloc(8);
    length.writeUInt32LE(20 * 1024 * 1024);
    const head = Buffer.concat([Buffer.from('80048e', 'hex'), length]);
    const bytes = gzipSync(Buffer.concat([head, Buffer.alloc(20 * 1024 * 1024), Buffer.from('.')]));
    const { store } = await serve([bytes]);
    assert.deepEqual(
      store.items.map((item) => [item.kind, item.bytes.length]),
      [['file', bytes.length]],
    );
  });

  it('keeps a compressed stream as it arrived if most of it is empty blocks or streams', async () => {
    // Blocks of nothing, in front of those of a pickle.
    const blocks = Buffer.alloc(20 * 1024 * 1024, Buffer.from('000000ffff', 'hex'));
    const inner = gzipSync(PICKLE);
    const padded = Buffer.concat([inner.subarray(0, 10), blocks, inner.subarray(10)]);
    const streams = (count: number): Buffer =>
      Buffer.concat([...Array<Buffer>(count).fill(deflateSync('')), deflateSync(PICKLE)]);
    for (const [bytes, kind] of [
      [gzipSync(padded), 'file'],
      [gzipSync(gzipSync(padded)), 'file'],
      [streams(1_000), 'file'],
      [streams(999), 'dictionary'],
    ] as const) {
      const { store } = await serve([bytes]);
      assert.deepEqual(
        store.items.map((item) => [item.kind, item.bytes.length]),
        [[kind, kind === 'file' ? bytes.length : PICKLE.length]],
      );
    }
  });

  it('unwraps base64 whose parts are padded separately', async () => {
    const pickle = Buffer.concat([
      Buffer.from('80048e5040000000000000', 'hex'),
      Buffer.alloc(0x4050),
      Buffer.of(0x2e),
    ]);
    const pairs = pickle.toString('latin1').match(/^[^]{3}|[^]{1,2}/g) ?? [];
    const text = pairs.map((pair) => Buffer.from(pair, 'latin1').toString('base64')).join('');
    const { store } = await serve([Buffer.from(text)]);
    assert.deepEqual(
      store.items.map((item) => [item.kind, item.bytes.equals(pickle)]),
      [['dictionary', true]],
    );
  });

  it('keeps a wrapped pickle as it arrived if pickles are disabled', async () => {
    const bytes = gzipSync(PICKLE);
    const { store } = await serve(inSteps(bytes, 1000), { allowPickle: false });
    assert.deepEqual(
      store.items.map((item) => [item.kind, item.bytes]),
      [['file', bytes]],
    );
  });
});
