import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import type { NamedKey } from '../../../src/core/crypto/namedKey';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { DIALECT_NAMES, type DialectName } from '../../../src/core/wire/dialects';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { sendItems } from '../../../src/net/sendClient';
import { ServerFixture } from './serverFixture';

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

describe('A receiver with several keys', () => {
  afterEach(() => ServerFixture.stopAll());

  for (const dialect of DIALECT_NAMES) {
    it(`takes items with each of them, and says by which one each came (${dialect})`, async () => {
      const keys = ['Anna', 'lab', 'old'].map(named);
      const { port, store } = await ServerFixture.start({ keys });
      for (const { name, key } of keys.toReversed()) await send(port, dialect, key, `from ${name}`);
      assert.deepEqual(
        store.items.map(({ key, encrypted }, i) => [store.texts[i], key, encrypted]),
        ['old', 'lab', 'Anna'].map((name) => [`from ${name}`, name, true]),
      );
    });

    it(`says of an item without a key that it came with none (${dialect})`, async () => {
      const { port, store } = await ServerFixture.start({ keys: [named('Anna')] });
      await send(port, dialect, undefined, 'from anybody');
      assert.deepEqual([store.texts, store.items[0]?.key], [['from anybody'], undefined]);
    });

    it(`takes nothing any more with a key that is not among them (${dialect})`, async () => {
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
