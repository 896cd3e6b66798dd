import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encryptTokenText } from '../../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../../src/core/crypto/keys';
import { PicklepostError } from '../../../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../../../src/core/limits';
import { inSteps, serve, type Served, type ServeOptions, type Step } from '../scriptedChannel';

const key = FernetKey.parse('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');
const PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');
const tokenOf = (plain: Uint8Array | string, by = key): Buffer =>
  Buffer.from(encryptTokenText(by, Buffer.from(plain)));

/** The kinds and formats of what has been stored, such as `dictionary:json file`. */
function kinds({ store }: Served): string {
  return store.items.map(({ kind, format }) => (format ? `${kind}:${format}` : kind)).join(' ');
}

function contents({ store }: Served): Buffer[] {
  return store.items.map((item) => item.bytes);
}

describe('receiving raw', () => {
  const values: [title: string, bytes: Buffer, kind: string][] = [
    ['a pickle', PICKLE, 'dictionary:binary'],
    ['a JSON object', Buffer.from('{"a": [1, "}"]}'), 'dictionary:json'],
    ['a JSON array with a byte order mark', Buffer.from('\ufeff \n[1]\n'), 'dictionary:json'],
    ['incomplete JSON', Buffer.from('{"a": 1'), 'text'],
    ['JSON lines', Buffer.from('{"a": 1}\n{"a": 2}\n'), 'text'],
    ['a JSON string', Buffer.from('"hello"'), 'text'],
    ['XML', Buffer.from('<?xml version="1.0"?><r><a>1</a></r>'), 'dictionary:xml'],
    ['incomplete XML', Buffer.from('<r><a>1</a>'), 'text'],
    ['HTML', Buffer.from('<!DOCTYPE html><p>'), 'text'],
    ['text', Buffer.from('Grüße'), 'text'],
    ['text that begins like a token', Buffer.from('gAAAAA is how tokens begin'), 'text'],
    ['white space', Buffer.from(' \n'), 'text'],
    ['bytes', Buffer.of(0, 0xff, 1), 'file'],
    ['bytes that begin like a pickle', Buffer.of(0x80, 4, 0xff, 0xff), 'file'],
    ['JSON that is not UTF-8', Buffer.from('{"a": "\xff"}', 'latin1'), 'file'],
    ['a single letter', Buffer.from('g'), 'text'],
  ];
  for (const [title, bytes, kind] of values) {
    for (const size of [1, 1000]) {
      it(`keeps ${title} as ${kind}, in steps of ${size}`, async () => {
        const served = await serve(inSteps(bytes, size));
        assert.equal(served.error, undefined);
        assert.equal(kinds(served), kind);
        assert.deepEqual(contents(served), [bytes]);
        assert.equal(served.answers, 'OK');
        assert.deepEqual(served.announced, served.store.items);
        assert.equal(served.store.items[0]?.encrypted, false);
      });

      it(`decrypts a token of ${title} as ${kind}, in steps of ${size}`, async () => {
        const served = await serve(inSteps(tokenOf(bytes), size), { key, requireEncryption: true });
        assert.equal(served.error, undefined);
        assert.equal(kinds(served), kind);
        assert.deepEqual(contents(served), [bytes]);
        assert.equal(served.answers, 'OK');
        assert.equal(served.store.items[0]?.encrypted, true);
        assert.equal(served.store.open, 0);
      });
    }
  }

  it('receives a pickle and then a token, as the early version sends them', async () => {
    const stream = Buffer.concat([PICKLE, tokenOf('a text file')]);
    for (const size of [1, 10, 1000]) {
      const served = await serve(inSteps(stream, size), { key });
      assert.equal(kinds(served), 'dictionary:binary text');
      assert.deepEqual(contents(served), [PICKLE, Buffer.from('a text file')]);
      assert.equal(served.answers, 'OK');
      assert.equal(served.announced.length, 2);
    }
  });

  it('receives values of every kind one after another, and drops white space between them', async () => {
    const stream = Buffer.concat([
      PICKLE,
      PICKLE,
      Buffer.from('\n'),
      tokenOf('one'),
      Buffer.from('\r\n'),
      tokenOf('two'),
    ]);
    const served = await serve([stream, Buffer.from('\n{"a":1}\n')], { key });
    assert.equal(kinds(served), 'dictionary:binary dictionary:binary text text dictionary:json');
    assert.equal(served.answers, 'OK');
  });

  it('keeps a token as text with a note if there is no key', async () => {
    const token = Buffer.concat([tokenOf('secret'), Buffer.from('\n')]);
    const served = await serve([token]);
    assert.equal(kinds(served), 'text');
    assert.deepEqual(contents(served), [token]);
    assert.match(served.store.items[0]?.note ?? '', /no key/);
    assert.equal(served.answers, 'OK');
  });

  it('keeps a token as text with a note if the key is another one', async () => {
    const served = await serve([tokenOf('secret', FernetKey.generate())], { key });
    assert.equal(kinds(served), 'text');
    assert.match(served.store.items[0]?.note ?? '', /none of the keys of this receiver/);
  });

  it('keeps text that is not a token unchanged, without a note', async () => {
    for (const text of ['gAAAAA is how tokens begin', 'gAAAAABCD===', 'gAAAAABC=']) {
      const served = await serve([Buffer.from(`${text}\n`)], { key });
      assert.equal(kinds(served), 'text');
      assert.deepEqual(served.store.texts, [`${text}\n`]);
      assert.equal(served.store.items[0]?.note, undefined);
    }
  });

  it('keeps a pickle as a file if further bytes follow it in a token', async () => {
    const served = await serve([tokenOf(Buffer.concat([PICKLE, PICKLE]))], { key });
    assert.equal(kinds(served), 'file');
  });

  it('keeps a truncated pickle in a token as a file', async () => {
    const served = await serve([tokenOf(PICKLE.subarray(0, 10))], { key });
    assert.equal(kinds(served), 'file');
  });

  it('keeps an item if the peer no longer listens', async () => {
    const { store, announced, error } = await serve([PICKLE], { isDeaf: true });
    assert.deepEqual(announced, store.items);
    assert.equal(store.items.length, 1);
    assert.equal(error, undefined);
  });

  it('sends nothing to a peer that sends nothing', async () => {
    const served = await serve([]);
    assert.deepEqual([served.answers, served.error, kinds(served)], ['', undefined, '']);
  });
});

