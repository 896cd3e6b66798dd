import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import { codecs } from '../../src/core/codecs/codecs';
import { decodePickle } from '../../src/core/codecs/pickle/codec';
import { FernetKey } from '../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict } from '../../src/core/values/value';
import type { Format, OutgoingItem, Receipt } from '../../src/core/item/item';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';
import { key, ServerFixture } from '../unit/net/serverFixture';
import { describeValue } from './neutral';
import { needsPython } from './python';
import { PeerProcess } from './pythonPeer';

const LONG_TEXT = 'ä€😀x'.repeat(10_000);
const MANY_KEYS = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${String(i)}`, i]));

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await ServerFixture.stopAll();
});

function startPython(script: string, ...args: string[]): PeerProcess {
  const peer = PeerProcess.python(script, ...args);
  cleanups.push(() => peer.stop());
  return peer;
}

/** Milliseconds that a server has which does not answer. */
const SHORT = 500;

function send(
  items: readonly OutgoingItem[],
  port: number,
  encryption?: FernetKey,
  answerTime = DEFAULT_LIMITS.answerTime,
): Promise<Receipt[]> {
  return sendItems(items, {
    host: '127.0.0.1',
    port,
    dialect: 'classic',
    ...(encryption && { key: encryption }),
    localPort: 0,
    bufferSize: 65536,
    limits: { ...DEFAULT_LIMITS, answerTime },
  });
}

function textOf(text: string | Uint8Array): OutgoingItem {
  return bytesItem({ kind: 'text', name: 'text', bytes: Buffer.from(text) });
}

function dictionaryOf(format: Format, bytes: Uint8Array | string): OutgoingItem {
  return bytesItem({ kind: 'dictionary', format, name: format, bytes: Buffer.from(bytes) });
}

for (const encryption of [undefined, key]) {
  const args = encryption ? [encryption.toText()] : [];

  describe(`a classic client in Python, ${encryption ? 'encrypted' : 'plain'}`, () => {
    before(function () {
      needsPython(this, ...(encryption ? ['cryptography.fernet'] : []));
    });

    it('sends every format, with many transfers on one connection', async () => {
      const fixture = await ServerFixture.start({
        key,
        requireEncryption: encryption !== undefined,
        dialects: ['classic'],
      });
      const client = startPython('classic_client.py', String(fixture.port), ...args);
      const items: [format: string, value: unknown][] = [
        ['txt', 'Hello World!'],
        ['txt', LONG_TEXT],
        ['json', { a: { b: 1 } }],
        ['json', MANY_KEYS],
        ['xml', { a: 1, b: 'x<y' }],
        ['xml', MANY_KEYS],
        ['binary', { a: 1 }],
        ['binary', MANY_KEYS],
      ];
      for (const [format, value] of items) client.write(`${JSON.stringify({ format, value })}\n`);
      client.end();
      assert.deepEqual(
        await client.rest(),
        items.map(() => 'OK'),
      );
      const { items: stored, texts } = fixture.store;
      assert.deepEqual(
        stored.map((item) => item.format ?? item.kind),
        items.map(([format]) => (format === 'txt' ? 'text' : format)),
      );
      assert.equal(texts[0], 'Hello World!');
      assert.equal(texts[1], LONG_TEXT);
      assert.equal(texts[2], '{"a": {"b": 1}}');
      assert.deepEqual(JSON.parse(texts[3]!), MANY_KEYS);
      assert.equal(texts[4], '<root><a>1</a><b>x&lt;y</b></root>');
      const manyTexts = codecs.xml.decode(stored[5]!.bytes, DEFAULT_LIMITS).value;
      assert.ok(
        manyTexts instanceof Dict && manyTexts.size === 10_000 && manyTexts.get('key9999') === '9999',
      );
      const dict = decodePickle(stored[7]!.bytes).value;
      assert.ok(dict instanceof Dict && dict.get('key9999') === 9999n);
      assert.ok(stored.every((item) => item.encrypted === (encryption !== undefined)));
      assert.deepEqual(fixture.failures, []);
    });
  });

  describe(`a classic server in Python, ${encryption ? 'encrypted' : 'plain'}`, () => {
    before(function () {
      needsPython(this, ...(encryption ? ['cryptography.fernet'] : []));
    });

    it('receives every format, with many transfers on one connection', async () => {
      const server = startPython('classic_server.py', ...args);
      const { port } = await server.json();
      const value = Dict.from(Object.entries(MANY_KEYS).map(([name, i]) => [name, BigInt(i)]));
      const items = [
        textOf('Hello World!'),
        textOf(LONG_TEXT),
        textOf(''),
        dictionaryOf('json', '{"a": {"b": 1}}'),
        dictionaryOf('xml', '<root><a>1</a><b>x&lt;y</b></root>'),
        ...(['binary', 'json', 'xml'] as const).map((format) =>
          dictionaryOf(format, codecs[format].encode(value, DEFAULT_LIMITS)),
        ),
      ];
      const texts = Object.fromEntries(Object.entries(MANY_KEYS).map(([name, i]) => [name, String(i)]));
      const small = ['Hello World!', LONG_TEXT, '', { a: { b: 1 } }, { a: '1', b: 'x<y' }];
      const expected = [...small, MANY_KEYS, MANY_KEYS, texts];
      const receipts = await send(items, Number(port), encryption);
      assert.ok(receipts.length === items.length && receipts.every(({ confirmed }) => confirmed));
      for (const content of expected) {
        assert.deepEqual(await server.json(), { value: content, encrypted: encryption !== undefined });
      }
      assert.deepEqual(await server.json(), { end: true });
    });
  });
}

describe('a classic server in Python that fails', () => {
  before(function () {
    needsPython(this, 'cryptography.fernet');
  });

  const failures: [title: string, item: OutgoingItem, exception: string, encryption?: FernetKey][] = [
    ['has another key', textOf('x'), 'InvalidToken', FernetKey.generate()],
    ['cannot read the XML', dictionaryOf('xml', '<root>'), 'ParseError'],
    ['cannot read the JSON', dictionaryOf('json', '{'), 'JSONDecodeError'],
  ];
  for (const [title, item, exception, encryption] of failures) {
    it(`is reported as not having confirmed the item when it ${title}`, async () => {
      const server = startPython('classic_server.py', key.toText());
      const { port } = await server.json();
      await assert.rejects(send([item], Number(port), encryption, SHORT), {
        code: 'not-confirmed',
        message: /check the key and the format/,
      });
      assert.deepEqual(await server.json(), { died: exception });
      const [receipt] = await send([textOf('x')], Number(port));
      assert.equal(receipt?.confirmed, true);
    });
  }

  it('gets END even when the sender is interrupted', async () => {
    const server = startPython('classic_server.py');
    const { port } = await server.json();
    const broken: OutgoingItem = {
      kind: 'dictionary',
      format: 'json',
      name: 'broken',
      async *open() {
        yield await Promise.resolve(Buffer.alloc(100_000, ' '));
        throw new Error('interrupted');
      },
    };
    await assert.rejects(send([broken], Number(port), undefined, SHORT), /interrupted/);
    assert.deepEqual(await server.json(), { end: true });
  });
});

describe('a short Python script that frames its content', () => {
  before(function () {
    needsPython(this);
  });

  it('sends a dictionary to the server', async () => {
    const fixture = await ServerFixture.start();
    const script = startPython('send_script.py', String(fixture.port));
    assert.deepEqual(await script.rest(), ['OK']);
    const [item] = fixture.store.items;
    assert.equal(item?.format, 'binary');
    assert.equal(
      describeValue(decodePickle(item.bytes).value),
      '["dict",0,[[["str","name"],["str","x"]],[["str","values"],["tuple",1,[["int","0x1"],["float","4004000000000000"],null]]]]]',
    );
  });
});
