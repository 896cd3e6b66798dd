import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { newItemId } from '../../../../src/inbox/items/itemId';
import { ReadMarks } from '../../../../src/inbox/windows/readMarks';
import { temporaryDirectory } from '../temporary';

describe('Read marks', () => {
  const newDirectory = temporaryDirectory();

  function directoryWith(count: number): { directory: string; ids: string[] } {
    const directory = newDirectory();
    mkdirSync(directory);
    return { directory, ids: Array.from({ length: count }, () => newItemId()) };
  }

  async function unread(marks: ReadMarks, ids: readonly string[]): Promise<readonly string[]> {
    const found = ids.filter((id) => !marks.isRead(id));
    assert.equal(await marks.countUnread(ids), found.length);
    return found;
  }

  it('cover all items at first, and no later ones', async () => {
    const { directory, ids } = directoryWith(3);
    const marks = await ReadMarks.open(directory, ids);
    assert.deepEqual(await unread(marks, ids), []);
    const added = [newItemId(), newItemId()];
    assert.deepEqual(await unread(marks, [...ids, ...added]), added);
    marks.dispose();
  });

  it('are stored one by one, and still exist when the inbox is opened again', async () => {
    const { directory, ids } = directoryWith(0);
    const marks = await ReadMarks.open(directory, []);
    ids.push(newItemId(), newItemId(), newItemId());
    await marks.markRead([ids[1]!], ids);
    assert.deepEqual(await unread(marks, ids), [ids[0], ids[2]]);
    marks.dispose();
    const again = await ReadMarks.open(directory, ids);
    assert.deepEqual(await unread(again, ids), [ids[0], ids[2]]);
    await again.markRead([ids[0]!], ids);
    assert.deepEqual(await unread(again, ids), [ids[2]]);
    again.dispose();
  });

  it('are not stored for deleted items, or for items before the first unread one', async () => {
    const { directory, ids } = directoryWith(0);
    const marks = await ReadMarks.open(directory, []);
    for (let i = 0; i < 50; i++) ids.push(newItemId());
    await marks.markRead(ids.slice(1), ids);
    await marks.markRead([], ids.slice(0, 1));
    const noted = (): { ids: string[] } =>
      JSON.parse(readFileSync(path.join(directory, 'read.json'), 'utf8')) as { ids: string[] };
    assert.deepEqual(noted().ids, []);
    marks.dispose();
  });

  it('can cover all items at once, without being stored for each', async () => {
    const { directory, ids } = directoryWith(0);
    const marks = await ReadMarks.open(directory, []);
    ids.push(newItemId(), newItemId(), newItemId());
    await marks.markRead([ids[1]!], ids);
    await marks.markAllRead(ids);
    assert.deepEqual(await unread(marks, ids), []);
    assert.match(readFileSync(path.join(directory, 'read.json'), 'utf8'), /"ids":\[\]/);
    const later = newItemId();
    assert.deepEqual(await unread(marks, [...ids, later]), [later]);
    marks.dispose();
  });

  it('are shared with another window as soon as they are stored', async () => {
    const { directory, ids } = directoryWith(0);
    const [one, other] = [await ReadMarks.open(directory, []), await ReadMarks.open(directory, [])];
    ids.push(newItemId(), newItemId());
    const told = new Promise<void>((resolve) => {
      other.onDidChange(() => resolve());
    });
    await one.markRead([ids[0]!], ids);
    await told;
    assert.deepEqual(await unread(other, ids), [ids[1]]);
    await Promise.all([one.markRead([ids[1]!], ids), other.markRead([ids[1]!], ids)]);
    assert.deepEqual(await unread(one, ids), []);
    one.dispose();
    other.dispose();
  });

  it('cover all items if their file is damaged or missing, and nothing else is lost', async () => {
    const { directory, ids } = directoryWith(2);
    const before = await ReadMarks.open(directory, []);
    await before.markRead([ids[1]!], ids);
    before.dispose();
    const file = path.join(directory, 'read.json');
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      for (const content of [changed, bytes.subarray(0, at)]) {
        writeFileSync(file, content);
        const marks = await ReadMarks.open(directory, ids);
        assert((await marks.countUnread(ids)) <= ids.length);
        await marks.markRead(ids, ids);
        assert.equal(await marks.countUnread(ids), 0, `byte ${at}`);
        marks.dispose();
      }
    }
    rmSync(file);
    const marks = await ReadMarks.open(directory, ids);
    assert.deepEqual(await unread(marks, ids), []);
    marks.dispose();
  }).timeout(20_000);

  it('do not cover all items after one from the future', async () => {
    const { directory } = directoryWith(0);
    const DAY = 24 * 60 * 60 * 1000;
    let now = Date.now();
    const marks = await ReadMarks.open(directory, [], () => now);
    // The clock is ahead, and what comes then is read.
    now += DAY;
    const ids = [newItemId(now - DAY), newItemId(now)];
    await marks.markAllRead(ids);
    assert.deepEqual(await unread(marks, ids), []);
    // It is set back, and another item comes.
    now -= DAY;
    const added = newItemId(now + 5);
    const all = [ids[0]!, added, ids[1]!];
    assert.equal(await marks.countUnread(all), 1);
    assert.deepEqual(await unread(marks, all), [added]);
    marks.dispose();
    // So it is for the next window.
    const again = await ReadMarks.open(directory, all, () => now);
    assert.deepEqual(await unread(again, all), [added]);
    await again.markRead([added], all);
    const last = newItemId(now + 10);
    assert.deepEqual(await unread(again, [ids[0]!, added, last, ids[1]!]), [last]);
    await again.markAllRead([ids[0]!, added, last, ids[1]!]);
    const later = newItemId(now + 20);
    assert.deepEqual(await unread(again, [ids[0]!, added, last, later, ids[1]!]), [later]);
    again.dispose();
  });
});
