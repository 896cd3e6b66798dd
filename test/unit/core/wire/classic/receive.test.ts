import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encryptTokenText } from '../../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../../src/core/crypto/keys';
import { PicklepostError } from '../../../../../src/core/errors';
import { CLASSIC_VECTORS, ENCRYPTED_VECTOR, packet, packetOf } from './classicVectors';
import { inSteps, serve, type Served } from '../scriptedChannel';

const key = FernetKey.parse(ENCRYPTED_VECTOR.key);
const END = Buffer.of(0x10);

describe('receiving classic', () => {
  for (const vector of CLASSIC_VECTORS) {
    for (const size of [1, 3, 100_000]) {
      it(`receives ${vector.title} in steps of ${size} bytes`, async () => {
        const { store, announced, answers, error } = await serve([...inSteps(packetOf(vector), size), END]);
        assert.equal(error, undefined);
        assert.equal(answers, 'OK');
        assert.deepEqual(announced, store.items);
        const [item] = store.items;
        assert.ok(item);
        assert.deepEqual(item.bytes, vector.content);
        assert.equal(item.kind, vector.kind);
        assert.equal(item.format, vector.format);
        assert.equal(item.dialect, 'classic');
        assert.equal(item.encrypted, false);
        assert.equal(item.from, '10.0.0.7:40000');
      });
    }
  }

  it('receives the encrypted vector, and its token alone', async () => {
    const { head, token } = ENCRYPTED_VECTOR;
    for (const start of [head, '']) {
      const bytes = Buffer.concat([Buffer.from(start, 'hex'), Buffer.from(token)]);
      const { store, answers } = await serve([bytes, ...(start ? [END] : [])], {
        key,
        requireEncryption: true,
      });
      assert.deepEqual([store.texts, answers], [['hello'], 'OK']);
    }
  });

  it('receives the example of the documentation', () => {
    const documentation = readFileSync('docs/protocol.md', 'utf8').replace(/[\s`]/g, '');
    for (const { head, content, format } of CLASSIC_VECTORS) {
      const isSpelledOut = format === 'xml';
      const shown = isSpelledOut ? `${head},then${content.toString()}` : head + content.toString('hex');
      assert(documentation.includes(shown.replace(/\s/g, '')), shown);
    }
    const { key, head, token } = ENCRYPTED_VECTOR;
    assert(documentation.includes(`${key}|${head},then${token}`));
  });

  it('joins a text of three packets', async () => {
    const text = 'a'.repeat(100_000);
    const packets = [
      packet(0x08, 0x00, text.slice(0, 48_000)),
      packet(0x00, undefined, text.slice(48_000, 96_000)),
      packet(0x04, undefined, text.slice(96_000)),
    ];
    const { store, answers } = await serve([Buffer.concat([...packets, END])]);
    assert.deepEqual(store.texts, [text]);
    assert.equal(answers, 'OK');
  });

  it('answers each of several transfers on one connection', async () => {
    const packets = CLASSIC_VECTORS.map(packetOf);
    const { store, answers, error } = await serve([Buffer.concat([...packets, END])]);
    assert.equal(error, undefined);
    assert.equal(answers, 'OK'.repeat(packets.length));
    assert.deepEqual(
      store.items.map((item) => item.bytes),
      CLASSIC_VECTORS.map((vector) => vector.content),
    );
  });

  it('decrypts a token for each chunk, also with white space after it', async () => {
    const first = packet(0x08, 0x02, encryptTokenText(key, Buffer.from('Hello ')));
    const last = packet(0x04, undefined, `${encryptTokenText(key, Buffer.from('World!'))}\n`);
    const { store, answers } = await serve([first, last, END], { key, requireEncryption: true });
    assert.deepEqual(store.texts, ['Hello World!']);
    assert.equal(store.items[0]?.encrypted, true);
    assert.equal(answers, 'OK');
  });

  it('accepts an empty chunk as empty content, which counts as encrypted only together with a token', async () => {
    const token = encryptTokenText(key, Buffer.from('x'));
    const script = [
      ...[packet(0x0c, 0x02, ''), packet(0x0c, 0x00, '')],
      ...[packet(0x08, 0x02, ''), packet(0x04, undefined, token), END],
    ];
    const { store, answers } = await serve(script, { key });
    assert.deepEqual(
      store.items.map(({ bytes, encrypted, key: name }) => [bytes.toString(), encrypted, name]),
      [
        ['', false, undefined],
        ['', false, undefined],
        ['x', true, 'lab'],
      ],
    );
    assert.equal(answers, 'OKOKOK');
    const strict = await serve([packet(0x0c, 0x02, ''), END], { key, requireEncryption: true });
    assertRefused(strict, 'encryption-required');
  });

  it('ignores bits without a meaning', async () => {
    const { store, answers } = await serve([packet(0x08, 0x01, 'Hello '), packet(0x07, undefined, 'World!')]);
    assert.deepEqual(store.texts, ['Hello World!']);
    assert.equal(answers, 'OK');
  });

  it('accepts a peer that leaves without END', async () => {
    const { store, error } = await serve([packet(0x0c, 0x00, 'bye')]);
    assert.deepEqual(store.texts, ['bye']);
    assert.equal(error, undefined);
  });

  it('ends without an error if nothing follows a transfer for long', async () => {
    const { answers, error } = await serve([packet(0x0c, 0x00, 'bye'), 'quiet']);
    assert.equal(answers, 'OK');
    assert.equal(error, undefined);
  });

  it('keeps a text that is not UTF-8 as a file', async () => {
    const { store, answers } = await serve([packet(0x0c, 0x00, Buffer.of(0xff, 0xfe)), END]);
    assert.equal(store.items[0]?.kind, 'file');
    assert.equal(answers, 'OK');
  });

  it('joins characters that are split between two packets', async () => {
    const euro = Buffer.from('€');
    const packets = [packet(0x08, 0x00, euro.subarray(0, 1)), packet(0x04, undefined, euro.subarray(1))];
    const { store } = await serve([...packets, END]);
    assert.equal(store.items[0]?.kind, 'text');
  });

  it('keeps a malformed dictionary as it arrived', async () => {
    const { store, answers } = await serve([packet(0x0c, 0x28, '{"a":'), END]);
    assert.equal(store.items[0]?.format, 'json');
    assert.deepEqual(store.texts, ['{"a":']);
    assert.equal(answers, 'OK');
  });

  it('reports an item whose sender no longer listens to the server', async () => {
    const { store, announced, error } = await serve([packet(0x0c, 0x00, 'x'), END], { isDeaf: true });
    assert.equal(store.items.length, 1);
    assert.deepEqual(announced, store.items);
    assert.match(String(error), /nobody listens/);
  });
});

describe('receiving classic from a faulty peer', () => {
  const hello = 'Hello World!';
  const cases: [title: string, bytes: Buffer[], answer: string, code: string][] = [
    [
      'an unknown type',
      [packet(0x0c, 0x40, hello)],
      "ERROR: UnsupportedTransfer('Invalid Data Type specified')",
      'protocol',
    ],
    [
      'an unknown format',
      [packet(0x0c, 0x30, hello)],
      "ERROR: UnsupportedTransfer('Invalid Data Format specified')",
      'protocol',
    ],
    [
      'a dictionary as txt',
      [packet(0x0c, 0x20, hello)],
      "ERROR: UnsupportedTransfer('Invalid Data Format specified')",
      'protocol',
    ],
    [
      'a last packet without a first, after a transfer',
      [packet(0x0c, 0x00, hello), packet(0x04, undefined, hello)],
      "OKERROR: InvalidHeader('Uninitialised session')",
      'protocol',
    ],
    [
      'a first packet in the middle',
      [packet(0x08, 0x00, hello), packet(0x0c, 0x00, hello)],
      "ERROR: InvalidHeader('First packet in the middle of a transfer')",
      'protocol',
    ],
    [
      'END in the middle',
      [packet(0x08, 0x00, hello), END],
      "ERROR: InvalidHeader('END in the middle of a transfer')",
      'protocol',
    ],
    [
      'an unknown operation',
      [packet(0x08, 0x00, hello), packet(0x24, undefined, hello)],
      "ERROR: InvalidHeader('Invalid operation specified')",
      'protocol',
    ],
    [
      'encryption without a key',
      [packet(0x0c, 0x02, encryptTokenText(key, Buffer.from(hello)))],
      "ERROR: InvalidToken('This receiver has no key')",
      'invalid-key',
    ],
    [
      'an incomplete transfer',
      [packet(0x08, 0x00, hello)],
      "ERROR: Incomplete('The transfer ended before it was whole')",
      'connection-lost',
    ],
  ];
  for (const [title, bytes, answer, code] of cases) {
    it(`refuses ${title}`, async () => {
      const served = await serve([Buffer.concat(bytes)]);
      assert.equal(served.answers, answer);
      assertRefused(served, code, answer.startsWith('OK') ? 1 : 0);
    });
  }

  it('refuses items that are encrypted with another key', async () => {
    const token = encryptTokenText(FernetKey.generate(), Buffer.from(hello));
    const served = await serve([packet(0x0c, 0x02, token)], { key });
    assert.equal(served.answers, "ERROR: InvalidToken('The data does not open with a key of this receiver')");
    assertRefused(served, 'invalid-token');
  });

  it('refuses an encrypted chunk that is not a token', async () => {
    const served = await serve([packet(0x0c, 0x02, hello)], { key });
    assertRefused(served, 'invalid-token');
  });

  it('refuses items without encryption if encryption is required', async () => {
    const served = await serve([packet(0x0c, 0x00, hello)], { key, requireEncryption: true });
    assert.equal(
      served.answers,
      "ERROR: EncryptionRequired('This receiver accepts only encrypted transfers')",
    );
    assertRefused(served, 'encryption-required');
  });

  it('refuses a pickle if pickles are disabled', async () => {
    const served = await serve([packet(0x0c, 0x24, Buffer.from('80042e', 'hex'))], { allowPickle: false });
    assert.equal(served.answers, "ERROR: UnsupportedTransfer('Pickle is disabled at this receiver')");
    assertRefused(served, 'refused');
  });

  it('refuses an item that grows larger than allowed', async () => {
    const packets = [
      packet(0x08, 0x00, hello),
      packet(0x00, undefined, hello),
      packet(0x04, undefined, hello),
    ];
    const allowed = await serve(packets, { limits: { itemSize: 36 } });
    assert.equal(allowed.answers, 'OK');
    const served = await serve(packets, { limits: { itemSize: 35 } });
    assert.equal(served.answers, "ERROR: LimitExceeded('The transfer is larger than this receiver accepts')");
    assertRefused(served, 'limit-exceeded');
  });

  it('gives up on a peer that stops sending in the middle', async () => {
    const served = await serve([packet(0x08, 0x00, hello), 'quiet']);
    assert.equal(
      served.answers,
      "ERROR: Timeout('Timed out after 60 s without data, in the middle of a transfer')",
    );
    assertRefused(served, 'timeout');
  });

  it('stores nothing of a truncated transfer', async () => {
    const whole = Buffer.concat([packet(0x08, 0x00, hello), packet(0x04, undefined, hello)]);
    for (let length = 1; length < whole.length; length++) {
      assertRefused(await serve([whole.subarray(0, length)]), 'connection-lost');
    }
  });

  it('keeps only complete transfers, whatever bytes arrive', async () => {
    const start = fc.constantFrom(0x08, 0x0c, 0x10);
    const bytes = fc
      .tuple(start, fc.uint8Array({ maxLength: 300 }))
      .map(([op, rest]) => Buffer.of(op, ...rest));
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (stream, size) => {
        const { store, answers, error } = await serve(inSteps(stream, size), { key });
        assert.equal(store.open, 0);
        assert.match(answers, error === undefined ? /^(OK)*$/ : /^(OK)*ERROR: \w+\('[^']*'\)$/);
        assert.equal(answers.split('OK').length - 1, store.items.length);
      }),
    );
  });

  it('reads every stream of well-formed packets', async () => {
    const transfer = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(transfer, { maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        async (transfers, size) => {
          const packets = transfers.flatMap((chunks) =>
            chunks.map((chunk, i) => {
              const op = (i === 0 ? 0x08 : 0) | (i === chunks.length - 1 ? 0x04 : 0);
              return packet(op, i === 0 ? 0x24 : undefined, chunk);
            }),
          );
          const { store, answers } = await serve(inSteps(Buffer.concat([...packets, END]), size));
          assert.equal(answers, 'OK'.repeat(transfers.length));
          assert.deepEqual(
            store.items.map((item) => item.bytes),
            transfers.map((chunks) => Buffer.concat(chunks)),
          );
        },
      ),
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
