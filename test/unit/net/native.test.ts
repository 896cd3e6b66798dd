import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { PIECE_SIZE } from '../../../src/core/crypto/tokenStream';
import { NoSpaceError, PicklepostError } from '../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem, Receipt } from '../../../src/core/item/item';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { Inbox } from '../../../src/inbox/inbox';
import { withOutput } from '../../../src/inbox/output/itemOutput';
import { fileItem } from '../../../src/net/fileItem';
import { ReceiveServer, type ConnectionOptions } from '../../../src/net/receiveServer';
import type { SendReports } from '../../../src/core/wire/dialect';
import { sendItems, type SendOptions } from '../../../src/net/sendClient';
import { namedKeys } from '../../harness/namedKeys';

const KEY = FernetKey.generate();

describe('the native dialect', () => {
  let directory: string;
  let inbox: Inbox;
  let server: ReceiveServer;
  let port: number;
  let options: ConnectionOptions;
  let failures: unknown[];

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'picklepost-native-'));
    inbox = await Inbox.open({ directory: path.join(directory, 'inbox'), key: randomBytes(32) });
    const keys = namedKeys(KEY);
    options = { store: inbox, keys, requireEncryption: false, allowPickle: true, limits: DEFAULT_LIMITS };
    failures = [];
    server = new ReceiveServer({
      host: '127.0.0.1',
      port: 0,
      bufferSize: 65536,
      connectionOptions: () => options,
    });
    server.onDidFailPeer(({ error }) => failures.push(error));
    ({ port } = await server.start());
  });
  afterEach(async () => {
    await server.stop();
    inbox.close();
    await rm(directory, { recursive: true });
  });

  async function deleteArriving(): Promise<void> {
    for (const { transfer } of await inbox.listPartial()) await inbox.deletePartial(transfer);
  }

  function send(
    items: readonly OutgoingItem[],
    more: Partial<SendOptions & SendReports> = {},
  ): Promise<Receipt[]> {
    return sendItems(
      items,
      {
        host: '127.0.0.1',
        port,
        dialect: 'native',
        localPort: 0,
        bufferSize: 65536,
        limits: DEFAULT_LIMITS,
        ...more,
      },
      more,
    );
  }

  async function makeFile(name: string, size: number): Promise<{ file: string; bytes: Buffer }> {
    const file = path.join(directory, name);
    const bytes = randomBytes(size);
    await writeFile(file, bytes);
    return { file, bytes };
  }

  /** Sends until so many pieces are there, and then has the server go and come back. */
  async function cutOff(
    item: OutgoingItem,
    pieces: number,
    more: Partial<SendOptions & SendReports>,
  ): Promise<void> {
    let stopped: Promise<void> | undefined;
    const sending = send([item], {
      ...more,
      onProgress: (_, sent) => {
        if (sent >= pieces * PIECE_SIZE) stopped ??= server.stop();
      },
    });
    await assert.rejects(sending, { code: 'connection-lost' });
    await stopped;
    ({ port } = await server.start());
  }

  async function received(): Promise<Buffer[]> {
    const entries = await inbox.list();
    return Promise.all(
      entries.map((entry) => inbox.readAll(entry.state === 'whole' ? entry.item.id : entry.id, 1e9)),
    );
  }

  for (const security of ['with a key', 'without a key']) {
    const key = security === 'with a key' ? { key: KEY } : {};

    it(`transfers files of every size around that of a piece, ${security}`, async () => {
      const items: OutgoingItem[] = [];
      const contents: Buffer[] = [];
      for (const size of [
        0,
        1,
        PIECE_SIZE - 1,
        PIECE_SIZE,
        PIECE_SIZE + 1,
        3 * PIECE_SIZE,
        3 * PIECE_SIZE + 17,
      ]) {
        const { file, bytes } = await makeFile(`${size}.bin`, size);
        items.push(await fileItem(file, { bufferSize: 65536 }));
        contents.push(bytes);
      }
      const receipts = await send(items, key);
      assert.equal(receipts.length, items.length);
      assert.ok(receipts.every(({ confirmed }) => confirmed));
      const byHash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
      assert.deepEqual((await received()).map(byHash).sort(), contents.map(byHash).sort());
      assert.deepEqual(receipts.map(({ sha256 }) => sha256).sort(), contents.map(byHash).sort());
      assert.deepEqual(failures, []);
    });

    it(`keeps name, size, time and kind, ${security}`, async () => {
      const { file } = await makeFile('report.bin', 10);
      await utimes(file, 1_700_000_000, 1_700_000_000);
      await send(
        [
          await fileItem(file, { bufferSize: 65536 }),
          bytesItem({ kind: 'dictionary', format: 'json', name: 'a.json', bytes: Buffer.from('{}') }),
        ],
        key,
      );
      const items = (await inbox.list()).map((entry) => (entry.state === 'whole' ? entry.item : undefined));
      const report = items.find((item) => item?.name === 'report.bin');
      assert.equal(report?.modified, 1_700_000_000_000);
      assert.deepEqual([report.encrypted, report.key], [true, 'key' in key ? 'lab' : undefined]);
      assert.equal(report.dialect, 'native');
      const dictionary = items.find((item) => item?.kind === 'dictionary');
      assert.equal(dictionary?.format, 'json');
    });

    it(`sends an unchanged file only once, ${security}`, async () => {
      const { file } = await makeFile('same.bin', 2 * PIECE_SIZE);
      await send([await fileItem(file, { bufferSize: 65536 })], key);
      const [again] = await send([await fileItem(file, { bufferSize: 65536 })], key);
      assert.equal(again?.existed, true);
      assert.equal((await inbox.list()).length, 1);
    });

    it(`resumes where it was interrupted, ${security}`, async () => {
      const { file, bytes } = await makeFile('large.bin', 20 * PIECE_SIZE + 5);
      const item = await fileItem(file, { bufferSize: 65536 });
      await cutOff(item, 5, key);
      const progress: number[] = [];
      await send([item], { ...key, onProgress: (_, sent) => progress.push(sent) });
      assert.deepEqual(await received(), [bytes]);
      assert.deepEqual(await inbox.listPartial(), []);
      assert.ok((progress[0] ?? 0) > 4 * PIECE_SIZE, `started at ${progress[0]}`);
      assert.equal(progress.at(-1), bytes.length);
    });

    it(`keeps nothing of an item that was cancelled in the middle, ${security}`, async () => {
      const { file } = await makeFile('unwanted.bin', 20 * PIECE_SIZE);
      const abort = new AbortController();
      const sending = send([await fileItem(file, { bufferSize: 65536 })], {
        ...key,
        signal: abort.signal,
        onProgress: (_, sent) => sent >= 5 * PIECE_SIZE && abort.abort(),
      });
      await assert.rejects(sending, { code: 'cancelled' });
      await server.stop();
      assert.deepEqual([await inbox.listPartial(), await received(), failures], [[], [], []]);
    });

    it(`receives a file that has become shorter than offered by whole pieces, ${security}`, async () => {
      const { file, bytes } = await makeFile('shrinking.bin', 3 * PIECE_SIZE);
      const item = { ...(await fileItem(file, { bufferSize: 65536 })), size: 5 * PIECE_SIZE };
      await send([item], key);
      assert.deepEqual(await received(), [bytes]);
    });
  }

  for (const key of [{ key: KEY }, {}]) {
    it(`stops an item at once that is deleted while it arrives, and says so, ${'key' in key ? 'with a key' : 'without a key'}`, async () => {
      const { file } = await makeFile('unwanted.bin', 40 * PIECE_SIZE);
      const item = await fileItem(file, { bufferSize: 65536 });
      let deleted: Promise<void> | undefined;
      let most = 0;
      const sending = send([item], {
        ...key,
        onProgress: (_, sent) => {
          most = Math.max(most, sent);
          if (sent > 0) deleted ??= deleteArriving();
        },
      });
      await assert.rejects(sending, {
        decline: 'not-wanted',
        message: /unwanted\.bin.*The receiver deleted it/,
      });
      await deleted;
      assert.ok(most < 40 * PIECE_SIZE, 'all of it was sent');
      assert.deepEqual([await inbox.list(), await inbox.listPartial()], [[], []]);
    });
  }

  it('reports a different key on both sides before anything is sent', async () => {
    const failed = new Promise<unknown>((resolve) => server.onDidFailPeer(({ error }) => resolve(error)));
    await assert.rejects(
      send([bytesItem({ kind: 'text', name: 'a', bytes: Buffer.from('x') })], { key: FernetKey.generate() }),
      /The receiver does not have the key that is used here/,
    );
    assert.match(String(await failed), /The receiver does not have the sender's key/);
    assert.deepEqual(await inbox.list(), []);
  });

  it('reports that the receiver has no key', async () => {
    options = { ...options, keys: [] };
    await assert.rejects(
      send([bytesItem({ kind: 'text', name: 'a', bytes: Buffer.from('x') })], { key: KEY }),
      /has no key/,
    );
  });

  it('reports that the receiver requires encryption', async () => {
    options = { ...options, requireEncryption: true };
    await assert.rejects(
      send([bytesItem({ kind: 'text', name: 'a', bytes: Buffer.from('x') })]),
      /only from senders with one of its keys/,
    );
  });

  it('declines items that are too large, reports each of them, and accepts the others', async () => {
    options = { ...options, limits: { ...DEFAULT_LIMITS, itemSize: 5 } };
    const items = ['too long', 'short', 'longer still'].map((text) =>
      bytesItem({ kind: 'text', name: text, bytes: Buffer.from(text) }),
    );
    const sent: string[] = [];
    const failed: string[] = [];
    const sending = send(items, {
      onSent: ({ name }) => sent.push(name),
      onFailed: ({ name }, { message }) => failed.push(`${name}: ${message}`),
    });
    await assert.rejects(sending, { code: 'refused', message: /^2 of 3 items failed.*too long/ });
    assert.deepEqual(sent, ['short']);
    assert.match(
      failed.join('\n'),
      /^too long: .*exceeds the limit of 5 bytes\..*\nlonger still: .*exceeds the limit of 5 bytes/,
    );
    assert.equal((await received()).toString(), 'short');
  });

  it('abandons an item that cannot be read completely, keeps nothing of it, and sends the others', async () => {
    const broken: OutgoingItem = {
      kind: 'file',
      name: 'broken.bin',
      size: 3 * PIECE_SIZE,
      modified: 1,
      source: '/broken.bin',
      async *open() {
        yield await Promise.resolve(Buffer.alloc(2 * PIECE_SIZE + 1));
        throw new PicklepostError('disk', 'Cannot read "broken.bin": the disk is gone.');
      },
    };
    const others = ['a', 'b'].map((name) => bytesItem({ kind: 'text', name, bytes: Buffer.from(name) }));
    const failed: string[] = [];
    const sending = send([broken, ...others], { onFailed: ({ name }) => failed.push(name) });
    await assert.rejects(sending, /^PicklepostError: 1 of 3 items failed\. .*the disk is gone/);
    assert.deepEqual(failed, ['broken.bin']);
    assert.equal((await inbox.list()).length, 2);
    await server.stop();
    assert.deepEqual([await inbox.listPartial(), failures], [[], []]);
  });

  it('reports at the end that each item has arrived completely', async () => {
    const { file } = await makeFile('medium.bin', 1_500_000);
    const progress: [string, number][] = [];
    const small = bytesItem({ kind: 'text', name: 'small', bytes: Buffer.from('small') });
    for (const item of [await fileItem(file, { bufferSize: 65536 }), small]) {
      await send([item], { onProgress: ({ name }, sent) => progress.push([name, sent]) });
      assert.deepEqual(progress.at(-1), [item.name, item.size]);
    }
  });

  it('recognizes a file by the secret of its sender, not by its path alone', async () => {
    const { file } = await makeFile('same.bin', 100);
    const item = await fileItem(file, { bufferSize: 65536 });
    const existed: (boolean | undefined)[] = [];
    for (const identity of ['one', 'one', 'other'].map((secret) => Buffer.from(secret)))
      existed.push((await send([item], { identity }))[0]?.existed);
    assert.deepEqual(existed, [undefined, true, undefined]);
  });

  it('reports an item that the receiver has already as received', async () => {
    const { file } = await makeFile('same.bin', 100);
    const item = await fileItem(file, { bufferSize: 65536 });
    const received: (boolean | undefined)[] = [];
    server.onDidReceive(({ existed }) => received.push(existed));
    await send([item]);
    await send([item]);
    await server.stop();
    assert.deepEqual(received, [undefined, true]);
  });

  const withPath = 'Cannot save the item in /home/somebody/secret place: permission is denied.';
  for (const [what, error, reason] of [
    ['a folder', new PicklepostError('disk', withPath), /Its log says why/],
    ['a long reason', new PicklepostError('refused', 'No. '.repeat(1000)), /No\. No\..*…$/],
    ['a full disk', new NoSpaceError(withPath), /not enough room on the disk of the receiver/],
    ['anything unexpected', new TypeError(withPath), /Its log says why/],
  ] as const) {
    it(`reports ${what} to a sender briefly and without paths, and in full to the person here, and continues`, async () => {
      let isFailing = true;
      const failing = withOutput(inbox, {
        write: () => (isFailing ? Promise.reject(error) : Promise.resolve({})),
        remove: ({ id }) => inbox.delete(id),
      });
      options = { ...options, store: failing };
      const item = bytesItem({ kind: 'text', name: 'a', bytes: Buffer.from('x') });
      await assert.rejects(send([item]), (thrown: PicklepostError) => {
        assert.match(thrown.message, reason);
        assert.doesNotMatch(thrown.message, /somebody|protocol/);
        return thrown.code === 'refused';
      });
      assert.deepEqual(failures, [error]);
      assert.deepEqual(await received(), []);
      isFailing = false;
      await send([item]);
      assert.equal((await received()).toString(), 'x');
    });
  }

  it('transfers many small items at once', async function () {
    this.timeout(20_000);
    const items = Array.from({ length: 500 }, (_, i) =>
      bytesItem({ kind: 'dictionary', format: 'json', name: `${i}.json`, bytes: Buffer.from(`{"n": ${i}}`) }),
    );
    const receipts = await send(items, { key: KEY });
    assert.equal(receipts.length, 500);
    assert.equal((await inbox.list()).length, 500);
  });

  it('detects a file that changed while the connection was lost', async () => {
    const { file } = await makeFile('changing.bin', 10 * PIECE_SIZE);
    const before = await fileItem(file, { bufferSize: 65536 });
    await cutOff(before, 3, { key: KEY });
    const changed = randomBytes(10 * PIECE_SIZE);
    await writeFile(file, changed);
    await utimes(file, (before.modified ?? 0) / 1000, (before.modified ?? 0) / 1000);
    await send(
      [
        {
          ...(await fileItem(file, { bufferSize: 65536 })),
          ...(before.modified !== undefined && { modified: before.modified }),
        },
      ],
      { key: KEY },
    );
    assert.deepEqual(await received(), [await readFile(file)]);
  });
});
