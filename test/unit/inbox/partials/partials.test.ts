import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { PIECE_SIZE } from '../../../../src/core/crypto/tokenStream';
import type { ReceivedItem } from '../../../../src/core/item/item';
import type { ItemWriter } from '../../../../src/core/item/itemStore';
import { deriveFooterKey } from '../../../../src/inbox/items/itemFooter';
import { Partials } from '../../../../src/inbox/partials/partials';
import type { Inbox } from '../../../../src/inbox/inbox';
import {
  appendPieces,
  ARRIVAL,
  collect,
  ITEM_KEY,
  openInbox,
  pattern,
  temporaryDirectory,
} from '../temporary';

const CONTENT = pattern(3 * PIECE_SIZE);
const OFFER = { kind: 'file', name: 'large.bin', modified: 1, size: CONTENT.length, transfer: 't' } as const;
const DAY = 24 * 60 * 60;
const MINUTE = 60;

async function offer(inbox: Inbox, from = '192.0.2.7:1', transfer = 't'): Promise<ItemWriter> {
  const answer = await inbox.offer({ ...ARRIVAL, from }, { ...OFFER, transfer }, ITEM_KEY);
  assert(answer.kind === 'accepted');
  return answer.writer;
}

function append(writer: ItemWriter, from: number, to: number): Promise<void> {
  return appendPieces(writer, CONTENT, from, to);
}

function finish(writer: ItemWriter): Promise<ReceivedItem> {
  return writer.finish({
    size: CONTENT.length,
    sha256: createHash('sha256').update(CONTENT).digest('hex'),
  });
}

async function cutOff(inbox: Inbox, transfer?: string): Promise<void> {
  const writer = await offer(inbox, undefined, transfer);
  await append(writer, 0, 2);
  await writer.suspend();
}

function streamIn(directory: string): string {
  const name = readdirSync(path.join(directory, 'partial')).find((one) => one.endsWith('.stream'));
  assert(name !== undefined);
  return path.join(directory, 'partial', name);
}

/** As if the last write had been so many seconds ago. */
function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(file, time, time);
}

async function deleteFirst(inbox: Inbox): Promise<void> {
  const [partial] = await inbox.listPartial();
  assert(partial);
  await inbox.deletePartial(partial.transfer);
}

async function checkWhole(inbox: Inbox, { id }: ReceivedItem): Promise<void> {
  assert((await collect(inbox.read(id))).equals(CONTENT));
}

describe('A partial item that is deleted while it arrives', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('is removed, which its sender learns with the next piece', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const writer = await offer(inbox);
    await append(writer, 0, 2);
    await deleteFirst(inbox);
    await assert.rejects(append(writer, 2, 3), { code: 'cancelled', message: /receiver deleted it/ });
    await assert.rejects(finish(writer), { code: 'cancelled' });
    await writer.discard();
    assert.deepEqual(readdirSync(path.join(directory, 'partial')), []);
    inbox.close();
  });

  it('does not affect another connection that sends it again', async () => {
    const inbox = await openInbox(newDirectory());
    const first = await offer(inbox, '192.0.2.7:1');
    await append(first, 0, 3);
    await deleteFirst(inbox);
    const second = await offer(inbox, '192.0.2.7:2');
    assert.equal(second.pieces, 0);
    await append(second, 0, 2);
    await assert.rejects(finish(first), { code: 'cancelled' });
    await first.suspend();
    await append(second, 2, 3);
    await checkWhole(inbox, await finish(second));
    assert.deepEqual(await inbox.listPartial(), []);
    inbox.close();
  });

  it('stays as an item if it was complete before', async () => {
    const inbox = await openInbox(newDirectory());
    const writer = await offer(inbox);
    await append(writer, 0, 3);
    const [partial] = await inbox.listPartial();
    const [item] = await Promise.all([finish(writer), inbox.deletePartial(partial!.transfer)]);
    await checkWhole(inbox, item);
    inbox.close();
  });

  it('stays if another program is receiving it, which is reported', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [one, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    const writer = await offer(one);
    await append(writer, 0, 2);
    await assert.rejects(deleteFirst(other), { code: 'refused', message: /Delete it there/ });
    await append(writer, 2, 3);
    await checkWhole(one, await finish(writer));
    for (const inbox of [one, other]) inbox.close();
  });
});

