import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isItemId, newItemId, timeOfItemId } from '../../../../src/inbox/items/itemId';

describe('Item ids', () => {
  it('sort in the order of their creation, even within a millisecond', () => {
    const ids = Array.from({ length: 1000 }, () => newItemId());
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, 1000);
  });

  it('sort by any time', () => {
    const times = [2 ** 41, 2 ** 42 + 1, 2 ** 43, 2 ** 44 - 1].map((time) => time + Date.now());
    const ids = times.map((time) => newItemId(time));
    assert.deepEqual([...ids].sort(), ids);
    assert.deepEqual(ids.map(timeOfItemId), times);
  });

  it('follow a clock that was set back by a long time, and keep their order if the time was short', () => {
    const ahead = newItemId(2 ** 44);
    const little = newItemId(2 ** 44 - 60_000);
    assert(little > ahead);
    const now = Date.now();
    assert.equal(timeOfItemId(newItemId(now)), now);
  });

  it('are 15 characters that are safe in file names, even if case is ignored', () => {
    const id = newItemId();
    assert.match(id, /^[0-9a-z]{15}$/);
    assert(isItemId(id));
    for (const text of [
      '',
      '..',
      id.slice(1),
      `${id}0`,
      id.toUpperCase(),
      `${id.slice(1)}/`,
      'iiiiiiiiiiiiiii',
    ]) {
      assert(!isItemId(text), text);
    }
  });
});
