import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { ItemDirectory } from '../../../../src/inbox/items/itemDirectory';
import { newItemId } from '../../../../src/inbox/items/itemId';
import { temporaryDirectory } from '../temporary';

describe('The directory of the items', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('is sorted by time, with thousands of items that are added and removed', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const items = new ItemDirectory(directory);
    let expected: string[] = [];
    for (const count of [0, 2500, 3, 100]) {
      const added = Array.from({ length: count }, () => newItemId());
      for (const id of added) writeFileSync(items.path(id), '');
      const gone = expected.filter((_, i) => i % 7 === 0);
      for (const id of gone) rmSync(items.path(id));
      expected = [...expected.filter((_, i) => i % 7 !== 0), ...added];
      assert.deepEqual(await items.ids(), expected);
    }
  });

  it('inserts an item that is older than the known ones', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const items = new ItemDirectory(directory);
    const ids = Array.from({ length: 5 }, () => newItemId());
    for (const at of [3, 1, 4, 0, 2]) {
      writeFileSync(items.path(ids[at]!), '');
      await items.ids();
    }
    assert.deepEqual(await items.ids(), ids);
  });

  it('has each item once, even with many reads at the same time', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const items = new ItemDirectory(directory);
    const ids = [newItemId(), newItemId()];
    for (const id of ids) writeFileSync(items.path(id), '');
    for (const found of await Promise.all([items.ids(), items.ids(), items.ids()]))
      assert.deepEqual(found, ids);
    assert.deepEqual(await items.ids(), ids);
  });

  it('has only files that are named like items', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const items = new ItemDirectory(directory);
    const id = newItemId();
    for (const name of [
      `${id}.item`,
      `${id}.tmp`,
      id,
      `x${id}.item`,
      `${id}.item~`,
      '.DS_Store',
      `${id.toUpperCase()}.item`,
    ]) {
      writeFileSync(path.join(directory, name), '');
    }
    assert.deepEqual(await items.ids(), [id]);
  });
});
