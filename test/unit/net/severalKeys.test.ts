import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { encryptTokenText } from '../../../src/core/crypto/fernet';
import { FernetKey } from '../../../src/core/crypto/keys';
import type { NamedKey } from '../../../src/core/crypto/namedKey';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { ByteReader } from '../../../src/core/wire/byteReader';
import { DIALECT_NAMES, type DialectName } from '../../../src/core/wire/dialects';
import { greetServer } from '../../../src/core/wire/native/handshake/greetServer';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { openChannel } from '../../../src/net/connect';
import { sendItems } from '../../../src/net/sendClient';
import { packet } from '../core/wire/classic/classicVectors';
import { NativePeer } from './nativePeer';
import { ServerFixture } from './serverFixture';
import { TestPeer } from './testPeer';

const named = (name: string): NamedKey => ({ name, key: FernetKey.generate() });

async function send(port: number, dialect: DialectName, key: FernetKey | undefined, text: string) {
  await sendItems([bytesItem({ kind: 'text', name: 'note', bytes: Buffer.from(text) })], {
    host: '127.0.0.1',
    port,
    dialect,
    localPort: 0,
    bufferSize: 65536,
    limits: DEFAULT_LIMITS,
    ...(key && { key }),
  });
}

/** Has a peer offer an item, and expects an answer of some type. */
async function offerAndExpect(peer: NativePeer | undefined, item: number, answer: string): Promise<void> {
  assert.ok(peer);
  const transfer = item.toString(16).padStart(32, '0');
  const key = FernetKey.generate().toText();
  await peer.session.send({ type: 'offer', item, transfer, kind: 'text', name: 'note', key });
  assert.equal((await peer.session.receive())?.type, answer);
}

describe('A receiver with several keys', () => {
  afterEach(async () => {
    await NativePeer.closeAll();
    await ServerFixture.stopAll();
  });

  it('ends only sessions with a key that was removed, and sends the reason', async () => {
    const [kept, retired] = [named('new'), named('old')];
    const fixture = await ServerFixture.start({ keys: [kept, retired] });
    const keys = [kept.key, retired.key, undefined];
    const [staying, going, nobody] = await Promise.all(
      keys.map((key) => NativePeer.connect(fixture.port, key)),
    );
    for (const peer of [staying, going, nobody]) await offerAndExpect(peer, 0, 'accept');
    fixture.options = { keys: [{ ...kept, name: 'renamed' }] };
    assert.equal(await fixture.server.endRetired(), 1);
    const refusal = await going?.session.receive();
    assert.ok(refusal?.type === 'refusal' && /no longer accepts your key/.test(refusal.reason));
    for (const peer of [staying, nobody]) await offerAndExpect(peer, 1, 'accept');
  });

  it('ends a session that presents a key which has just been removed', async () => {
    const retired = named('old');
    const fixture = await ServerFixture.start();
    const connected = new Promise<void>((resolve) => {
      fixture.options = {
        get keys() {
          resolve();
          return [retired];
        },
      };
    });
    const options = { limits: DEFAULT_LIMITS, localPort: 0, bufferSize: 65536 };
    const channel = await openChannel({ host: '127.0.0.1', port: fixture.port, ...options });
    await connected;
    fixture.options = {};
    assert.equal(await fixture.server.endRetired(), 0);
    const reader = new ByteReader(channel, 5_000);
    const session = await greetServer(reader, channel, { key: retired.key, limits: DEFAULT_LIMITS });
    const refusal = await session.receive();
    assert.ok(refusal?.type === 'refusal' && /no longer accepts your key/.test(refusal.reason));
    await channel.close(0);
  });

  it('ends a connection with items that use a removed key (classic)', async () => {
    const retired = named('old');
    const fixture = await ServerFixture.start({ keys: [retired] });
    const sender = await TestPeer.connect(fixture.port);
    await sender.send(packet(0x08, 0x02, encryptTokenText(retired.key, Buffer.from('first half'))));
    while (fixture.store.open === 0) await new Promise(setImmediate);
    fixture.options = {};
    assert.equal(await fixture.server.endRetired(), 1);
    assert.match((await sender.receiveAll()).toString(), /no longer accepts your key/);
    assert.equal(fixture.store.items.length, 0);
  });

  for (const dialect of DIALECT_NAMES) {
    it(`accepts items with each of them, and reports which key each item used (${dialect})`, async () => {
      const keys = ['Anna', 'lab', 'old'].map(named);
      const { port, store } = await ServerFixture.start({ keys });
      for (const { name, key } of keys.toReversed()) await send(port, dialect, key, `from ${name}`);
      assert.deepEqual(
        store.items.map(({ key, encrypted }, i) => [store.texts[i], key, encrypted]),
        ['old', 'lab', 'Anna'].map((name) => [`from ${name}`, name, true]),
      );
    });

    it(`reports an item without a key as such (${dialect})`, async () => {
      const { port, store } = await ServerFixture.start({ keys: [named('Anna')] });
      await send(port, dialect, undefined, 'from anybody');
      assert.deepEqual([store.texts, store.items[0]?.key], [['from anybody'], undefined]);
    });

    it(`accepts nothing with a key that is no longer among them (${dialect})`, async () => {
      const [kept, retired] = [named('new'), named('old')];
      const fixture = await ServerFixture.start({
        keys: [kept, retired],
        requireEncryption: true,
        dialects: [dialect],
      });
      await send(fixture.port, dialect, retired.key, 'before');
      fixture.options = { ...fixture.options, keys: [kept] };
      await assert.rejects(send(fixture.port, dialect, retired.key, 'after'));
      await send(fixture.port, dialect, kept.key, 'with the new one');
      assert.deepEqual(fixture.store.texts, ['before', 'with the new one']);
    });
  }
});
