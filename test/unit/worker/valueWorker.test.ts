import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PicklepostError } from '../../../src/core/errors';
import { finishWhile } from '../../../src/worker/loadedValue';
import { ValueWorker } from '../../../src/worker/valueWorker';
import { inEnglish } from '../../../src/core/text';
import { PlacedError } from '../../../src/worker/workerThread';

const SCRIPT = path.join(__dirname, '../../../src/worker/worker.js');

async function* inParts(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

describe('the worker that decodes values', () => {
  let worker: ValueWorker;
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 100);
  });
  afterEach(() => {
    worker.dispose();
  });

  it('decodes a value that arrives in parts, and describes its children', async () => {
    const value = await worker.load('json', inParts('{"a": {"b"', ': [1, 2.0]}}'));
    assert.equal(value.root.type, 'dict');
    const [a] = await value.ask('children', [], 0, 10);
    assert.equal(a?.key, 'a');
    const [b] = await value.ask('children', a.path, 0, 10);
    const items = await value.ask('children', b?.path ?? [], 0, 10);
    assert.deepEqual(
      items.map(({ type, preview }) => [type, preview]),
      [
        ['int', '1'],
        ['float', '2.0'],
      ],
    );
    assert.equal(items[1]?.expression, 'data["a"]["b"][1]');
  });

  it('renders a value', async () => {
    const value = await worker.load('json', inParts('{"a": 1}'));
    assert.deepEqual(JSON.parse(await value.ask('text', [], 'json', 1000)), { a: 1 });
  });

  it('reports an error of decoding with its type', async () => {
    await assert.rejects(worker.load('json', inParts('{"a": ')), (error: unknown) => {
      assert.ok(error instanceof PlacedError);
      assert.equal(error.code, 'undecodable');
      assert.equal(error.offset, 6);
      return true;
    });
  });

  it('refuses a value that is nested more deeply than allowed', async () => {
    await assert.rejects(worker.load('json', inParts('['.repeat(101), ']'.repeat(101))), {
      code: 'limit-exceeded',
    });
  });

  it('encodes a JSON document with comments', async () => {
    const { bytes: pickle } = await worker.encode('{"a": 1 /* one */}', 'binary');
    assert.equal(Buffer.from(pickle).toString('hex'), '8004950a000000000000007d948c0161944b01732e');
  });

  it('returns a value in each form as bytes, and the bytes of a value in parts', async () => {
    const value = await worker.load('json', inParts('{"b": 1, "a": "Gurke"}'));
    const encoded = async (form: 'json' | 'canonical' | 'binary'): Promise<Buffer> =>
      Buffer.from(await value.ask('encode', [], form, 1000));
    assert.deepEqual(JSON.parse((await encoded('json')).toString()), { b: 1, a: 'Gurke' });
    assert.equal((await encoded('canonical')).toString(), '{\n    "a": "Gurke",\n    "b": 1,\n}');
    const again = await worker.load('binary', [await encoded('binary')]);
    assert.equal(await again.ask('text', [], 'python', 1000), '{"b": 1, "a": "Gurke"}');
    assert.deepEqual(await value.ask('bytes', [1], 1, 3), {
      bytes: Uint8Array.from(Buffer.from('urk')),
      total: 5,
    });
    assert.equal(await value.ask('bytes', [0], 0, 1), undefined);
    assert.equal(
      Buffer.from(await worker.hexDump(Uint8Array.of(65), 16, 17))
        .toString()
        .slice(0, 12),
      '00000010  41',
    );
  });

  it('reads comments in JSON', async () => {
    assert.equal((await worker.load('json', inParts('{"a": 1 /* one */}'))).root.childCount, 1);
  });

  it('answers other questions while it searches, and stops when no further step is requested', async () => {
    const entries = Array.from({ length: 200_000 }, (_, i) => `"key ${i}": ${i}`).join(',');
    const value = await worker.load('json', inParts(`{${entries}}`));
    const query = { text: '9', where: 'values' } as const;
    let steps = 0;
    for await (const step of value.steps('search', [], query, 5)) {
      steps++;
      assert.equal((await value.ask('node', [7])).preview, '7');
      assert.equal(step.found.length, steps === 1 ? 5 : 0);
      assert.equal(step.found[0]?.expression, steps === 1 ? 'data["key 9"]' : undefined);
      if (step.isDone) assert.deepEqual([step.count, step.visited], [81_902, 200_000]);
    }
    assert.ok(steps >= 10);
    const search = value.steps('search', [], query, 5);
    assert.equal((await search.next()).done, false);
    await search.return();
    assert.equal((await search.next()).done, true);
  });

  it('ends a task whose value has been dropped', async () => {
    const value = await worker.load('json', inParts(`[${'1,'.repeat(100_000)}1]`));
    const search = value.steps('search', [], { text: '2', where: 'both' }, 5);
    assert.equal((await search.next()).done, false);
    value.dispose();
    await assert.rejects(search.next(), { code: 'no-such-item' });
  });

  it('returns the result of a task unless it is no longer needed', async () => {
    const value = await worker.load('json', inParts('[{"a": 1}, {"a": 2}]'));
    const look = () => value.steps('look', [], { name: 'open' });
    assert.notEqual(await finishWhile(look(), () => true), undefined);
    await assert.rejects(
      finishWhile(look(), () => false),
      { code: 'cancelled' },
    );
  });

  it('describes all values along a path at once', async () => {
    const value = await worker.load('json', inParts('{"a": [0, {"b": null}]}'));
    const nodes = await value.ask('nodesAlong', [0, 1, 0]);
    const paths = [[], [0], [0, 1], [0, 1, 0]];
    const single = await Promise.all(paths.map((path) => value.ask('node', path)));
    assert.deepEqual(
      nodes,
      single.map((node) => ({ ...node, path: [] })),
    );
    await assert.rejects(value.ask('nodesAlong', [0, 7, 0]), { code: 'no-such-item' });
  });

  it('decodes short values while it decodes a long one', async function () {
    this.timeout(60_000);
    const short = await worker.load('json', inParts('{"a": 1}'));
    let preview = '';
    const long = worker
      .load('json', inParts(`[${'{"a": 1},'.repeat(300_000)}`, '0]'))
      .then(({ root }) => (preview = inEnglish(root.preview)));
    for (let i = 0; i < 3; i++) {
      assert.equal((await short.ask('children', [], 0, 1))[0]?.preview, '1');
      assert.equal((await worker.load('json', inParts('[1]'))).root.childCount, 1);
      assert.equal((await worker.encode('1', 'json')).bytes.length, 1);
    }
    assert.equal(preview, '');
    await long;
    assert.match(preview, /^300,?001 items/);
  });

  it('decodes a short value that takes much memory', async function () {
    this.timeout(60_000);
    const sets = Buffer.from(`(${'\x8f'.repeat(900_000)}l.`, 'latin1');
    assert.equal((await worker.load('binary', [sets])).root.childCount, 900_000);
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(sets.subarray(offset, offset + length));
    const { decoded } = await worker.openFile({ size: sets.length, read });
    assert.deepEqual([decoded.root.childCount, decoded.problem], [900_000, undefined]);
  });

  it('closes content that it does not read completely', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(Buffer.alloc(1_000_000));
      } finally {
        isClosed = true;
      }
    }
    const loading = worker.load('json', endless());
    worker.dispose();
    await assert.rejects(loading, { code: 'cancelled' });
    assert(isClosed);
  });

  it('drops a value that was disposed of', async () => {
    const value = await worker.load('json', inParts('{}'));
    value.dispose();
    await assert.rejects(value.ask('node', []), { code: 'no-such-item' });
  });

  it('rejects pending calls when it is closed', async () => {
    const loading = worker.load('json', inParts('{}'));
    worker.dispose();
    await assert.rejects(loading, PicklepostError);
  });
});
