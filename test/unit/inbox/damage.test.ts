import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { PicklepostError } from '../../../src/core/errors';
import type { Inbox } from '../../../src/inbox/inbox';
import { newItemId } from '../../../src/inbox/items/itemId';
import { collect, openInbox, pattern, store, temporaryDirectory } from './temporary';

function isDamage(error: unknown): boolean {
  return (
    error instanceof PicklepostError && error.code === 'damaged-item' && error.message.includes('Delete it')
  );
}

/** An inbox with two whole items and one whose file holds `bytes`. */
async function inboxWith(
  directory: string,
  change: (bytes: Buffer) => Buffer,
): Promise<{ inbox: Inbox; id: string }> {
  const key = randomBytes(32);
  const before = await openInbox(directory, key);
  await store(before, 'first');
  const { id } = await store(before, 'Hello World!');
  await store(before, 'last');
  const file = path.join(directory, 'items', `${id}.item`);
  writeFileSync(file, change(readFileSync(file)));
  return { inbox: await openInbox(directory, key), id };
}

async function states(inbox: Inbox): Promise<string[]> {
  return (await inbox.list()).map(({ state }) => state);
}

describe('A damaged item', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('is listed with the reason, and affects no other item', async () => {
    const { inbox, id } = await inboxWith(newDirectory(), (bytes) => bytes.subarray(0, -1));
    const entries = await inbox.list();
    assert.deepEqual(
      entries.map(({ state }) => state),
      ['whole', 'damaged', 'whole'],
    );
    const damaged = entries[1]!;
    assert(damaged.state === 'damaged');
    assert.equal(damaged.id, id);
    assert.match(damaged.reason, /no end mark/);
    assert(Math.abs(damaged.receivedAt - Date.now()) < 60_000);
    await assert.rejects(inbox.get(id), isDamage);
    await assert.rejects(collect(inbox.read(id)), isDamage);
    await inbox.delete(id);
    assert.deepEqual(await states(inbox), ['whole', 'whole']);
  });

  it('is listed as damaged with its name, and reported, once its content could not be read', async () => {
    const { inbox, id } = await inboxWith(newDirectory(), (bytes) => {
      bytes[60]! ^= 1;
      return bytes;
    });
    assert.deepEqual(await states(inbox), ['whole', 'whole', 'whole']);
    const changes = new EventTarget();
    const change = once(changes, 'change');
    inbox.onDidChange(() => changes.dispatchEvent(new Event('change')));
    await assert.rejects(collect(inbox.read(id)), isDamage);
    await change;
    for (const [damaged] of [await inbox.entries([id]), (await inbox.list()).slice(1)]) {
      assert(damaged?.state === 'damaged');
      assert.deepEqual([damaged.id, damaged.name], [id, 'notes.txt']);
      assert.match(damaged.reason, /data was changed/);
    }
    await assert.rejects(collect(inbox.read(id)), isDamage);
    await inbox.delete(id);
    assert.deepEqual(await states(inbox), ['whole', 'whole']);
    inbox.close();
  });

  it('is detected wherever a bit of its file has changed, at the latest when it is read', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const { id } = await store(await openInbox(directory, key), 'Hello World!');
    const file = path.join(directory, 'items', `${id}.item`);
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      writeFileSync(file, changed);
      const inbox = await openInbox(directory, key);
      await assert.rejects(collect(inbox.read(id)), isDamage, `byte ${at}`);
      assert.equal((await inbox.list()).length, 1);
    }
  });

  it('is detected wherever its file was truncated', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const { id } = await store(await openInbox(directory, key), 'Hello World!');
    const file = path.join(directory, 'items', `${id}.item`);
    const bytes = readFileSync(file);
    const inbox = await openInbox(directory, key);
    for (let length = 0; length < bytes.length; length++) {
      for (const part of [bytes.subarray(0, length), bytes.subarray(bytes.length - length)]) {
        writeFileSync(file, part);
        assert.deepEqual(await states(inbox), ['damaged'], `${length} bytes`);
        await assert.rejects(collect(inbox.read(id)), isDamage);
      }
    }
  });

  it('is detected whatever bytes replace it', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const id = newItemId();
    const endMark = fc
      .tuple(fc.uint8Array({ maxLength: 100 }), fc.nat(0xffffffff), fc.nat(2))
      .map(([bytes, length, version]) => {
        const trailer = Buffer.alloc(6);
        trailer.writeUInt32BE(length);
        trailer.writeUInt16BE(version, 4);
        return Buffer.concat([bytes, trailer, Buffer.from('picklepost')]);
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 2000 }), endMark), async (bytes) => {
        writeFileSync(path.join(directory, 'items', `${id}.item`), bytes);
        assert.deepEqual(await states(inbox), ['damaged']);
      }),
      { numRuns: 200 },
    );
  });

  it('is detected by piece in large content, whose earlier pieces can be read', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const plain = pattern(3_000_000);
    const inbox = await openInbox(directory, key);
    const { id } = await store(inbox, plain);
    const file = path.join(directory, 'items', `${id}.item`);
    const bytes = readFileSync(file);
    bytes[2_000_000]! ^= 1;
    writeFileSync(file, bytes);
    const pieces: Buffer[] = [];
    await assert.rejects(async () => {
      for await (const piece of inbox.read(id)) pieces.push(piece);
    }, isDamage);
    assert.deepEqual(Buffer.concat(pieces), plain.subarray(0, 1024 * 1024));
  });

  it('includes one with the name or the content of another item', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const inbox = await openInbox(directory, key);
    const [one, other] = [await store(inbox, 'one'), await store(inbox, 'two')];
    const file = (id: string): string => path.join(directory, 'items', `${id}.item`);
    const [first, second] = [readFileSync(file(one.id)), readFileSync(file(other.id))];
    writeFileSync(file(one.id), Buffer.concat([second.subarray(0, 89), first.subarray(89)]));
    renameSync(file(other.id), file(newItemId()));
    const again = await openInbox(directory, key);
    const [, renamed] = await again.list();
    assert(renamed?.state === 'damaged' && renamed.reason.includes('name of another'));
    await assert.rejects(collect(again.read(one.id)), isDamage);
  });

  it('does not include unrelated files among the items', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const { id } = await store(inbox, 'a');
    const items = path.join(directory, 'items');
    mkdirSync(path.join(items, 'folder'));
    writeFileSync(path.join(items, '.DS_Store'), '');
    copyFileSync(path.join(items, `${id}.item`), path.join(items, `copy of ${id}.item`));
    assert.deepEqual(await states(inbox), ['whole']);
  });

  it('may be a directory where a file is expected', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    mkdirSync(path.join(directory, 'items', `${newItemId()}.item`));
    assert.deepEqual(await states(inbox), ['damaged']);
  });
});
