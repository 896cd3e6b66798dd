import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { encryptTokenText } from '../../../src/core/crypto/fernet';
import type { PicklepostError } from '../../../src/core/errors';
import { CLASSIC_VECTORS, packet, packetOf } from '../core/wire/classic/classicVectors';
import { inSteps } from '../core/wire/scriptedChannel';
import { key, ServerFixture, SHORT } from './serverFixture';
import { TestPeer } from './testPeer';

const END = Buffer.of(0x10);
const PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');

afterEach(() => ServerFixture.stopAll());

describe('the receive server', () => {
  it('receives and answers each of several transfers', async () => {
    const { port, store, announced } = await ServerFixture.start();
    const peer = await TestPeer.connect(port);
    for (const [i, vector] of CLASSIC_VECTORS.entries()) {
      await peer.send(packetOf(vector));
      assert.equal((await peer.receive(2 * (i + 1))).toString(), 'OK'.repeat(i + 1));
      assert.deepEqual(store.items[i]?.bytes, vector.content);
      assert.equal(announced.length, i + 1);
    }
    await peer.send(END);
    assert.equal((await peer.receiveAll()).length, 2 * CLASSIC_VECTORS.length);
    assert.equal(peer.ending, 'end');
    assert.equal(store.items[0]?.from, `127.0.0.1:${String(peer.socket.localPort)}`);
  });

  it('receives a transfer byte by byte', async () => {
    const { port, store } = await ServerFixture.start();
    const peer = await TestPeer.connect(port);
    for (const byte of inSteps(packet(0x0c, 0x28, '{"a": {"b": 1}}'), 1)) {
      await peer.send(byte);
      await new Promise(setImmediate);
    }
    assert.equal((await peer.receive(2)).toString(), 'OK');
    assert.deepEqual(store.texts, ['{"a": {"b": 1}}']);
    peer.socket.destroy();
  });

  for (const bufferSize of [100, 1111, 1_000_000]) {
    it(`receives large items, encrypted and not, with a buffer of ${bufferSize} bytes`, async () => {
      const { port, store } = await ServerFixture.start({ key, bufferSize });
      const keys = Array.from({ length: 10_000 }, (_, i) => [`key ${String(i)}`, { value: i }]);
      const json = Buffer.from(JSON.stringify(Object.fromEntries(keys)));
      for (const encrypted of [false, true]) {
        const peer = await TestPeer.connect(port);
        const chunks = inSteps(json, 48_000);
        const packets = chunks.map((chunk, i) =>
          packet(
            (i === 0 ? 0x08 : 0) | (i === chunks.length - 1 ? 0x04 : 0),
            i === 0 ? 0x28 | (encrypted ? 2 : 0) : undefined,
            encrypted ? encryptTokenText(key, chunk) : chunk,
          ),
        );
        await peer.send(Buffer.concat([...packets, END]));
        assert.equal((await peer.receiveAll()).toString(), 'OK');
        peer.socket.destroy();
        assert.deepEqual(store.items.at(-1)?.bytes, json);
        assert.equal(store.items.at(-1)?.encrypted, encrypted);
      }
    });
  }

  it('receives raw values up to the end of the stream', async () => {
    const { port, store } = await ServerFixture.start({ key });
    const peer = await TestPeer.connect(port);
    await peer.send(PICKLE);
    await peer.send(encryptTokenText(key, Buffer.from('a text file')));
    peer.socket.end();
    assert.equal((await peer.receiveAll()).toString(), 'OK');
    assert.deepEqual(store.texts, [PICKLE.toString(), 'a text file']);
  });

  it('keeps the item of a raw peer that has closed and reads no answer', async () => {
    const { port, store, failures } = await ServerFixture.start({ key });
    const peer = await TestPeer.connect(port);
    peer.socket.end(
      Buffer.concat([PICKLE, Buffer.from(encryptTokenText(key, Buffer.alloc(1_000_000, 'x')))]),
    );
    peer.socket.once('finish', () => peer.socket.destroy());
    await peer.closed;
    while (store.items.length < 2) await new Promise(setImmediate);
    assert.equal(store.items[1]?.size, 1_000_000);
    assert.deepEqual(failures, []);
  });

  it('answers a raw peer that waits, and receives its next value', async () => {
    const { port, store } = await ServerFixture.start({ limits: SHORT });
    const peer = await TestPeer.connect(port);
    for (const [i, value] of [PICKLE, Buffer.from('{"a":1}'), Buffer.from('text')].entries()) {
      await peer.send(value);
      assert.equal((await peer.receive(2 * (i + 1))).toString(), 'OK'.repeat(i + 1));
      assert.deepEqual(store.items[i]?.bytes, value);
    }
    peer.socket.destroy();
  });

  it('applies changed options from the next connection on', async () => {
    const fixture = await ServerFixture.start();
    const before = await TestPeer.connect(fixture.port);
    await before.send(packet(0x0c, 0x00, 'one'));
    await before.receive(2);
    fixture.options = { key, requireEncryption: true };
    await before.send(packet(0x0c, 0x00, 'two'));
    assert.equal((await before.receive(4)).toString(), 'OKOK');
    before.socket.destroy();
    const after = await TestPeer.connect(fixture.port);
    await after.send(packet(0x0c, 0x00, 'three'));
    after.socket.end();
    assert.match(
      (await after.receiveAll()).toString(),
      /^ERROR: Refused\('This receiver does not accept the classic protocol/,
    );
  });
});

describe('the receive server with faulty peers', () => {
  it('answers and closes, and serves other peers at the same time', async () => {
    const { port, store, failures } = await ServerFixture.start();
    const good = await TestPeer.connect(port);
    await good.send(packet(0x08, 0x00, 'Hello '));
    const bad = await TestPeer.connect(port);
    await bad.send(packet(0x0c, 0x40, 'x'));
    assert.equal(
      (await bad.receiveAll()).toString(),
      "ERROR: UnsupportedTransfer('Invalid Data Type specified')",
    );
    assert.equal(bad.ending, 'end');
    await good.send(packet(0x04, undefined, 'World!'));
    assert.equal((await good.receive(2)).toString(), 'OK');
    assert.deepEqual(store.texts, ['Hello World!']);
    assert.deepEqual(
      failures.map(({ from, error }) => [from, (error as PicklepostError).code]),
      [[`127.0.0.1:${String(bad.socket.localPort)}`, 'protocol']],
    );
    good.socket.destroy();
    bad.socket.destroy();
  });

  it('delivers its answer to a peer that keeps sending', async () => {
    const { port } = await ServerFixture.start({ limits: { itemSize: 10 } });
    const peer = await TestPeer.connect(port);
    void peer.send(packet(0x0c, 0x00, Buffer.alloc(65_000)));
    void peer.send(Buffer.alloc(5_000_000));
    peer.socket.end();
    assert.match((await peer.receiveAll()).toString(), /^ERROR: LimitExceeded/);
    assert.equal(peer.ending, 'end');
  });

  it('stores nothing of a truncated or reset transfer', async () => {
    const fixture = await ServerFixture.start({ limits: SHORT });
    const { port, store, failures } = fixture;
    for (const [i, part] of [packet(0x08, 0x00, 'x'), PICKLE.subarray(0, 9), Buffer.from('{')].entries()) {
      const cut = await TestPeer.connect(port);
      await cut.send(part);
      cut.socket.resetAndDestroy();
      await fixture.untilFailed(i + 1);
    }
    assert.deepEqual(
      failures.map(({ error }) => (error as PicklepostError).code),
      ['connection-lost', 'connection-lost', 'connection-lost'],
    );
    assert.equal(store.items.length, 0);
    assert.equal(store.open, 0);
  });

  it('closes connections of slow or silent peers', async () => {
    const fixture = await ServerFixture.start({ limits: { ...SHORT, idleTime: 60 } });
    const silent = await TestPeer.connect(fixture.port);
    const slow = await TestPeer.connect(fixture.port);
    await slow.send(packet(0x08, 0x00, 'x').subarray(0, 3));
    assert.match((await slow.receiveAll()).toString(), /^ERROR: Timeout/);
    assert.equal((await silent.receiveAll()).toString(), '');
    await fixture.untilFailed(2);
    assert.equal(fixture.store.open, 0);
    slow.socket.destroy();
    silent.socket.destroy();
  });

  it('rejects a connection above the limit, with the reason', async () => {
    const { port, store } = await ServerFixture.start({
      budgets: {
        connections: { total: 2, address: 2, connection: 1 },
        displaceAfter: 3_600_000,
        placePatience: 1,
      },
    });
    const first = await TestPeer.connect(port);
    const second = await TestPeer.connect(port);
    for (const peer of [first, second]) {
      await peer.send(packet(0x0c, 0x00, 'x'));
      await peer.receive(2);
    }
    const third = await TestPeer.connect(port);
    assert.match((await third.receiveAll()).toString(), /^ERROR: Busy\('.*busy.*'\)$/);
    first.socket.end(END);
    await first.receiveAll();
    const fourth = await TestPeer.connect(port);
    await fourth.send(packet(0x0c, 0x00, 'x'));
    assert.equal((await fourth.receive(2)).toString(), 'OK');
    assert.equal(store.items.length, 3);
    for (const peer of [first, second, third, fourth]) peer.socket.destroy();
  });

  it('serves a hundred peers at once, some of which are faulty', async () => {
    const { port, store, failures } = await ServerFixture.start({ key });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const peer = await TestPeer.connect(port);
        const isBad = i % 10 === 0;
        await peer.send(packet(0x08, isBad ? 0x02 : 0x00, `peer ${String(i)}`));
        await peer.send(packet(0x04, undefined, '.'));
        await peer.send(END);
        const answer = (await peer.receiveAll()).toString();
        peer.socket.destroy();
        return answer;
      }),
    );
    assert.equal(answers.filter((answer) => answer === 'OK').length, 90);
    assert.equal(answers.filter((answer) => answer.startsWith('ERROR: InvalidToken')).length, 10);
    assert.equal(new Set(store.texts).size, 90);
    assert.equal(failures.length, 10);
    assert.equal(store.open, 0);
  });

  it('survives random bytes', async () => {
    const { port, store } = await ServerFixture.start({ key, limits: SHORT });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.boolean(),
        async (bytes, isReset) => {
          const peer = await TestPeer.connect(port);
          await peer.send(bytes);
          if (isReset) peer.socket.resetAndDestroy();
          else peer.socket.end();
          if (!isReset) assert.match((await peer.receiveAll()).toString(), /^(OK)*(ERROR: \w+\('[^']*'\))?$/);
          peer.socket.destroy();
        },
      ),
      { numRuns: 50 },
    );
    const peer = await TestPeer.connect(port);
    await peer.send(packet(0x0c, 0x00, 'still here'));
    assert.equal((await peer.receive(2)).toString(), 'OK');
    assert.equal(store.items.at(-1)?.bytes.toString(), 'still here');
    peer.socket.destroy();
  });

  it('closes a connection if its options cannot be loaded', async () => {
    const fixture = await ServerFixture.start();
    Object.defineProperty(fixture, 'options', {
      get: () => {
        throw new Error('no options');
      },
    });
    const peer = await TestPeer.connect(fixture.port);
    await peer.receiveAll();
    await fixture.untilFailed();
    assert.match(String(fixture.failures[0]?.error), /no options/);
    peer.socket.destroy();
  });
});