describe('receiving raw from a peer that waits for an answer', () => {
  const padded = tokenOf('a padded token here');
  const unpadded = tokenOf('a'.repeat(40));
  const waiting: [title: string, steps: Step[], kinds: string, options?: ServeOptions][] = [
    ['a pickle', [PICKLE, 'quiet'], 'dictionary:binary'],
    ['JSON', [Buffer.from('{"a": 1}\n'), 'quiet', 'quiet'], 'dictionary:json'],
    ['XML', [Buffer.from('<a>1</a>'), 'quiet', 'quiet'], 'dictionary:xml'],
    ['text', [Buffer.from('hello'), 'quiet'], 'text'],
    ['an ambiguous start', [Buffer.from('gAA'), 'quiet'], 'text'],
    ['a token with padding', [padded, 'quiet'], 'text', { key }],
    ['a token without padding', [unpadded, 'quiet'], 'text', { key }],
    ['a token with a newline', [Buffer.concat([unpadded, Buffer.from('\n')]), 'quiet'], 'text', { key }],
    ['a token of an unknown key', [padded, 'quiet'], 'text'],
  ];
  for (const [title, steps, expected, options] of waiting) {
    it(`answers ${title}, and then the next value`, async () => {
      const served = await serve([...steps, ...steps], options);
      assert.equal(served.error, undefined);
      assert.equal(kinds(served), `${expected} ${expected}`);
      assert.equal(served.answers, 'OKOK');
      assert.equal(served.announced.length, 2);
    });
  }

  const { rawQuietTime, rawTextQuietTime } = DEFAULT_LIMITS;
  for (const [title, value] of [
    ['a pickle', PICKLE],
    ['JSON', Buffer.from('{"a": 1}')],
    ['XML', Buffer.from('<a>1</a>')],
    ['a token', padded],
  ] as const) {
    it(`sends no answer to ${title} while the next value of a peer that does not listen may be on its way`, async () => {
      const served = await serve([value, rawTextQuietTime - 1, padded, rawTextQuietTime - 1], { key });
      assert.equal(served.store.items.length, 2);
      assert.equal(served.answers, 'OK');
    });

    it(`answers ${title} after a long pause, and later values after a short one`, async () => {
      const pause = rawQuietTime + rawTextQuietTime;
      const steps = [value, pause + 1, value, 2 * rawQuietTime + 1, value, 'quiet'] as const;
      const served = await serve(steps, { key });
      assert.equal(served.store.items.length, 3);
      assert.equal(served.answers, 'OKOKOK');
    });
  }

  it('ends without an error if nothing follows an answer', async () => {
    const served = await serve([PICKLE, 'quiet', 'quiet']);
    assert.equal(served.answers, 'OK');
    assert.equal(served.error, undefined);
  });

  for (const part of [
    PICKLE.subarray(0, 9),
    Buffer.from('{"a"'),
    Buffer.from('<a>'),
    tokenOf('x').subarray(0, 30),
  ]) {
    it(`times out after ${JSON.stringify(part.toString('latin1'))}`, async () => {
      const served = await serve([part, 'quiet'], { key });
      assertRefused(served, 'timeout');
      assert.match(served.answers, /^ERROR: Timeout/);
    });
  }
});