describe('A partial item whose receiver has ended', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();
  const owners = {
    'a process whose pid is used by another one': `${hostname().replace(/[^A-Za-z0-9.]/g, '_')}-${process.ppid}-01234567`,
    'a machine with another name': 'elsewhere-17-01234567',
  };

  for (const [what, owner] of Object.entries(owners))
    it(`of ${what} is continued once nothing has arrived for some minutes`, async () => {
      const directory = newDirectory();
      const inbox = await openInbox(directory);
      await cutOff(inbox);
      const stream = streamIn(directory).replace('.idle.', `.${owner}.`);
      renameSync(streamIn(directory), stream);
      age(stream, MINUTE);
      assert.equal((await inbox.listPartial())[0]?.isArriving, true);
      const passing = await offer(inbox);
      assert.equal(passing.pieces, 0);
      await passing.discard();
      age(stream, 11 * MINUTE);
      assert.equal((await inbox.listPartial())[0]?.isArriving, false);
      const writer = await offer(inbox);
      assert.equal(writer.pieces, 2);
      await append(writer, 2, 3);
      await checkWhole(inbox, await finish(writer));
      assert.deepEqual(readdirSync(path.join(directory, 'partial')), []);
      inbox.close();
    });

  it('is not damaged if its receiver is only slow', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [slow, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    const robbed = await offer(slow, '192.0.2.7:1');
    await append(robbed, 0, 2);
    while (robbed.pieces < 2) await setImmediate();
    age(streamIn(directory), 11 * MINUTE);
    const writer = await offer(other, '192.0.2.7:2');
    assert.equal(writer.pieces, 2);
    await robbed.restart(FernetKey.generate());
    await append(robbed, 0, 3);
    await assert.rejects(finish(robbed), { code: 'disk' });
    await robbed.discard();
    await append(writer, 2, 3);
    await checkWhole(other, await finish(writer));
    for (const inbox of [slow, other]) inbox.close();
  });

  it('is released if it cannot be opened', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    await cutOff(inbox);
    const stream = streamIn(directory);
    renameSync(stream, path.join(directory, 'away'));
    mkdirSync(stream);
    await assert.rejects(offer(inbox), { code: 'disk' });
    assert.equal(streamIn(directory), stream);
    inbox.close();
  });

  it('is also deleted among those of other dialects after a day', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    (await openInbox(directory, key)).close();
    const files = Object.values(owners).map((owner) => path.join(directory, 'incoming', `${owner}.part`));
    for (const file of files) writeFileSync(file, '');
    await openInbox(directory, key);
    assert(files.every((file) => existsSync(file)));
    for (const file of files) age(file, DAY + MINUTE);
    await openInbox(directory, key);
    assert(!files.some((file) => existsSync(file)));
  });
});

