import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ValueCache } from '../../../../src/worker/valueCache';
import { searchValue } from '../../../../src/editor/inspect/valueSearch';
import type { LoadedValue } from '../../../../src/worker/loadedValue';
import { ValueWorker } from '../../../../src/worker/valueWorker';

const SCRIPT = path.join(__dirname, '../../../../src/worker/worker.js');
const ENTRIES = 100_000;
const QUERY = { text: '9', where: 'values' } as const;

describe('the search in a received value', () => {
  let worker: ValueWorker;
  let loads: LoadedValue[];
  let cache: ValueCache;
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 100);
    loads = [];
    const text = JSON.stringify(
      Object.fromEntries(Array.from({ length: ENTRIES }, (_, i) => [`key ${i}`, i])),
    );
    cache = new ValueCache(async () => {
      const value = await worker.load('json', [Buffer.from(text)]);
      loads.push(value);
      return value;
    });
  });
  afterEach(() => {
    cache.dispose();
    worker.dispose();
  });

  it('decodes a value again that the worker has dropped', async () => {
    await cache.use('id', (value) => value.ask('node', []));
    loads[0]?.dispose();
    const { value } = await searchValue(cache, 'id', [], QUERY).next();
    assert.equal(value?.places[0]?.expression, 'data["key 9"]');
    assert.equal(loads.length, 2);
  });

  it('starts again if the value is dropped during the search, and reports each match once', async () => {
    let last = { expressions: [] as string[], count: 0 };
    for await (const { places, count } of searchValue(cache, 'id', [], QUERY)) {
      if (loads.length === 1 && count > 0) loads[0]?.dispose();
      last = { expressions: places.map(({ expression }) => expression), count };
    }
    assert.equal(loads.length, 2);
    assert.equal(last.expressions.length, 1_000);
    assert.equal(new Set(last.expressions).size, 1_000);
    const expected = Array.from({ length: ENTRIES }, (_, i) => String(i)).filter((text) =>
      text.includes('9'),
    );
    assert.equal(last.count, expected.length);
  });
});
