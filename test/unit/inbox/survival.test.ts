import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { PicklepostError, type ErrorCode } from '../../../src/core/errors';
import type { Inbox } from '../../../src/inbox/inbox';
import { loadInboxKey } from '../../../src/inbox/keys/inboxKey';
import { ReadMarks } from '../../../src/inbox/windows/readMarks';
import {
  appendPieces,
  ARRIVAL,
  collect,
  ITEM_KEY,
  openInbox,
  pattern,
  store,
  temporaryDirectory,
} from './temporary';

const OFFER = { kind: 'file', name: 'large.bin', modified: 1, size: 3 * 1024 * 1024, transfer: 't' } as const;

/** A third of all bytes, unless all are asked for. */
const STEP = process.env['PICKLEPOST_EVERY_BYTE'] ? 1 : 3;

/** A file of the inbox, with a bit of every few bytes flipped in turn, cut there, and gone. */
function* damages(bytes: Buffer, step = STEP): Generator<Buffer | undefined> {
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1 << (at % 8);
    yield changed;
    yield bytes.subarray(0, at);
  }
  yield undefined;
}

function refusal(code: ErrorCode, words = /./): (error: unknown) => boolean {
  return (error) => error instanceof PicklepostError && error.code === code && words.test(error.message);
}

describe('An inbox with a damaged file', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();

  /** One with all that an inbox may have: three items, an item that was cut off, read marks. */
  async function fullInbox(): Promise<{ directory: string; key: Buffer; contents: string[] }> {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const inbox = await openInbox(directory, key);
    const contents = ['first', 'second', ''];
    for (const content of contents) await store(inbox, content);
    const answer = await inbox.offer(ARRIVAL, OFFER, ITEM_KEY);
    assert(answer.kind === 'accepted');
    await appendPieces(answer.writer, pattern(OFFER.size), 0, 1);
    await answer.writer.suspend();
    (await ReadMarks.open(directory, await inbox.ids())).dispose();
    inbox.close();
    return { directory, key, contents };
  }

  /** The contents of the items that are whole, and how many are not. */
  async function readAll(inbox: Inbox): Promise<{ contents: string[]; damaged: number }> {
    const contents: string[] = [];
    let damaged = 0;
    for (const entry of await inbox.list()) {
      if (entry.state === 'damaged') damaged++;
      else {
        const content = await collect(inbox.read(entry.item.id)).catch(() => undefined);
        if (content) contents.push(content.toString());
        else damaged++;
      }
    }
    return { contents, damaged };
  }

  it('loses only that item, whichever byte is flipped, and wherever it is truncated', async () => {
    const { directory, key, contents } = await fullInbox();
    const items = path.join(directory, 'items');
    for (const [index, name] of readdirSync(items).sort().entries()) {
      const file = path.join(items, name);
      const bytes = readFileSync(file);
      const others = contents.filter((_, i) => i !== index);
      // Files of items differ in their content alone.
      for (const damage of damages(bytes, index === 0 ? STEP : 10 * STEP)) {
        if (damage) writeFileSync(file, damage);
        else rmSync(file);
        const found = await readAll(await openInbox(directory, key));
        assert.deepEqual(found, { contents: others, damaged: damage ? 1 : 0 });
      }
      writeFileSync(file, bytes);
    }
  });

  it('opens as before if it is the file that marks the format, which is written again', async () => {
    const { directory, key, contents } = await fullInbox();
    const file = path.join(directory, 'FORMAT');
    const bytes = readFileSync(file);
    for (const damage of damages(bytes)) {
      if (damage) writeFileSync(file, damage);
      else rmSync(file);
      assert.deepEqual(await readAll(await openInbox(directory, key)), { contents, damaged: 0 });
    }
    await openInbox(directory, key);
    assert.deepEqual(readFileSync(file), bytes);
  });

  it('does not accept another key, also if the file that marks the format is damaged or missing', async () => {
    const { directory, key, contents } = await fullInbox();
    const file = path.join(directory, 'FORMAT');
    const bytes = readFileSync(file);
    const another = randomBytes(32);
    await assert.rejects(openInbox(directory, another), refusal('invalid-key'));
    writeFileSync(file, bytes.subarray(1));
    await assert.rejects(openInbox(directory, another), refusal('unsupported', /damaged/));
    rmSync(file);
    await assert.rejects(openInbox(directory, another), refusal('invalid-key'));
    assert.deepEqual(await readAll(await openInbox(directory, key)), { contents, damaged: 0 });
  });

  it('opens if it was created before the file that marks the format had a checksum', async () => {
    const { directory, key, contents } = await fullInbox();
    const file = path.join(directory, 'FORMAT');
    const { keyCheck } = JSON.parse(readFileSync(file, 'utf8')) as { keyCheck: string };
    writeFileSync(file, JSON.stringify({ format: 1, keyCheck }));
    assert.deepEqual(await readAll(await openInbox(directory, key)), { contents, damaged: 0 });
  });

  it('keeps everything else if it belongs to an interrupted item, which is listed and can be deleted', async () => {
    const { directory, key, contents } = await fullInbox();
    const folder = path.join(directory, 'partial');
    const state = readdirSync(folder).find((name) => name.endsWith('.state')) ?? '';
    const file = path.join(folder, state);
    const bytes = readFileSync(file);
    for (const damage of damages(bytes)) {
      if (damage) writeFileSync(file, damage);
      else rmSync(file);
      const inbox = await openInbox(directory, key);
      const [partial, ...others] = await inbox.listPartial();
      assert(partial?.isDamaged && others.length === 0);
      assert.deepEqual(await readAll(inbox), { contents, damaged: 0 });
    }
    const inbox = await openInbox(directory, key);
    const [partial] = await inbox.listPartial();
    await inbox.deletePartial(partial!.transfer);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('receives an interrupted item from the start if its stream is truncated or missing', async () => {
    const { directory, key, contents } = await fullInbox();
    for (const length of [1_000_000, 57, 0, undefined]) {
      const copy = newDirectory();
      cpSync(directory, copy, { recursive: true });
      const folder = path.join(copy, 'partial');
      const stream = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.stream')) ?? '');
      if (length === undefined) rmSync(stream);
      else writeFileSync(stream, readFileSync(stream).subarray(0, length));
      const inbox = await openInbox(copy, key);
      const answer = await inbox.offer(ARRIVAL, OFFER, ITEM_KEY);
      assert(answer.kind === 'accepted');
      assert.equal(answer.writer.pieces, 0);
      await answer.writer.discard();
      assert.deepEqual(await readAll(inbox), { contents, damaged: 0 });
    }
  });

  it('continues an interrupted item with its original content, whichever byte of its stream was flipped', async () => {
    const { directory, key } = await fullInbox();
    const content = pattern(OFFER.size);
    const sent = { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    for (const at of [0, 30, 70, 500_000, 1_048_600]) {
      const copy = newDirectory();
      cpSync(directory, copy, { recursive: true });
      const folder = path.join(copy, 'partial');
      const stream = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.stream')) ?? '');
      const bytes = readFileSync(stream);
      bytes[at]! ^= 1;
      writeFileSync(stream, bytes);
      const inbox = await openInbox(copy, key);
      const answer = await inbox.offer(ARRIVAL, OFFER, ITEM_KEY);
      assert(answer.kind === 'accepted');
      const { writer } = answer;
      assert.equal(writer.pieces, 0, `the byte at ${at}`);
      await appendPieces(writer, content);
      const { id } = await writer.finish(sent);
      assert((await collect(inbox.read(id))).equals(content));
      inbox.close();
    }
  });

  it('opens if a folder is missing', async () => {
    const { directory, key, contents } = await fullInbox();
    for (const folder of ['incoming', 'partial']) {
      rmSync(path.join(directory, folder), { recursive: true });
      assert.deepEqual(await readAll(await openInbox(directory, key)), { contents, damaged: 0 });
    }
    renameSync(path.join(directory, 'items'), path.join(directory, 'away'));
    const inbox = await openInbox(directory, key);
    assert.deepEqual(await readAll(inbox), { contents: [], damaged: 0 });
    await store(inbox, 'new');
    assert(statSync(path.join(directory, 'away')).isDirectory());
  });

  it('is complete again once the key file is restored, whichever of its bytes was flipped', async () => {
    const directory = newDirectory();
    const file = `${directory}.key`;
    const inbox = await openInbox(directory, await loadInboxKey(file, directory));
    await store(inbox, 'content');
    const bytes = readFileSync(file);
    for (const damage of damages(bytes)) {
      if (damage) writeFileSync(file, damage);
      else rmSync(file);
      try {
        const again = await openInbox(directory, await loadInboxKey(file, directory));
        assert.deepEqual((await readAll(again)).contents, ['content']);
      } catch (error) {
        assert(refusal('invalid-key')(error), String(error));
      }
    }
    writeFileSync(file, bytes);
    const again = await openInbox(directory, await loadInboxKey(file, directory));
    assert.deepEqual(await readAll(again), { contents: ['content'], damaged: 0 });
  });
});
