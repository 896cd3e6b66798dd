import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ContentCache } from '../../../../src/editor/inspect/contentCache';

describe('recently shown contents', () => {
  let contents: ContentCache;
  let made: string[];
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    contents = new ContentCache(100);
    made = [];
  });
  afterEach(() => {
    contents.clear();
    mock.timers.reset();
  });

  const get = (key: string, size: number): Promise<Uint8Array> =>
    contents.get(key, () => {
      made.push(key);
      return Promise.resolve(new Uint8Array(size));
    });

  it('are made once for requests at the same time or shortly after', async () => {
    await Promise.all([get('a', 10), get('a', 10)]);
    await get('a', 10);
    assert.deepEqual(made, ['a']);
  });

  it('are dropped if they have not been requested for a while', async () => {
    await get('a', 10);
    mock.timers.tick(9_000);
    await get('a', 10);
    mock.timers.tick(9_000);
    await get('a', 10);
    assert.deepEqual(made, ['a']);
    mock.timers.tick(10_000);
    await get('a', 10);
    assert.deepEqual(made, ['a', 'a']);
  });

  it('are dropped by their size, the oldest first, but one that is larger than the cache is kept alone', async () => {
    for (const key of ['a', 'b', 'c']) await get(key, 40);
    for (const key of ['b', 'c', 'a']) await get(key, 40);
    assert.deepEqual(made, ['a', 'b', 'c', 'a']);
    await get('large', 1_000);
    await get('large', 1_000);
    assert.deepEqual(made.slice(4), ['large']);
  });

  it('are made again after a failure', async () => {
    await assert.rejects(contents.get('a', () => Promise.reject(new Error('no'))));
    await get('a', 10);
    assert.deepEqual(made, ['a']);
  });
});
