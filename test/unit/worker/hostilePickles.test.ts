import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { DECODED_MEMORY, DECODED_SIZE } from '../../../src/core/limits';
import type { NodeInfo } from '../../../src/core/inspection/inspection';
import { ValueService } from '../../../src/worker/valueService';
import type { RemoteContent } from '../../../src/worker/remoteContent';
import { inEnglish } from '../../../src/core/text';
import { ValueWorker } from '../../../src/worker/valueWorker';
import { pickleBomb, PICKLE_THAT_DROPS_A_CALL, PLAIN_PICKLE } from '../core/codecs/pickle/samplePickles';

const SCRIPT = path.join(__dirname, '../../../src/worker/worker.js');
const MiB = 1024 * 1024;

async function* content(...parts: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts)
    yield await Promise.resolve(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
}

/** A file that holds all of this. */
function file(...parts: (Uint8Array | string)[]): RemoteContent {
  const bytes = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

describe('the worker with a hostile pickle', function () {
  this.timeout(60_000);
  let worker: ValueWorker;
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 1000);
  });
  afterEach(() => {
    worker.dispose();
  });

  it('shows a bomb of shared lists step by step, and refuses to write it out', async () => {
    const opened = await worker.openFile(file(pickleBomb(30)));
    let path: readonly number[] = [];
    for (let depth = 0; depth < 30; depth++) {
      const children = await opened.ask('children', path, 0, 100);
      assert.equal(children.length, 10);
      path = children[9]!.path;
    }
    assert.equal((await opened.ask('node', path)).preview, '"lol"');
    for (const form of ['json', 'python'] as const)
      await assert.rejects(opened.ask('text', [], form, MiB), {
        code: 'limit-exceeded',
        message: /length of the text/,
      });
    await assert.rejects(opened.ask('plainText', [], MiB), { code: 'limit-exceeded' });
    // XML says by reference what is shared.
    assert.ok((await opened.ask('text', [], 'xml', MiB)).length < 50_000);
  });

  it('shows a nesting of 100,000 levels step by step, and refuses to write it out', async () => {
    const depth = 100_000;
    const pickle = Buffer.concat([Buffer.alloc(depth, ']'), Buffer.alloc(depth - 1, 'a'), Buffer.from('.')]);
    const opened = await worker.openFile(file(pickle));
    const bottom = new Array<number>(depth - 2).fill(0);
    assert.equal(inEnglish((await opened.ask('node', bottom)).preview), '1 item [[]]');
    const [last] = await opened.ask('children', bottom, 0, 1);
    assert.deepEqual([inEnglish(last?.preview ?? ''), last?.childCount], ['0 items []', 0]);
    for (const form of ['json', 'xml', 'python'] as const)
      await assert.rejects(opened.ask('text', [], form, 16 * MiB), {
        code: 'limit-exceeded',
        message: /nesting/,
      });
  });

  it('quickly finds the first place of values at any depth', async () => {
    // With time in the square of the depth, it would be minutes.
    const depth = 90_000;
    const shared = ']\x94'.repeat(100);
    const deep = `${']'.repeat(depth)}h\0${'a'.repeat(depth)}`;
    const opened = await worker.openFile(file(`]${shared}${'0'.repeat(100)}${deep}${'h\0a'.repeat(100)}.`));
    const [, second] = await opened.ask('children', [], 0, 101);
    assert.ok(second?.sharedWith?.startsWith('data[0][0][0]'));
  });

  const lengths: [what: string, pickle: string][] = [
    ['bytes', 'B\xff\xff\xff\x7f'],
    ['a text', 'X\xff\xff\xff\x7f'],
    ['a long text', '\x8d\0\0\0\x80\0\0\0\0'],
    ['long bytes', '\x8e\xff\xff\xff\xff\xff\xff\xff\xff'],
    ['a byte array', '\x96\0\0\0\x80\0\0\0\0'],
    ['an integer', '\x8b\xff\xff\xff\x7f'],
    ['a frame', '\x95\0\0\0\x80\0\0\0\0'],
  ];
  for (const [what, pickle] of lengths) {
    it(`refuses 2 GB of ${what} that are only claimed`, async () => {
      const { decoded } = await worker.openFile(file(pickle));
      assert.equal(decoded.count, 0);
      assert.match(decoded.problem ?? '', /it ends too early/);
      await assert.rejects(worker.load('binary', content(pickle)), { code: 'undecodable' });
    });
  }

  it('refuses too many bytes before it has received them all', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const piece = Buffer.alloc(16 * MiB);
      for (; sent < 2 * DECODED_SIZE; sent += piece.length) yield await Promise.resolve(piece);
    }
    await assert.rejects(worker.load('binary', endless()), { code: 'limit-exceeded', message: /size/ });
    assert.ok(sent <= DECODED_SIZE + 16 * MiB);
  });

  it('reports what a received pickle would call', async () => {
    const { actions } = await worker.load('binary', content(PICKLE_THAT_DROPS_A_CALL));
    assert.deepEqual(
      actions?.effects.map(({ subject, dropped }) => [subject, dropped]),
      [['os.system', 1]],
    );
    assert.equal((await worker.load('json', content('{}'))).actions, undefined);
  });
});

