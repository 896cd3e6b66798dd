import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ValueCache } from '../../../src/worker/valueCache';
import type { LoadedValue } from '../../../src/worker/loadedValue';
import { inEnglish } from '../../../src/core/text';
import { ValueWorker } from '../../../src/worker/valueWorker';

const SCRIPT = path.join(__dirname, '../../../src/worker/worker.js');

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

describe('the cache of decoded values', () => {
  let worker: ValueWorker;
  /** The value that is decoded next, and how often one was. */
  let text: string;
  let loads: number;
  let cache: ValueCache;
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 100);
    text = '{}';
    loads = 0;
    cache = new ValueCache(() => {
      loads++;
      return worker.load('json', content(text));
    });
  });
  afterEach(() => {
    cache.dispose();
    worker.dispose();
  });

  const preview = (): Promise<string> =>
    cache.use('id', async (value) => inEnglish((await value.ask('node', [])).preview));

  it('decodes once for all requests', async () => {
    assert.deepEqual(await Promise.all([preview(), preview()]), ['0 keys {}', '0 keys {}']);
    assert.equal(loads, 1);
  });

  it('decodes again after a failure', async () => {
    text = '{';
    await assert.rejects(preview(), { code: 'undecodable' });
    text = '[1]';
    assert.equal(await preview(), '1 item [1]');
  });

  it('decodes a value again that the worker has dropped', async () => {
    await cache.use('id', (value) => {
      value.dispose();
      return Promise.resolve();
    });
    assert.equal(await preview(), '0 keys {}');
    assert.equal(loads, 2);
  });

  it('keeps a value that was decoded again when an earlier question fails because its value was dropped', async () => {
    let first: LoadedValue | undefined;
    const question = cache.use('id', async (value) => {
      if (first === undefined) {
        first = value;
        text = '[1]';
        cache.forget('id');
        assert.equal(await preview(), '1 item [1]');
      }
      return inEnglish((await value.ask('node', [])).preview);
    });
    assert.equal(await question, '1 item [1]');
    assert.equal(loads, 2);
  });

  it('decodes each of many values only once if they are requested in turn', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `id ${i}`);
    for (const id of [...ids, ...ids]) await cache.use(id, (value) => value.ask('node', []));
    assert.equal(loads, ids.length);
  });
});
