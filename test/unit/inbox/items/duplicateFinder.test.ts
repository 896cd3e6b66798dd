import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { ReceivedItem } from '../../../../src/core/item/item';
import type { ItemOffer } from '../../../../src/core/item/itemStore';
import type { Inbox } from '../../../../src/inbox/inbox';
import { ItemDirectory } from '../../../../src/inbox/items/itemDirectory';
import { deriveFooterKey } from '../../../../src/inbox/items/itemFooter';
import { ItemCatalog } from '../../../../src/inbox/items/itemCatalog';
import { DuplicateFinder } from '../../../../src/inbox/items/duplicateFinder';
import { appendPieces, ARRIVAL, ITEM_KEY, openInbox, temporaryDirectory } from '../temporary';

const CONTENT = Buffer.from('content');
const OFFER: ItemOffer = { kind: 'file', name: 'a.txt', modified: 1, size: CONTENT.length, transfer: 'a' };

/** Stores what is offered; undefined if it is here already. */
async function storeOffered(inbox: Inbox, offer: ItemOffer): Promise<ReceivedItem | undefined> {
  const answer = await inbox.offer(ARRIVAL, offer, ITEM_KEY);
  if (answer.kind === 'have') return undefined;
  await appendPieces(answer.writer, CONTENT);
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  return answer.writer.finish({ size: CONTENT.length, sha256 });
}

/** A directory whose names can be counted and held back. */
class WatchedDirectory extends ItemDirectory {
  looks = 0;
  held: Promise<void> | undefined;
  /** What a look sees; what is there, unless given. */
  seen: readonly string[] | undefined;

  override async ids(): Promise<readonly string[]> {
    this.looks++;
    await this.held;
    return this.seen ?? super.ids();
  }
}

describe('An item that is offered again', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('is compared with the newest items of its transfer, however many there are', () => {
    const catalog = new ItemCatalog(new ItemDirectory(newDirectory()), Buffer.alloc(32));
    const items = Array.from({ length: 100 }, (_, i): ReceivedItem => ({
      ...{ ...ARRIVAL, ...OFFER, id: String(i).padStart(15, '0'), receivedAt: i, sha256: '' },
      size: CONTENT.length,
      modified: i,
    }));
    // In any order, as what is read of files is.
    for (const item of [...items.slice(50), ...items.slice(0, 50)]) catalog.remember(item);
    const found = catalog.withTransfer(OFFER.transfer);
    assert.deepEqual(
      found.map(({ id }) => id),
      items
        .slice(-32)
        .reverse()
        .map(({ id }) => id),
    );
    for (const { id } of items) catalog.forget(id);
    assert.deepEqual(catalog.withTransfer(OFFER.transfer), []);
  });

  it('is recognized, also by another program and after a restart, until it is deleted', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const one = await openInbox(directory, key);
    const item = await storeOffered(one, OFFER);
    assert(item);
    for (const inbox of [one, await openInbox(directory, key)]) {
      assert.equal(await storeOffered(inbox, OFFER), undefined);
      assert(await storeOffered(inbox, { ...OFFER, transfer: `${inbox === one}` }), 'another transfer');
      assert(await storeOffered(inbox, { ...OFFER, modified: inbox === one ? 2 : 3 }), 'it has changed');
    }
    await (await openInbox(directory, key)).delete(item.id);
    assert(await storeOffered(one, OFFER), 'it was deleted');
    one.close();
  });

  it('is a new item if its path in a folder or its executable bits differ', async () => {
    const inbox = await openInbox(newDirectory());
    const place = { ...OFFER, path: 'a/a.txt' };
    for (const offer of [OFFER, place, { ...place, path: 'b/a.txt' }, { ...place, mode: 0o111 }]) {
      assert(await storeOffered(inbox, offer));
      assert.equal(await storeOffered(inbox, offer), undefined);
    }
    // The executable bit only matters for files with a path.
    assert.equal(await storeOffered(inbox, { ...OFFER, mode: 0o111 }), undefined);
    inbox.close();
  });

  it('is not reported as received if its name cannot be made durable', async function () {
    if (process.platform === 'win32') return this.skip();
    const inbox = await openInbox(newDirectory());
    await storeOffered(inbox, OFFER);
    const file = await open(__filename);
    await file.close();
    const handles = Object.getPrototypeOf(file) as FileHandle;
    const sync = Object.getOwnPropertyDescriptor(handles, 'sync')!;
    handles.sync = () => Promise.reject(new Error('EIO'));
    try {
      await assert.rejects(inbox.offer(ARRIVAL, OFFER, ITEM_KEY), { code: 'disk' });
    } finally {
      Object.defineProperty(handles, 'sync', sync);
    }
    assert.equal(await storeOffered(inbox, OFFER), undefined);
    inbox.close();
  });

  it('is recognized if another program has stored it in the meantime', async () => {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const [one, other] = [await openInbox(directory, key), await openInbox(directory, key)];
    await storeOffered(other, { ...OFFER, transfer: 'first' });
    const changes = new EventTarget();
    const change = once(changes, 'change');
    other.onDidChange(() => changes.dispatchEvent(new Event('change')));
    await storeOffered(one, OFFER);
    await change;
    assert.equal(await storeOffered(other, OFFER), undefined);
    for (const inbox of [one, other]) inbox.close();
  });

  for (const name of ['___', '~', '-', '..'])
    it(`is recognized by the name ${name}, which is unusable here`, async () => {
      const inbox = await openInbox(newDirectory());
      assert(await storeOffered(inbox, { ...OFFER, name }));
      assert.equal(await storeOffered(inbox, { ...OFFER, name }), undefined);
      assert(await storeOffered(inbox, { ...OFFER, name: 'other' }));
      inbox.close();
    });

  it('is stored once if it arrives twice at the same time', async () => {
    const inbox = await openInbox(newDirectory());
    for (const name of ['a.txt', '~']) {
      const offer = { ...OFFER, name, transfer: name };
      const items = await Promise.all([storeOffered(inbox, offer), storeOffered(inbox, offer)]);
      assert.equal(items[0]?.id, items[1]?.id);
    }
    assert.equal((await inbox.list()).length, 2);
    inbox.close();
  });
});