describe('Partial items', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('have names that are as safe as those of complete items', async () => {
    const inbox = await openInbox(newDirectory());
    const name = 'folder/a\u009b2J\u202e\nReceived b';
    const answer = await inbox.offer(ARRIVAL, { ...OFFER, name }, ITEM_KEY);
    assert(answer.kind === 'accepted');
    await append(answer.writer, 0, 2);
    const [partial] = await inbox.listPartial();
    assert.equal(partial?.name, 'a_2J__Received b');
    await answer.writer.discard();
    inbox.close();
  });

  it('are reported when they arrive, are interrupted and disappear, also to another program', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [one, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    const changes = new EventTarget();
    for (const inbox of [one, other])
      inbox.onDidChange(() => changes.dispatchEvent(new Event(inbox === one ? 'here' : 'there')));
    const next = (): Promise<unknown> => Promise.all([once(changes, 'here'), once(changes, 'there')]);
    let change = next();
    const writer = await offer(one);
    await append(writer, 0, 2);
    await change;
    assert.equal((await other.listPartial())[0]?.isArriving, true);
    change = next();
    await writer.suspend();
    await change;
    assert.equal((await other.listPartial())[0]?.isArriving, false);
    change = next();
    await deleteFirst(one);
    await change;
    assert.deepEqual(await other.listPartial(), []);
    for (const inbox of [one, other]) inbox.close();
  });

  it('are completed after the inbox was closed, without a report', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [inbox, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    let isTold = false;
    inbox.onDidChange(() => (isTold = true));
    inbox.close();
    const changes = new EventTarget();
    other.onDidChange(() => changes.dispatchEvent(new Event('change')));
    let change = once(changes, 'change');
    const writer = await offer(inbox);
    await append(writer, 0, 3);
    const { id } = await finish(writer);
    await change;
    change = once(changes, 'change');
    await other.delete(id);
    await change;
    assert.equal(isTold, false);
    other.close();
  });

  it('are deleted with all items, except those that arrive through another program', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [inbox, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    await cutOff(inbox, 'cut off');
    const elsewhere = await offer(other, undefined, 'elsewhere');
    const arriving = await offer(inbox, undefined, 'arriving');
    for (const writer of [elsewhere, arriving]) {
      await append(writer, 0, 1);
      await writer.written();
    }
    await assert.rejects(inbox.deleteAll(), { code: 'refused' });
    assert.equal((await inbox.listPartial()).length, 1);
    await assert.rejects(append(arriving, 1, 2), { code: 'cancelled' });
    await elsewhere.suspend();
    await inbox.deleteAll();
    assert.deepEqual(readdirSync(path.join(directory, 'partial')), []);
    for (const one of [inbox, other]) one.close();
  });

  it('are deleted after a week, but not an arriving item of the same transfer', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    const writer = await offer(inbox);
    await append(writer, 0, 2);
    const left = streamIn(directory).replace(/\.[^/.]+\.stream$/, '.idle.stream');
    writeFileSync(left, '');
    age(left, 8 * DAY);
    assert.deepEqual(
      (await inbox.listPartial()).map(({ isArriving }) => isArriving),
      [true],
    );
    assert(!existsSync(left));
    await append(writer, 2, 3);
    await checkWhole(inbox, await finish(writer));
    inbox.close();
  });

  it('are deleted after a week in an inbox that stays open, with the leftovers of a killed process', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    await cutOff(inbox);
    age(streamIn(directory), 8 * DAY);
    assert.deepEqual(await inbox.listPartial(), []);
    const rest = path.join(directory, 'partial', '.picklepost-1-0123456789ab.part');
    const recent = path.join(directory, 'partial', '.picklepost-2-0123456789ab.part');
    for (const file of [rest, recent]) writeFileSync(file, '');
    age(rest, 2 * MINUTE);
    await new Partials(path.join(directory, 'partial'), randomBytes(32)).tidy();
    assert(!existsSync(rest) && existsSync(recent));
    inbox.close();
  });

  it('are not read for an offer of another item, and once for their list', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    for (let i = 0; i < 3; i++) await cutOff(inbox, `cut off ${String(i)}`);
    assert.equal((await inbox.listPartial()).length, 3);
    // What a state says is not asked for again: these could not be read.
    for (const name of readdirSync(path.join(directory, 'partial')).filter((one) => one.endsWith('.state')))
      writeFileSync(path.join(directory, 'partial', name), 'unreadable');
    await (await offer(inbox, undefined, 'another')).discard();
    assert((await inbox.listPartial()).every(({ name }) => name === OFFER.name));
    inbox.close();
  });

  it('are read once in a process, however often they are offered and their sender leaves', async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    await cutOff(inbox);
    await (await offer(inbox)).suspend();
    const stream = streamIn(directory);
    // Whoever reads it again finds no piece.
    writeFileSync(stream, Buffer.alloc(statSync(stream).size));
    for (let offers = 0; offers < 3; offers++) {
      const writer = await offer(inbox);
      assert.equal(writer.pieces, 2);
      await writer.suspend();
    }
    inbox.close();
  });

  it('are not read for a sender that has left, and are kept', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const before = await openInbox(directory, key);
    await cutOff(before);
    before.close();
    const inbox = await openInbox(directory, key);
    const disconnected = AbortSignal.abort();
    await assert.rejects(inbox.offer(ARRIVAL, OFFER, ITEM_KEY, { disconnected }), { code: 'cancelled' });
    const writer = await offer(inbox);
    assert.equal(writer.pieces, 2);
    await writer.suspend();
    inbox.close();
  });

  it('above the quota are deleted, the oldest of the address with most first', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const inbox = await openInbox(directory, key);
    for (let i = 0; i < 4; i++) {
      await cutOff(inbox, `many ${String(i)}`);
      age(streamIn(directory), DAY);
    }
    const modest = await offer(inbox, '192.0.2.8:1', 'modest');
    await append(modest, 0, 1);
    await modest.suspend();
    const partials = new Partials(path.join(directory, 'partial'), deriveFooterKey(key));
    const all = { total: Infinity, address: Infinity };
    await partials.tidy({ count: { total: 10, address: 2 }, bytes: all });
    assert.deepEqual((await inbox.listPartial()).map(({ from }) => from).sort(), [
      '192.0.2.7:1',
      '192.0.2.7:1',
      '192.0.2.8:1',
    ]);
    await partials.tidy({ count: all, bytes: { total: 3 * PIECE_SIZE, address: Infinity } });
    assert.deepEqual(
      (await inbox.listPartial()).map(({ from }) => from),
      ['192.0.2.8:1'],
    );
    inbox.close();
  });

  it('above the quota of an address are deleted, also if they come from many addresses of an IPv6 network', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const inbox = await openInbox(directory, key);
    for (let i = 0; i < 4; i++) {
      const writer = await offer(inbox, `[2001:db8::${String(i)}]:1`, String(i));
      await append(writer, 0, 1);
      await writer.suspend();
    }
    const partials = new Partials(path.join(directory, 'partial'), deriveFooterKey(key));
    const all = { total: Infinity, address: Infinity };
    await partials.tidy({ count: { total: 10, address: 1 }, bytes: all });
    assert.equal((await inbox.listPartial()).length, 1);
    inbox.close();
  });
});