describe('a worker that runs out of memory', function () {
  this.timeout(60_000);

  it('ends without the process, with a clear error, and the next request starts another one', async () => {
    const worker = new ValueWorker(SCRIPT, 1000, { values: DECODED_MEMORY, heap: 64 });
    try {
      // Many small objects: 3 million lists take more than it may have. None is large: where one allocation goes beyond the
      // limit by more than Node.js's 16 MiB of leeway, V8 ends the process.
      const flood = worker.openFile(file('(', `(${']'.repeat(1000)}l`.repeat(3000), 'l.'));
      await assert.rejects(flood, { code: 'limit-exceeded', message: /too large to be inspected/ });
      const { decoded } = await worker.openFile(file(PLAIN_PICKLE));
      assert.deepEqual([decoded.count, inEnglish(decoded.root.preview)], [1, '1 key {"a": 1}']);
    } finally {
      worker.dispose();
    }
  });
});

describe('the values in the worker', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'picklepost-'));
  });
  after(() => rm(folder, { recursive: true }));

  const lists = (count: number): Buffer => Buffer.from(`(${']'.repeat(count)}l.`);

  async function load(
    service: ValueService,
    handle: number,
    bytes: Uint8Array,
  ): Promise<{ count: number; problem?: string }> {
    const file = path.join(folder, `${handle}.pkl`);
    await writeFile(file, bytes);
    return service.openFile(handle, { path: file });
  }

  const childCount = (service: ValueService, handle: number): number =>
    (service.ask(handle, 'node', [[]]) as NodeInfo).childCount;

  it('are dropped if another one needs the memory, the least recently used first', async () => {
    const service = new ValueService(MiB);
    const root = (handle: number): number => childCount(service, handle);
    await load(service, 1, lists(2_000));
    await load(service, 2, lists(1_000));
    assert.deepEqual([root(1), root(2)], [2_000, 1_000]);
    assert.equal((await load(service, 3, lists(3_000))).problem, undefined);
    assert.equal(root(3), 3_000);
    assert.throws(() => root(1), { code: 'no-such-item' });
    assert.equal(root(2), 1_000);
  });

  it('are refused if a single one is too large', async () => {
    const service = new ValueService(MiB);
    await load(service, 1, lists(2_000));
    const { count, problem } = await load(service, 2, lists(10_000));
    assert.equal(count, 0);
    assert.match(problem ?? '', /memory/);
  });

  it('free their memory when they are released', async () => {
    const service = new ValueService(MiB);
    for (let handle = 1; handle <= 20; handle++) {
      assert.equal((await load(service, handle, lists(3_000))).problem, undefined);
      assert.equal(childCount(service, handle), 3_000);
      service.release(handle);
    }
  });

  const texts: [what: string, format: 'json' | 'xml', text: (count: number) => string][] = [
    ['empty dictionaries in JSON', 'json', (count) => `[${Array<string>(count).fill('{}').join()}]`],
    ['empty lists in JSON', 'json', (count) => `[${Array<string>(count).fill('[]').join()}]`],
    ['sets in XML', 'xml', (count) => `<root type="list">${'<item type="set"/>'.repeat(count)}</root>`],
  ];
  for (const [what, format, text] of texts) {
    it(`are refused if they would take too much memory: ${what}`, () => {
      const service = new ValueService(MiB);
      const decodeText = (handle: number, count: number): unknown => {
        service.append(handle, Buffer.from(text(count)));
        return service.decode(handle, format, 10);
      };
      decodeText(1, 1_000);
      assert.throws(() => decodeText(2, 20_000), { code: 'limit-exceeded', message: /memory/ });
    });
  }

  it('are not charged for characters inside a text that look like values', () => {
    const service = new ValueService(MiB);
    service.append(1, Buffer.from(JSON.stringify(['{"[,:'.repeat(20_000)])));
    const { root } = service.decode(1, 'json', 10);
    assert.equal(root.childCount, 1);
  });
});
