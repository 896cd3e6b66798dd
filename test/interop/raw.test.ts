import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, before, describe, it } from 'mocha';
import { decodePickle, encodePickle } from '../../src/core/codecs/pickle/codec';
import { encryptTokenText } from '../../src/core/crypto/fernet';
import { PicklepostError } from '../../src/core/errors';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict } from '../../src/core/values/value';
import type { OutgoingItem, Receipt } from '../../src/core/item/item';
import { sendItems } from '../../src/net/sendClient';
import { fileOf, freePort } from '../unit/net/sending';
import { key, ServerFixture, SHORT } from '../unit/net/serverFixture';
import { needsPython } from './python';
import { PeerProcess } from './pythonPeer';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await ServerFixture.stopAll();
});

function track(peer: PeerProcess): PeerProcess {
  cleanups.push(() => peer.stop());
  return peer;
}

function send(items: readonly OutgoingItem[], port: number): Promise<Receipt[]> {
  return sendItems(items, {
    host: '127.0.0.1',
    port,
    dialect: 'raw',
    localPort: 0,
    bufferSize: 65536,
    limits: DEFAULT_LIMITS,
  });
}

describe('the early version in Python', () => {
  before(function () {
    needsPython(this, 'cryptography.fernet');
  });

  for (const size of [20, 5_000_000]) {
    it(`sends a dictionary and a text of ${size} characters to the server`, async () => {
      const fixture = await ServerFixture.start({ key });
      const client = track(
        PeerProcess.python('early_client.py', String(fixture.port), key.toText(), String(size)),
      );
      await client.rest();
      while (fixture.announced.length < 2) await new Promise(setImmediate);
      const [dictionary, text] = fixture.store.items;
      const value = decodePickle(dictionary!.bytes).value;
      assert.ok(value instanceof Dict && value.size === 2);
      assert.deepEqual([text!.kind, text!.encrypted, text!.size], ['text', true, size]);
      assert.deepEqual(fixture.failures, []);
    });
  }

  it('receives a dictionary and a text from the client', async () => {
    const server = track(PeerProcess.python('early_server.py', key.toText()));
    const { port } = await server.json();
    const pickle = encodePickle(Dict.from([['a', 1n]]), DEFAULT_LIMITS);
    const token = encryptTokenText(key, Buffer.from('x'.repeat(100_000)));
    const receipts = await send([fileOf(pickle), fileOf(token)], Number(port));
    assert.deepEqual(
      receipts.map(({ confirmed }) => confirmed),
      [false, false],
    );
    assert.deepEqual(await server.json(), { value: { a: 1 }, text: 'x'.repeat(100_000) });
  });
});

describe('nc', () => {
  before(function () {
    if (spawnSync('nc', ['-h']).error === undefined) return;
    console.warn('\n!!! NOT RUN: interop with nc: there is no nc here.\n');
    this.skip();
  });

  it('sends values of every kind to the server, and gets answers', async () => {
    const values: [bytes: Uint8Array, kind: string][] = [
      [encodePickle(Dict.from([['a', 1n]]), DEFAULT_LIMITS), 'binary'],
      [Buffer.from('{"a": 1}\n'), 'json'],
      [Buffer.from('<root><a>1</a></root>\n'), 'xml'],
      [Buffer.from('Hello\n'), 'text'],
      [Buffer.from(encryptTokenText(key, Buffer.from('{"a": 1}'))), 'json'],
      [Buffer.of(0xff, 0, 1), 'file'],
    ];
    const fixture = await ServerFixture.start({ key, limits: SHORT });
    for (const [bytes, kind] of values) {
      const nc = track(PeerProcess.start('nc', '127.0.0.1', String(fixture.port)));
      nc.write(bytes);
      nc.end();
      assert.deepEqual(await nc.rest(), ['OK']);
      const item = fixture.store.items.at(-1)!;
      assert.equal(item.format ?? item.kind, kind);
    }
    assert.equal(fixture.store.items.length, values.length);
  });

  it('receives from the client', async () => {
    const port = await freePort();
    const nc = track(PeerProcess.start('nc', '-l', '-p', String(port)));
    nc.end();
    const received = nc.rest();
    const text = 'Hello from far away\n'.repeat(10_000);
    let receipts: Receipt[] | undefined;
    // It says nowhere when it listens.
    while (!receipts) receipts = await send([fileOf(text)], port).catch(ignoreRefused);
    assert.equal(receipts[0]?.confirmed, false);
    assert.equal((await received).join('\n'), text.trimEnd());
  });
});

function ignoreRefused(error: unknown): undefined {
  if (!(error instanceof PicklepostError) || error.code !== 'connection-failed') throw error;
}
