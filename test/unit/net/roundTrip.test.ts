import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem, Receipt } from '../../../src/core/item/item';
import type { DialectName } from '../../../src/core/wire/dialects';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { fileItem } from '../../../src/net/fileItem';
import type { SendReports } from '../../../src/core/wire/dialect';
import { sendItems, type SendOptions } from '../../../src/net/sendClient';
import { key, ServerFixture } from './serverFixture';

const PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');
const ITEMS: OutgoingItem[] = [
  bytesItem({ kind: 'text', name: 'text', bytes: Buffer.from('Grüße') }),
  bytesItem({ kind: 'dictionary', format: 'binary', name: 'pickle', bytes: PICKLE }),
  bytesItem({ kind: 'dictionary', format: 'json', name: 'json', bytes: Buffer.from('{"a": 1}') }),
  bytesItem({ kind: 'dictionary', format: 'xml', name: 'xml', bytes: Buffer.from('<root><a>1</a></root>') }),
];

let fixture: ServerFixture;
beforeEach(async () => {
  fixture = await ServerFixture.start({ key });
});
afterEach(() => ServerFixture.stopAll());

function send(
  items: readonly OutgoingItem[],
  dialect: DialectName,
  options: Partial<SendOptions & SendReports> = {},
): Promise<Receipt[]> {
  return sendItems(
    items,
    {
      host: '127.0.0.1',
      port: fixture.port,
      dialect,
      localPort: 0,
      bufferSize: 65536,
      limits: DEFAULT_LIMITS,
      ...options,
    },
    options,
  );
}

describe('client and server', () => {
  for (const dialect of ['classic', 'raw'] as const) {
    for (const encryption of [undefined, key]) {
      it(`transfer every kind of item by ${dialect}, ${encryption ? 'encrypted' : 'plain'}`, async () => {
        const receipts = await send(ITEMS, dialect, encryption && { key: encryption });
        const { items } = fixture.store;
        assert.deepEqual(
          items.map(({ kind, format }) => [kind, format]),
          ITEMS.map(({ kind, format }) => [kind, format]),
        );
        for (const [i, receipt] of receipts.entries()) {
          assert.deepEqual(receipt, { confirmed: true, size: items[i]?.size, sha256: items[i]?.sha256 });
        }
        assert.ok(
          items.every((item) => item.dialect === dialect && item.encrypted === (encryption !== undefined)),
        );
        assert.deepEqual(fixture.failures, []);
      });

      it(`transfer any text by ${dialect} with any buffer, ${encryption ? 'encrypted' : 'plain'}`, async () => {
        const text = fc.string({ unit: 'grapheme', minLength: 1 });
        await fc.assert(
          fc.asyncProperty(text, fc.constantFrom(1, 1111, 1_000_000), async (content, bufferSize) => {
            const bytes = Buffer.from(`text: ${content}`.repeat(bufferSize === 1 ? 1 : 5000));
            const item = bytesItem({ kind: 'file', name: 'x', bytes });
            await send([item], dialect, { bufferSize, ...(encryption && { key: encryption }) });
            assert.deepEqual(fixture.store.items.at(-1)?.sha256, await hashOf(item));
          }),
          { numRuns: 10 },
        );
      });
    }
  }

  it('transfer bytes by raw', async () => {
    const bytes = Buffer.alloc(3_000_000, Buffer.of(0xff, 0, 1));
    for (const options of [{}, { key }]) {
      await send([bytesItem({ kind: 'file', name: 'x', bytes })], 'raw', options);
      assert.equal(fixture.store.items.at(-1)?.kind, 'file');
      assert.deepEqual(fixture.store.items.at(-1)?.bytes, bytes);
    }
  });

  it('report a different key', async () => {
    const other = FernetKey.generate();
    await assert.rejects(send(ITEMS, 'classic', { key: other }), {
      code: 'refused',
      message: /InvalidToken/,
    });
    fixture.options = { key, requireEncryption: true, dialects: ['raw'] };
    await assert.rejects(send(ITEMS, 'raw', { key: other }), { code: 'refused', message: /InvalidToken/ });
    await assert.rejects(send(ITEMS, 'raw'), { code: 'refused', message: /EncryptionRequired/ });
    assert.equal(fixture.store.items.length, 0);
    assert.equal(fixture.store.open, 0);
  });

  it('report an item that is too large in the middle of its transfer', async () => {
    fixture.options = { limits: { itemSize: 100_000 } };
    const large = bytesItem({ kind: 'file', name: 'large', bytes: Buffer.alloc(20_000_000, 'x') });
    for (const dialect of ['classic', 'raw'] as const) {
      await assert.rejects(send([large], dialect), { code: 'refused', message: /LimitExceeded/ });
    }
    assert.equal(fixture.store.open, 0);
  });

  it('leave nothing of a cancelled transfer', async () => {
    const large = bytesItem({ kind: 'file', name: 'large', bytes: Buffer.alloc(20_000_000, 'x') });
    for (const [i, dialect] of (['classic', 'raw'] as const).entries()) {
      const abort = new AbortController();
      const onProgress = (): void => abort.abort();
      await assert.rejects(send([large], dialect, { signal: abort.signal, onProgress }), {
        code: 'cancelled',
      });
      await fixture.untilFailed(i + 1);
    }
    assert.equal(fixture.store.items.length, 0);
    assert.equal(fixture.store.open, 0);
  });
});

describe('a file to send', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'picklepost-net-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('has the name, the size and the content of the file', async () => {
    const file = path.join(directory, 'a file.txt');
    const content = Buffer.alloc(200_000, 'abc');
    await writeFile(file, content);
    const item = await fileItem(file, { bufferSize: 1111 });
    assert.deepEqual([item.kind, item.name, item.size], ['file', 'a file.txt', 200_000]);
    await send([item], 'classic');
    assert.deepEqual(fixture.store.items[0]?.bytes, content);
  });

  it('reports a file that cannot be read, without its path', async () => {
    const missing = path.join(directory, 'missing');
    const expected = { code: 'disk', message: /^Cannot read "missing": there is no such file\./ };
    await assert.rejects(fileItem(missing, { bufferSize: 1111 }), expected);
    await assert.rejects(fileItem(directory, { bufferSize: 1111 }), {
      code: 'disk',
      message: /it is a folder/,
    });
    await assert.rejects(fileItem('/dev/null', { bufferSize: 1111 }), {
      code: 'disk',
      message: /not a regular file/,
    });
    await writeFile(missing, 'here for a moment');
    const item = await fileItem(missing, { bufferSize: 1111 });
    await rm(missing);
    await assert.rejects(send([item], 'classic'), expected);
  });
});

async function hashOf(item: OutgoingItem): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of item.open()) hash.update(bytes);
  return hash.digest('hex');
}
