import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ReceivedItem } from '../../../../src/core/item/item';
import type { TreeNode } from '../../../../src/editor/received/receivedNodes';
import { ValueCache } from '../../../../src/worker/valueCache';
import { SHOWN_DEPTH } from '../../../../src/editor/inspect/ranges';
import { valueNodeAt } from '../../../../src/editor/received/valueNodes';
import type { Format } from '../../../../src/core/item/item';
import { ValueWorker } from '../../../../src/worker/valueWorker';

const SCRIPT = path.join(__dirname, '../../../../src/worker/worker.js');
const ITEM: ReceivedItem = {
  id: 'id',
  kind: 'dictionary',
  format: 'binary',
  name: 'deep.pkl',
  from: '127.0.0.1:1',
  dialect: 'raw',
  encrypted: false,
  size: 1,
  sha256: '',
  receivedAt: 0,
};

describe('the row of a path in a value', () => {
  let worker: ValueWorker;
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 100);
  });
  afterEach(() => {
    worker.dispose();
  });

  const rowAt = async (format: Format, content: Buffer, place: readonly number[]): Promise<TreeNode[]> => {
    const values = new ValueCache(() => worker.load(format, [content]));
    const rows: TreeNode[] = [await valueNodeAt({ kind: 'item', item: ITEM }, place, values)];
    for (let node = rows[0]; node && 'parent' in node && node.parent; node = node.parent)
      rows.unshift(node.parent);
    return rows;
  };

  it('is below the rows that lead to it, including ranges', async () => {
    const list = JSON.stringify({ list: Array.from({ length: 250 }, (_, i) => [i]) });
    const rows = await rowAt('json', Buffer.from(list), [0, 120, 0]);
    assert.deepEqual(
      rows.map((row) => (row.kind === 'value' ? row.info.expression : row.kind)),
      ['item', 'data["list"]', 'range', 'data["list"][120]', 'data["list"][120][0]'],
    );
  });

  it('is the nearest shown ancestor if the path is too deep', async () => {
    const depth = 12_000;
    const pickle = Buffer.concat([Buffer.alloc(depth, ']'), Buffer.alloc(depth - 1, 'a'), Buffer.from('.')]);
    const rows = await rowAt('binary', pickle, new Array<number>(depth - 1).fill(0));
    assert.equal(rows.length, SHOWN_DEPTH + 1);
    const last = rows.at(-1);
    assert.deepEqual(last?.kind === 'value' && last.info.path, new Array<number>(SHOWN_DEPTH).fill(0));
  });
});
