import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Inbox } from '../../../src/inbox/inbox';
import { newItemId, timeOfItemId } from '../../../src/inbox/items/itemId';
import { applyRetention, GRACE_TIME, SMALLEST_COUNTED, type DeletedItem } from '../../../src/inbox/retention';
import { openInbox, store, temporaryDirectory } from './temporary';

const DAY = 24 * 60 * 60 * 1000;

describe('Retention', () => {
  const newDirectory = temporaryDirectory();

  async function inboxWith(
    ...sizes: number[]
  ): Promise<{ inbox: Inbox; ids: string[]; directory: string; key: Buffer }> {
    const [directory, key] = [newDirectory(), randomBytes(32)];
    const inbox = await openInbox(directory, key);
    const ids: string[] = [];
    for (const size of sizes) ids.push((await store(inbox, Buffer.alloc(size))).id);
    return { inbox, ids, directory, key };
  }

  async function retain(
    inbox: Inbox,
    limits: { maximumAge?: number; maximumSize?: number },
    { later = 2 * DAY, open = [] as string[] } = {},
  ): Promise<DeletedItem[]> {
    const deleted: DeletedItem[] = [];
    // Not the time of the clock: other tests make ids of other times, and later ids are always later.
    const arrival = timeOfItemId((await inbox.ids()).at(-1) ?? newItemId());
    await applyRetention(
      inbox,
      { maximumAge: 0, maximumSize: 0, ...limits },
      (id) => open.includes(id),
      (one) => deleted.push(one),
      arrival + later,
    );
    return deleted;
  }

  it('keeps everything without a limit', async () => {
    const { inbox, ids } = await inboxWith(10, 10);
    assert.deepEqual(await retain(inbox, {}, { later: 1000 * DAY }), []);
    assert.deepEqual(await inbox.ids(), ids);
  });

  it('deletes items that are older than the limit, and reports each deletion', async () => {
    const { inbox, ids } = await inboxWith(10, 20);
    assert.deepEqual(await retain(inbox, { maximumAge: 3 * DAY }), []);
    const deleted = await retain(inbox, { maximumAge: DAY });
    assert.deepEqual(
      deleted.map(({ id, item, limit }) => [id, item?.size, limit]),
      [
        [ids[0], 10, 'age'],
        [ids[1], 20, 'age'],
      ],
    );
    assert.deepEqual(await inbox.ids(), []);
  });

  it('keeps as many of the newest items as fit', async () => {
    const { inbox, ids } = await inboxWith(10_000, 10_000, 10_000, 10_000);
    const deleted = await retain(inbox, { maximumSize: 25_000 });
    assert.deepEqual(
      deleted.map(({ id, limit }) => [id, limit]),
      [
        [ids[0], 'size'],
        [ids[1], 'size'],
      ],
    );
    assert.deepEqual(await inbox.ids(), ids.slice(2));
    assert.deepEqual(await retain(inbox, { maximumSize: 20_000 }), []);
  });

  it('counts the disk space of an item, even if it is empty', async () => {
    const { inbox, ids } = await inboxWith(0, 0, 0);
    await retain(inbox, { maximumSize: 2 * SMALLEST_COUNTED });
    assert.deepEqual(await inbox.ids(), ids.slice(1));
  });

  it('keeps items of the last hour, whatever their size and the limits are', async () => {
    const { inbox, ids } = await inboxWith(1000, 1000);
    const limits = { maximumAge: 1, maximumSize: 1 };
    assert.deepEqual(await retain(inbox, limits, { later: GRACE_TIME - 60_000 }), []);
    assert.deepEqual(await inbox.ids(), ids);
    assert.equal((await retain(inbox, limits, { later: GRACE_TIME + 60_000 })).length, 2);
  });

  it('keeps items that are open or being read', async () => {
    const { inbox, ids } = await inboxWith(100, 100, 100);
    const reading = inbox.read(ids[1]!);
    await reading.next();
    const limits = { maximumAge: DAY, maximumSize: 1 };
    const first = await retain(inbox, limits, { open: [ids[0]!] });
    assert.deepEqual(
      first.map(({ id }) => id),
      [ids[2]],
    );
    await reading.return();
    await retain(inbox, limits);
    assert.deepEqual(await inbox.ids(), []);
  });

  it('continues after damaged items, and deletes them when they are old', async () => {
    const { directory, key, ids } = await inboxWith(10_000, 10_000);
    truncateSync(path.join(directory, 'items', `${ids[0]}.item`), 10);
    const inbox = await openInbox(directory, key);
    assert.deepEqual(await retain(inbox, { maximumSize: 10_000 }), []);
    const deleted = await retain(inbox, { maximumAge: DAY });
    assert.equal(deleted[0]?.item, undefined);
    assert.deepEqual(await inbox.ids(), []);
  });
});
