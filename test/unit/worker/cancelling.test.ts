import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CallStates } from '../../../src/worker/callStates';
import type { RemoteContent } from '../../../src/worker/remoteContent';
import { ValueCache } from '../../../src/worker/valueCache';
import { ValueWorker } from '../../../src/worker/valueWorker';

const SCRIPT = path.join(__dirname, '../../../src/worker/worker.js');
const CANCELLED = { code: 'cancelled' };
const EMPTY_LIST = Buffer.from(']', 'latin1');

/** A file that keeps whoever reads it waiting until it is let go. */
class SlowFile implements RemoteContent {
  readonly size = EMPTY_LIST.length + 1;
  readonly asked: Promise<void>;
  letGo: () => void = () => undefined;
  private readonly isLetGo = new Promise<void>((resolve) => (this.letGo = resolve));
  private tell: () => void = () => undefined;

  constructor() {
    this.asked = new Promise((resolve) => (this.tell = resolve));
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.tell();
    await this.isLetGo;
    return Buffer.from('].', 'latin1').subarray(offset, offset + length);
  }
}

function json(text: string): Uint8Array[] {
  return [Buffer.from(text)];
}

describe('A step of the worker', () => {
  let worker: ValueWorker;
  let cancellation: AbortController;
  beforeEach(() => {
    worker = new ValueWorker(SCRIPT, 100);
    cancellation = new AbortController();
  });
  afterEach(() => {
    worker.dispose();
  });

  it('can be cancelled even if it never ends, and the worker continues', async () => {
    const endless = new SlowFile();
    const opening = worker.openFile(endless, { signal: cancellation.signal });
    await endless.asked;
    cancellation.abort();
    await assert.rejects(opening, CANCELLED);
    assert.equal((await loadAgain(worker)).root.childCount, 1);
  });

  it('never begins if it is cancelled before, without an effect on the running step', async () => {
    const slow = new SlowFile();
    const opening = worker.openFile(slow);
    await slow.asked;
    const waiting = worker.load('json', json('[1]'), { signal: cancellation.signal });
    cancellation.abort();
    await assert.rejects(waiting, CANCELLED);
    slow.letGo();
    assert.equal((await opening).root.type, 'list');
  });

  it('does not begin for a signal that is already aborted', async () => {
    cancellation.abort();
    const { signal } = cancellation;
    await assert.rejects(worker.load('json', json('[1]'), { signal }), CANCELLED);
    await assert.rejects(worker.encode('[1]', 'json', signal), CANCELLED);
  });

  it('ends for one question, and other questions about the value are still answered', async () => {
    const value = await worker.load('json', json('[1]'));
    cancellation.abort();
    await assert.rejects(value.within(cancellation.signal).ask('node', []), CANCELLED);
    assert.equal((await value.ask('node', [])).childCount, 1);
  });

  it('ends when the value is no longer needed, and other values are decoded again', async () => {
    const endless = new SlowFile();
    const files = new ValueCache((_, signal) => worker.openFile(endless, { signal }));
    const values = new ValueCache((text, signal) => worker.load('json', json(text), { signal }));
    const childCount = (): Promise<number> =>
      values.use('[1]', async (value) => (await value.ask('node', [])).childCount);
    assert.equal(await childCount(), 1);
    const opening = files.use('endless', ({ root }) => Promise.resolve(root));
    await endless.asked;
    const waiting = childCount();
    files.forget('endless');
    await assert.rejects(opening, CANCELLED);
    assert.deepEqual([await waiting, await childCount()], [1, 1]);
  });
});

/** What was asked while the worker still had to be ended is lost with it. */
async function loadAgain(worker: ValueWorker): ReturnType<ValueWorker['load']> {
  const values = new ValueCache((text) => worker.load('json', json(text)));
  return values.use('[1]', (value) => Promise.resolve(value));
}

describe('The shared state of calls in two threads', () => {
  it('lets the first thread decide whether a call begins or is cancelled', () => {
    const main = new CallStates();
    const other = new CallStates(main.memory);
    assert(other.begin(1));
    assert.equal(main.cancel(1), 'begun');
    assert.equal(main.cancel(2), 'waiting');
    assert(!other.begin(2));
    // Much later, in the same place.
    assert.equal(main.cancel(2 + 1024), 'waiting');
    assert(!other.begin(2 + 1024));
    assert(other.begin(1 + 1024));
  });
});