describe('receiving raw from a faulty peer', () => {
  it('stores nothing of a truncated pickle', async () => {
    for (let length = 1; length < PICKLE.length; length++) {
      assertRefused(await serve([PICKLE.subarray(0, length)]), 'connection-lost');
    }
  });

  it('stores nothing of a truncated token', async () => {
    const token = tokenOf('x'.repeat(100));
    for (let length = 6; length < token.length; length++) {
      const served = await serve([token.subarray(0, length)], { key, requireEncryption: true });
      assertRefused(served, 'invalid-token');
    }
    assertRefused(await serve([token.subarray(0, 101)], { key }), 'connection-lost');
    assertRefused(await serve([token.subarray(0, 101)]), 'connection-lost');
  });

  it('keeps the values before a truncated one', async () => {
    const served = await serve([Buffer.concat([PICKLE, tokenOf('x').subarray(0, 50)])], { key });
    assertRefused(served, 'connection-lost', 1);
    assert.match(served.answers, /^ERROR: Incomplete/);
  });

  it('stores nothing of a value that a reset truncates', async () => {
    const reset = new PicklepostError('connection-lost', 'reset');
    for (const start of [
      PICKLE.subarray(0, 5),
      Buffer.from('text'),
      Buffer.from('{}'),
      tokenOf('a'.repeat(40), FernetKey.generate()),
      tokenOf('a'.repeat(40)).subarray(0, 100),
      Buffer.of(0xff),
    ]) {
      assertRefused(await serve([start, reset], { key }), 'connection-lost');
    }
  });

  it('keeps a token with a valid signature, although its sender has disconnected', async () => {
    const reset = new PicklepostError('connection-lost', 'reset');
    const served = await serve([PICKLE, 'quiet', tokenOf('a'.repeat(40)), reset], { key });
    assert.equal(served.error, undefined);
    assert.equal(kinds(served), 'dictionary:binary text');
    assert.deepEqual(served.announced, served.store.items);
  });

  it('reports a value whose sender disconnects after it to the server', async () => {
    const served = await serve([PICKLE, new PicklepostError('connection-lost', 'reset')]);
    assertRefused(served, 'connection-lost', 1);
  });

  it('accepts only tokens of its key if encryption is required', async () => {
    const options = { key, requireEncryption: true };
    const endless = Buffer.concat([Buffer.from('gAAAAABl'), Buffer.alloc(17 * 1024 * 1024, 'A')]);
    assertRefused(await serve(inSteps(endless, 65_536), options), 'limit-exceeded');
    for (const value of [PICKLE, Buffer.from('{}'), Buffer.from('text'), Buffer.of(0xff), Buffer.from('g')]) {
      assertRefused(await serve([value], options), 'encryption-required');
    }
    assertRefused(await serve([tokenOf('x', FernetKey.generate())], options), 'invalid-token');
    assertRefused(await serve([Buffer.from('gAAAAA but no token')], options), 'invalid-token');
    assertRefused(await serve([tokenOf('x')], { requireEncryption: true }), 'invalid-key');
  });

  it('refuses pickles if they are disabled, in tokens too', async () => {
    for (const value of [PICKLE, tokenOf(PICKLE)]) {
      const served = await serve([value], { key, allowPickle: false });
      assertRefused(served, 'refused');
      assert.equal(served.answers, "ERROR: UnsupportedTransfer('Pickle is disabled at this receiver')");
    }
  });

  it('refuses values whose plain size is larger than allowed', async () => {
    const plain = 'x'.repeat(100);
    for (const bytes of [Buffer.from(plain), tokenOf(plain)]) {
      assert.equal(kinds(await serve([bytes], { key, limits: { itemSize: 100 } })), 'text');
      assertRefused(await serve([bytes], { key, limits: { itemSize: 99 } }), 'limit-exceeded');
    }
    assertRefused(await serve([tokenOf(plain)], { limits: { itemSize: 100 } }), 'limit-exceeded');
    const long = inSteps(Buffer.from(`gAAAAA${'A'.repeat(900)}`), 9);
    const served = await serve(long, { key, limits: { itemSize: 100 } });
    assertRefused(served, 'limit-exceeded');
    assert.match(String(served.error), /exceeds the limit of 100 bytes\./);
  });

  it('keeps dictionaries that are nested too deeply as text', async () => {
    assert.equal(kinds(await serve([Buffer.from('[[[1]]]')], { limits: { nestingDepth: 2 } })), 'text');
  });

  it('stores only complete values, and has the same result in steps of any size', async () => {
    const start = fc.constantFrom(
      PICKLE,
      Buffer.from([0x80, 4]),
      tokenOf('x'),
      Buffer.from('gAAAAA'),
      Buffer.from('{"a":'),
      Buffer.from('<a>'),
    );
    const stream = fc
      .array(fc.oneof(start, fc.uint8Array({ maxLength: 20 })), { minLength: 1, maxLength: 5 })
      .map((parts) => Buffer.concat(parts))
      .filter((bytes) => ![undefined, 0x08, 0x0c, 0x10].includes(bytes[0]));
    await fc.assert(
      fc.asyncProperty(stream, fc.integer({ min: 1, max: 30 }), async (bytes, size) => {
        const [whole, stepwise] = [await serve([bytes], { key }), await serve(inSteps(bytes, size), { key })];
        for (const served of [whole, stepwise]) {
          assert.equal(served.store.open, 0);
          assert.deepEqual(served.announced, served.store.items);
          assert.match(served.answers, served.error === undefined ? /^(OK)?$/ : /^ERROR: \w+\('[^']*'\)$/);
        }
        assert.deepEqual(contents(stepwise), contents(whole));
        assert.equal(kinds(stepwise), kinds(whole));
      }),
      { numRuns: 300 },
    );
  });
});

function assertRefused({ store, announced, error }: Served, code: string, stored = 0): void {
  assert.ok(error instanceof PicklepostError, String(error));
  assert.equal(error.code, code);
  assert.equal(store.open, 0);
  assert.equal(store.items.length, stored);
  assert.equal(announced.length, stored);
}
