import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { LimitError, PicklepostError, type ErrorCode } from '../../../src/core/errors';
import type { Inbox } from '../../../src/inbox/inbox';
import { ARRIVAL, collect, openInbox, pattern, store, temporaryDirectory, TEXT } from './temporary';

const MEBIBYTE = 1024 * 1024;

function refusal(code: ErrorCode, words = /./): (error: unknown) => boolean {
  return (error) => error instanceof PicklepostError && error.code === code && words.test(error.message);
}

async function ids(inbox: Inbox): Promise<string[]> {
  return (await inbox.list()).map((entry) =>
    entry.state === 'whole' ? entry.item.id : `${entry.id} (damaged)`,
  );
}

describe('The inbox', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('returns a stored item with all its metadata', async () => {
    const inbox = await openInbox(newDirectory());
    const before = Date.now();
    const item = await store(inbox, 'Hello World!', { kind: 'text', name: 'notes.txt', note: 'A note.' });
    const { id, receivedAt, ...rest } = item;
    assert.deepEqual(rest, {
      ...ARRIVAL,
      kind: 'text',
      name: 'notes.txt',
      size: 12,
      sha256: createHash('sha256').update('Hello World!').digest('hex'),
      note: 'A note.',
    });
    assert(receivedAt >= before && receivedAt <= Date.now() + 1000);
    assert.deepEqual(await inbox.get(id), item);
    assert.deepEqual(await inbox.list(), [{ state: 'whole', item }]);
    assert.equal((await inbox.readAll(id, 12)).toString(), 'Hello World!');
  });

  it('stores content of every size, written in parts of any size', async () => {
    const inbox = await openInbox(newDirectory());
    for (const size of [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE]) {
      const plain = pattern(size);
      const writer = await inbox.begin(ARRIVAL);
      for (let at = 0; at < size; at += 300_000) await writer.write(plain.subarray(at, at + 300_000));
      const { id } = await writer.finish(TEXT);
      assert(plain.equals(await collect(inbox.read(id))), `${size} bytes`);
    }
  });

  it('accepts one write of several megabytes, whose bytes may change afterwards', async () => {
    const inbox = await openInbox(newDirectory());
    const plain = pattern(5 * MEBIBYTE);
    const writer = await inbox.begin(ARRIVAL);
    const buffer = Buffer.from(plain);
    await writer.write(buffer);
    buffer.fill(0);
    const { id } = await writer.finish(TEXT);
    assert(plain.equals(await collect(inbox.read(id))));
  });

  it('allows to read an item that is still arriving', async () => {
    const inbox = await openInbox(newDirectory());
    const writer = await inbox.begin(ARRIVAL);
    assert.equal((await collect(writer.content())).length, 0);
    for (const size of [5, MEBIBYTE - 5, 3, 2 * MEBIBYTE]) await writer.write(pattern(size));
    const expected = Buffer.concat([pattern(5), pattern(MEBIBYTE - 5), pattern(3), pattern(2 * MEBIBYTE)]);
    assert(expected.equals(await collect(writer.content())));
    const { id } = await writer.finish(TEXT);
    assert(expected.equals(await collect(inbox.read(id))));
  });

  it('releases the memory of a piece of an arriving item as soon as it has been read', async () => {
    const inbox = await openInbox(newDirectory());
    const writer = await inbox.begin(ARRIVAL);
    await writer.write(pattern(2 * MEBIBYTE + 5));
    const read: Uint8Array[] = [];
    for await (const piece of writer.content()) read.push(piece);
    assert.deepEqual(
      read.map(({ length }) => length),
      [0, 0, 5],
    );
    for await (const piece of writer.content()) {
      read.push(piece);
      break;
    }
    assert.equal(read.at(-1)?.length, 0);
    await writer.discard();
  });

  it('still has its items after it was closed and opened again', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const item = await store(await openInbox(directory, key), 'a');
    const again = await openInbox(directory, key);
    assert.deepEqual(await again.list(), [{ state: 'whole', item }]);
    assert.equal((await collect(again.read(item.id))).toString(), 'a');
  });

  it('lists items in the order in which they arrived', async () => {
    const inbox = await openInbox(newDirectory());
    const stored: string[] = [];
    for (let i = 0; i < 20; i++) stored.push((await store(inbox, String(i))).id);
    assert.deepEqual(await ids(inbox), stored);
  });

  it('does not list an item that is not complete, or was discarded', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const writer = await inbox.begin(ARRIVAL);
    await writer.write(pattern(2 * MEBIBYTE));
    assert.deepEqual(await inbox.list(), []);
    assert.equal(readdirSync(path.join(directory, 'incoming')).length, 1);
    await writer.discard();
    await writer.discard();
    assert.deepEqual(await inbox.list(), []);
    assert.deepEqual(readdirSync(path.join(directory, 'incoming')), []);
  });

  it('finds an item by the beginning of its id, if that is unique', async () => {
    const inbox = await openInbox(newDirectory());
    const [first, second] = [await store(inbox, 'a'), await store(inbox, 'b')];
    for (const { id } of [first, second]) {
      assert.equal((await inbox.find(id)).id, id);
      assert.equal((await inbox.find(id.slice(0, 12).toUpperCase())).id, id);
    }
    await assert.rejects(inbox.find(first.id.slice(0, 3)), refusal('no-such-item', /2 items begin with/));
    await assert.rejects(inbox.find('zzz'), refusal('no-such-item', /no item zzz/));
  });

  it('never uses an id as a path', async () => {
    const inbox = await openInbox(newDirectory());
    await store(inbox, 'a');
    for (const id of ['../FORMAT', '..', '', '/etc/passwd', 'a/../b', '0'.repeat(16)]) {
      await assert.rejects(inbox.get(id), refusal('no-such-item'));
      await assert.rejects(collect(inbox.read(id)), refusal('no-such-item'));
      await assert.rejects(inbox.delete(id), refusal('no-such-item'));
    }
  });

  it('deletes one item or all, including damaged ones', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const [first, second, third] = [
      await store(inbox, 'a'),
      await store(inbox, 'b'),
      await store(inbox, 'c'),
    ];
    writeFileSync(path.join(directory, 'items', `${third.id}.item`), '');
    await inbox.delete(first.id);
    await inbox.delete(first.id);
    assert.deepEqual(await ids(inbox), [second.id, third.id]);
    await assert.rejects(inbox.get(first.id), refusal('no-such-item'));
    await inbox.deleteAll();
    assert.deepEqual(await ids(inbox), []);
  });

  it('reads no more at once than allowed', async () => {
    const inbox = await openInbox(newDirectory());
    const { id } = await store(inbox, 'Hello World!');
    await assert.rejects(inbox.readAll(id, 11), LimitError);
  });

  it('returns a part of an item, and reads only the pieces that contain it', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const content = pattern(2_500_000);
    const { id } = await store(inbox, content);
    for (const [from, count] of [
      [0, 10],
      [1_048_570, 12],
      [2_097_152, 5],
      [2_499_999, 99],
      [2_500_000, 1],
      [9_999_999, 1],
    ] as const)
      assert.ok(
        (await inbox.readRange(id, from, count)).equals(content.subarray(from, from + count)),
        `${from}`,
      );
    const file = path.join(directory, 'items', `${id}.item`);
    const damaged = readFileSync(file);
    damaged.writeUInt8(damaged.readUInt8(100) ^ 1, 100);
    writeFileSync(file, damaged);
    assert.equal((await inbox.readRange(id, 2_097_152, 5)).length, 5);
    await assert.rejects(inbox.readRange(id, 0, 5), { code: 'damaged-item' });
  });

  it('reduces a name to a safe one, and makes one up if there is none', async () => {
    const inbox = await openInbox(newDirectory());
    assert.equal((await store(inbox, 'a', { kind: 'file', name: '../../etc/passwd' })).name, 'passwd');
    assert.match((await store(inbox, 'a', { kind: 'text' })).name, /^192\.0\.2\.7_\d{8}-\d{6}\.txt$/);
    const pickle = await store(inbox, 'a', { kind: 'dictionary', format: 'binary', name: '..' });
    assert.match(pickle.name, /^192\.0\.2\.7_\d{8}-\d{6}\.pkl$/);
  });

  it('stores many items that arrive at the same time', async () => {
    const inbox = await openInbox(newDirectory());
    const items = await Promise.all(Array.from({ length: 100 }, (_, i) => store(inbox, `item ${i}`)));
    assert.equal(new Set(items.map(({ id }) => id)).size, 100);
    for (const [i, { id }] of items.entries())
      assert.equal((await inbox.readAll(id, 100)).toString(), `item ${i}`);
  });

  it('uses little memory, however large an item is', async function () {
    this.timeout(20_000);
    const inbox = await openInbox(newDirectory());
    const [part, parts] = [pattern(65_536), 2048];
    let most = 0;
    const measure = (): void => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    };
    const before = process.memoryUsage().arrayBuffers;
    const writer = await inbox.begin(ARRIVAL);
    for (let i = 0; i < parts; i++) {
      await writer.write(part);
      measure();
    }
    const { id } = await writer.finish(TEXT);
    for await (const piece of inbox.read(id)) {
      assert(piece.length > 0);
      measure();
    }
    assert(most - before < 64 * MEBIBYTE, `${(most - before) / MEBIBYTE} MiB for 128 MiB`);
  });

  it('is readable for its owner only', async function () {
    if (process.platform === 'win32') return this.skip();
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    await store(inbox, 'a');
    const writer = await inbox.begin(ARRIVAL);
    await writer.write(pattern(MEBIBYTE));
    await writer.written();
    for (const name of ['.', 'items', 'incoming'])
      assert.equal(statSync(path.join(directory, name)).mode & 0o777, 0o700);
    const files = [
      'FORMAT',
      ...['items', 'incoming'].flatMap((folder) =>
        readdirSync(path.join(directory, folder)).map((name) => `${folder}/${name}`),
      ),
    ];
    assert.equal(files.length, 3);
    for (const name of files) assert.equal(statSync(path.join(directory, name)).mode & 0o777, 0o600, name);
    await writer.discard();
  });

  it('stores nothing unencrypted on the disk', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const { id } = await store(inbox, 'the secret content', { kind: 'text', name: 'the-secret-name.txt' });
    const bytes = readFileSync(path.join(directory, 'items', `${id}.item`)).toString('latin1');
    for (const secret of ['secret', 'content', '192.0.2.7', 'notes']) assert(!bytes.includes(secret), secret);
  });
});