describe('The items that are compared with offers', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  /** One item is there, which has to be looked for. */
  async function withItem() {
    const [parent, key] = [newDirectory(), randomBytes(32)];
    mkdirSync(parent);
    const inbox = await openInbox(parent, key);
    const item = await storeOffered(inbox, OFFER);
    inbox.close();
    assert(item);
    const directory = new WatchedDirectory(path.join(parent, 'items'));
    const catalog = new ItemCatalog(directory, deriveFooterKey(key));
    return { same: new DuplicateFinder(directory, catalog), catalog, directory, item };
  }

  it('are read from the directory once, however many items are offered', async () => {
    const { same, directory, item } = await withItem();
    // What has arrived waits until all is known; an offer only for some time.
    const lookAround = () => same.findArrived({ ...item, id: 'another' });
    await lookAround();
    for (let i = 0; i < 50; i++) {
      const found = await same.findOffered({ ...OFFER, transfer: item.transfer ?? '' });
      assert.equal(found?.id, item.id);
      assert.equal(await same.findOffered({ ...OFFER, transfer: `${i}` }), undefined);
      same.noteChange(`${item.id}.item`);
    }
    assert.equal(directory.looks, 1);
    same.noteChange(undefined);
    await lookAround();
    assert.equal(directory.looks, 2);
  });

  it('include items that have arrived while the directory was being read', async () => {
    const { item, directory, same, catalog } = await withItem();
    await same.findOffered(OFFER);
    directory.seen = [];
    const listed = catalog.entries();
    catalog.remember(item);
    await listed;
    assert.equal((await same.findArrived({ ...item, id: 'another' }))?.id, item.id);
  });

  it('do not delay an offer while they are being read, and are found when the item has arrived', async () => {
    const { same, directory, item } = await withItem();
    let release: () => void = () => undefined;
    directory.held = new Promise((resolve) => (release = resolve));
    // What the search waits with does not keep the process alive.
    const alive = setInterval(() => undefined, 1000);
    assert.equal(await same.findOffered({ ...OFFER, transfer: item.transfer ?? '' }), undefined);
    clearInterval(alive);
    const found = same.findArrived({ ...item, id: 'another' });
    // It waits, and does not look at what is known so far.
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    release();
    assert.equal((await found)?.id, item.id);
  });
});
