import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ArrivingRows, type PartialNode } from '../../../../src/editor/received/arrivingRows';
import type { PartialItem } from '../../../../src/inbox/inbox';

function partial(transfer: string, received: number, isArriving = true): PartialItem {
  return {
    transfer,
    name: transfer,
    from: '192.0.2.7:1',
    received,
    size: 9,
    changedAt: received,
    isArriving,
  };
}

describe('The rows of items that are arriving', () => {
  it('are refreshed while content arrives, without unchanged rows, until no item is arriving', async () => {
    const lists = [
      [partial('a', 1), partial('b', 1, false)],
      [partial('a', 2), partial('b', 1, false), partial('new', 1)],
      [partial('a', 2, false), partial('b', 1, false)],
    ];
    let looks = 0;
    const told: PartialNode[][] = [];
    await new Promise<void>((resolve) => {
      // What looks again does not keep the process alive.
      const alive = setInterval(() => undefined, 1000);
      const listPartial = (): Promise<PartialItem[]> => Promise.resolve(lists[++looks] ?? []);
      const rows = new ArrivingRows(
        { listPartial },
        (changed) => {
          told.push(changed);
          if (told.length < 2) return;
          clearInterval(alive);
          resolve();
        },
        1,
      );
      const shown = rows.show(lists[0] ?? []);
      assert.equal(shown.length, 2);
    });
    assert.deepEqual(
      told.map((rows) => rows.map((row) => row.partial.name)),
      [['a'], ['a']],
    );
    assert.equal(told[0]?.[0], told[1]?.[0], 'the row stays the same one');
    assert.equal(told[0]?.[0]?.partial.isArriving, false);
    assert.equal(looks, 2);
  });
});