describe('Opening an inbox', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('refuses one of a newer format, and says so', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    await openInbox(directory, key);
    const file = path.join(directory, 'FORMAT');
    const { keyCheck } = JSON.parse(readFileSync(file, 'utf8')) as { keyCheck: string };
    writeFileSync(file, JSON.stringify({ format: 2, keyCheck }));
    await assert.rejects(
      openInbox(directory, key),
      refusal('unsupported', /newer Picklepost \(format 2.*Update Picklepost, or move the directory away/),
    );
  });

  it('refuses another key, and says so', async () => {
    const directory = newDirectory();
    await openInbox(directory);
    await assert.rejects(openInbox(directory), refusal('invalid-key', /another key/));
  });

  it('refuses a damaged file that marks the format, and says what to do', async () => {
    for (const mark of ['', '{', 'null', '[]', '{"format":"1"}', '{"format":1}']) {
      const directory = newDirectory();
      mkdirSync(directory);
      writeFileSync(path.join(directory, 'FORMAT'), mark);
      await assert.rejects(openInbox(directory), refusal('unsupported', /damaged\. .* you can delete it\.$/));
    }
    const directory = newDirectory();
    await store(await openInbox(directory), 'a');
    writeFileSync(path.join(directory, 'FORMAT'), '');
    await assert.rejects(
      openInbox(directory),
      refusal('unsupported', /damaged\. .* or move the directory away to start a new inbox\.$/),
    );
  });

  it('works for many processes at once in a new directory', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const inboxes = await Promise.all(Array.from({ length: 20 }, () => openInbox(directory, key)));
    await store(inboxes[0]!, 'a');
    assert.equal((await inboxes[19]!.list()).length, 1);
    assert.deepEqual(readdirSync(directory).sort(), ['FORMAT', 'incoming', 'items', 'partial']);
  });

  it('says what to do if it must not write there', async function () {
    if (process.platform === 'win32') return this.skip();
    const parent = newDirectory();
    mkdirSync(parent);
    writeFileSync(path.join(parent, 'file'), '');
    await assert.rejects(
      openInbox(path.join(parent, 'file', 'inbox')),
      refusal('disk', /Choose another folder/),
    );
    if (process.getuid?.() === 0) return;
    chmodSync(parent, 0o500);
    await assert.rejects(openInbox(path.join(parent, 'inbox')), refusal('disk', /permission/));
  });
});

describe('Two inboxes in one directory', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it("see each other's arrivals and deletions", async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [one, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    const changes = new EventTarget();
    const nextChange = (): Promise<unknown> => once(changes, 'change');
    const subscription = other.onDidChange(() => changes.dispatchEvent(new Event('change')));
    let change = nextChange();
    const { id } = await store(one, 'a');
    await change;
    assert.deepEqual(await ids(other), [id]);
    change = nextChange();
    await one.delete(id);
    await change;
    assert.deepEqual(await ids(other), []);
    subscription.dispose();
    other.close();
  });
});
