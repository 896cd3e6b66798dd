import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { ReceivedItem } from '../../../../src/core/item/item';
import type { InboxEntry } from '../../../../src/inbox/inbox';
import { ItemDirectory } from '../../../../src/inbox/items/itemDirectory';
import { deriveFooterKey } from '../../../../src/inbox/items/itemFooter';
import { ItemIndex } from '../../../../src/inbox/items/itemIndex';
import { INDEX_WORTH, ItemCatalog } from '../../../../src/inbox/items/itemCatalog';
import { DuplicateFinder } from '../../../../src/inbox/items/duplicateFinder';
import { writeManyItems } from '../../../harness/manyItems';
import { openInbox, temporaryDirectory } from '../temporary';

/** Tells when it has been written. */
class NotedIndex extends ItemIndex {
  readonly events = new EventEmitter();
  writes = 0;

  override async write(items: Iterable<ReceivedItem>): Promise<void> {
    this.writes++;
    await super.write(items);
    this.events.emit('written');
  }
}

/** An inbox with as many items as an index is worth, as a program sees it that has just started. */
class ManyItems {
  readonly file: string;
  private constructor(
    readonly directory: string,
    readonly key: Buffer,
    readonly items: readonly ReceivedItem[],
  ) {
    this.file = path.join(directory, 'index');
  }

  static async write(directory: string): Promise<ManyItems> {
    const key = randomBytes(32);
    (await openInbox(directory, key)).close();
    return new ManyItems(directory, key, await writeManyItems(directory, key, INDEX_WORTH));
  }

  get ids(): string[] {
    return this.items.map(({ id }) => id);
  }

  path(item: ReceivedItem | undefined): string {
    return path.join(this.directory, 'items', `${item?.id ?? ''}.item`);
  }

  open(key = this.key, memory?: number): { catalog: ItemCatalog; index: NotedIndex } {
    const incoming = path.join(this.directory, 'incoming');
    const index = new NotedIndex(this.file, key, () => path.join(incoming, 'index.part'));
    const items = new ItemDirectory(path.join(this.directory, 'items'));
    return { catalog: new ItemCatalog(items, deriveFooterKey(this.key), index, memory), index };
  }

  /** Recalls all for the first time. */
  async note(): Promise<void> {
    const { catalog, index } = this.open();
    const written = once(index.events, 'written');
    await recall(catalog, this.ids);
    await written;
  }
}

function whole(entries: readonly InboxEntry[]): ReceivedItem[] {
  return entries.flatMap((entry) => (entry.state === 'whole' ? [entry.item] : []));
}

async function recall(catalog: ItemCatalog, ids: readonly string[]): Promise<InboxEntry[]> {
  const all: InboxEntry[] = [];
  for await (const some of catalog.recall(ids)) {
    // However many there are, they are not all held at once.
    assert(some.length <= 1000);
    all.push(...some);
  }
  return all;
}

describe('The index of an inbox', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('replaces reading the files, and does not reveal names', async () => {
    const inbox = await ManyItems.write(newDirectory());
    await inbox.note();
    assert(!readFileSync(inbox.file).includes('sample'));
    assert.deepEqual(readdirSync(path.join(inbox.directory, 'incoming')), []);
    for (const item of inbox.items) rmSync(inbox.path(item));
    const { catalog } = inbox.open();
    assert.deepEqual(whole(await recall(catalog, inbox.ids)), inbox.items);
  });

  it('is not trusted for shown items: damaged ones are listed as damaged, and missing ones are not listed', async () => {
    const inbox = await ManyItems.write(newDirectory());
    await inbox.note();
    const [gone, cut] = inbox.items;
    rmSync(inbox.path(gone));
    truncateSync(inbox.path(cut), 100);
    const { catalog } = inbox.open();
    await recall(catalog, inbox.ids);
    const shown = await catalog.entriesOf(inbox.ids.slice(0, 3));
    assert.deepEqual(
      shown.map((entry) => (entry.state === 'whole' ? entry.item.id : `${entry.id} ${entry.state}`)),
      [`${cut?.id ?? ''} damaged`, inbox.ids[2]],
    );
    const all = await catalog.entries();
    assert.equal(all.length, INDEX_WORTH - 1);
    assert.equal(whole(all).length, INDEX_WORTH - 2);
  });

  it('is not trusted when an item is offered again', async () => {
    const inbox = await ManyItems.write(newDirectory());
    await inbox.note();
    const [, known, cut] = inbox.items;
    truncateSync(inbox.path(cut), 100);
    const { catalog } = inbox.open();
    await recall(catalog, inbox.ids);
    assert.equal(catalog.withTransfer(known?.transfer ?? '')[0]?.id, known?.id);
    const same = new DuplicateFinder(new ItemDirectory(path.join(inbox.directory, 'items')), catalog);
    assert.equal((await same.findArrived({ ...(known as ReceivedItem), id: 'x' }))?.id, known?.id);
    assert.equal(await same.findArrived({ ...(cut as ReceivedItem), id: 'x' }), undefined);
  });

  it('is used up to the first damage, and not at all with another key', async () => {
    const inbox = await ManyItems.write(newDirectory());
    await inbox.note();
    const bytes = readFileSync(inbox.file);
    for (const at of [0, 2, 20, bytes.length / 2, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[Math.floor(at)]! ^= 1;
      for (const content of [changed, bytes.subarray(0, at)]) {
        writeFileSync(inbox.file, content);
        const { catalog } = inbox.open();
        assert.deepEqual(whole(await recall(catalog, inbox.ids)), inbox.items, `byte ${String(at)}`);
      }
    }
    writeFileSync(inbox.file, bytes);
    const { catalog } = inbox.open(randomBytes(32));
    assert.deepEqual(whole(await recall(catalog, inbox.ids)), inbox.items);
  });

  it('is deleted when very many items are deleted', async () => {
    const inbox = await ManyItems.write(newDirectory());
    await inbox.note();
    const store = await openInbox(inbox.directory, inbox.key);
    await store.deleteItems(inbox.ids.slice(0, 1));
    assert(existsSync(inbox.file));
    await store.deleteItems(inbox.ids);
    assert(!existsSync(inbox.file));
    store.close();
  });

  it('is not written for few items', async () => {
    const inbox = await ManyItems.write(newDirectory());
    for (const item of inbox.items.slice(0, 1)) rmSync(inbox.path(item));
    const { catalog, index } = inbox.open();
    assert.equal((await recall(catalog, inbox.ids)).length, INDEX_WORTH - 1);
    // Waits for whatever is being written.
    await catalog.removeIndex();
    assert.equal(index.writes, 0);
  });

  it('is loaded as far as there is memory, the newest items first', async () => {
    const inbox = await ManyItems.write(newDirectory());
    const { catalog } = inbox.open(inbox.key, 100 * 1000);
    await catalog.learn(inbox.ids);
    const known = inbox.ids.filter((id) => catalog.has(id));
    assert(known.length > 50 && known.length < 250, String(known.length));
    // What has been forgotten is read again.
    assert.deepEqual(whole(await recall(catalog, inbox.ids)), inbox.items);
    assert(inbox.ids.filter((id) => catalog.has(id)).length < 250);
  });
});
