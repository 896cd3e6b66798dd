import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { Dict } from '../../src/core/values/value';
import type { ReceivedItem } from '../../src/core/item/item';
import { Arranger, type Arrangement } from '../../src/editor/received/arrangement';
import { splitAfterBeginning, splitIntoRanges, type Range } from '../../src/editor/inspect/ranges';
import { ReceivedItems } from '../../src/editor/items/receivedItems';
import { Inbox } from '../../src/inbox/inbox';
import { ValueWorker } from '../../src/worker/valueWorker';
import { writeManyItems } from '../harness/manyItems';
import { projectRoot } from '../harness/setup';
import type { Section } from './main';

const ITEMS = 100_000;
const ENTRIES = 1_000_000;

const NEWEST: Arrangement = { grouping: 'none', sorting: 'newest', filter: '' };

/** What the view "Received" asks for, without VS Code: a hundred thousand items, and a dictionary of a million entries. */
export async function benchInspector(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const key = randomBytes(32);
  const worker = new ValueWorker(path.join(projectRoot, 'dist/worker.js'), 1000);
  // The worker does not keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    (await Inbox.open({ directory, key })).close();
    await writeManyItems(directory, key, ITEMS);
    const dictionary = await storeDictionary(directory, key);
    const rows = await benchFirstTime(new Sidebar(directory, key, worker));
    const sidebar = new Sidebar(directory, key, worker);
    rows.push(...(await benchList(sidebar)), ...(await benchDictionary(sidebar.items, dictionary)));
    sidebar.items.dispose();
    return {
      title: 'Inspector',
      method: `An inbox of ${ITEMS.toLocaleString('en')} items that nobody has opened before, and in it a pickle of a dictionary with ${ENTRIES.toLocaleString('en')} entries (${(dictionary.size / 1e6).toFixed(1)} MB), each step once, in this order, as the sidebar asks for them. The delay of the event loop is that of the main thread during the step, which is the extension host's: 99th percentile and longest. Memory is that of the process after garbage collection: the JavaScript heap, and the resident memory.`,
      columns: ['step', 'time', 'delay p99', 'longest', 'heap', 'resident'],
      rows,
    };
  } finally {
    clearInterval(alive);
    worker.dispose();
    rmSync(directory, { recursive: true });
  }
}

/** What the sidebar of one window asks for. */
class Sidebar {
  readonly items: ReceivedItems;
  private readonly arranger: Arranger;

  constructor(
    readonly directory: string,
    readonly key: Buffer,
    worker: ValueWorker,
  ) {
    this.items = new ReceivedItems(() => Inbox.open({ directory, key }), worker);
    this.arranger = new Arranger(this.items, {
      title: ({ name }) => name,
      kind: ({ kind }) => kind,
      sender: ({ from }) => from.replace(/:\d+$/, ''),
    });
  }

  async showFirst(change: Partial<Arrangement>): Promise<void> {
    const { ids, groups } = await this.arranger.arrange({ ...NEWEST, ...change });
    const { beginning } = splitAfterBeginning((groups ?? ids).length);
    if (!groups) await this.items.entries(ids.slice(0, beginning.count));
  }

  async showMiddle(): Promise<void> {
    const { ids } = await this.arranger.arrange(NEWEST);
    const { rest } = splitAfterBeginning(ids.length);
    const [{ start, count }] = splitIntoRanges(rest[Math.floor(rest.length / 2)] as Range) as [Range];
    await this.items.entries(ids.slice(start, start + count));
  }
}

async function benchFirstTime(sidebar: Sidebar): Promise<string[][]> {
  return [
    await measure('before', () => undefined),
    await measure('first rows, newest first', () => sidebar.showFirst({})),
    await measure('the same, grouped by day', () => sidebar.showFirst({ grouping: 'day' })),
    await measure('a row in the middle', () => sidebar.showMiddle()),
    await measure('the first filter ever: the ends of all files are read', () =>
      sidebar.showFirst({ filter: 'sample 77' }),
    ),
    await measure('what they say is noted in one file', async () => {
      while (!existsSync(path.join(sidebar.directory, 'index'))) await sleep(10);
      sidebar.items.dispose();
    }),
  ];
}

async function benchList(sidebar: Sidebar): Promise<string[][]> {
  const step = (name: string, change: Partial<Arrangement>) => measure(name, () => sidebar.showFirst(change));
  return [
    await step('after a restart: first rows, newest first', {}),
    await step('first filter', { filter: 'sample 77' }),
    await step('another filter', { filter: '192.0.2.7' }),
    await step('sorted by name', { sorting: 'name' }),
    await step('grouped by sender, sorted by size', { grouping: 'sender', sorting: 'size' }),
    await measure('sorted by name, when an item has come', async () => {
      const changed = new Promise((resolve) => sidebar.items.onDidChange(resolve));
      await writeManyItems(sidebar.directory, sidebar.key, 1);
      await changed;
      await sidebar.showFirst({ sorting: 'name' });
    }),
  ];
}

async function benchDictionary(items: ReceivedItems, { id }: ReceivedItem): Promise<string[][]> {
  const children = (range: Range) =>
    items.values.use(id, (value) => value.ask('children', [], range.start, range.count));
  let top: Range[] = [];
  return [
    await measure('dictionary: decoded, its ranges shown', async () => {
      const { childCount } = await items.values.use(id, (value) => Promise.resolve(value.root));
      top = splitIntoRanges({ start: 0, count: childCount });
    }),
    await measure('its middle expanded to the values', async () => {
      const [first] = splitIntoRanges(top[Math.floor(top.length / 2)] as Range);
      await children(first as Range);
    }),
    await measure('another hundred ranges expanded', async () => {
      for (const range of top) await children(splitIntoRanges(range).at(-1) as Range);
    }),
  ];
}

async function measure(name: string, work: () => unknown): Promise<string[]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The first sample of the histogram comes a turn later.
  await sleep(20);
  delay.reset();
  const start = performance.now();
  await work();
  const time = performance.now() - start;
  await sleep(5);
  delay.disable();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return [
    name,
    `${time.toFixed(0)} ms`,
    `${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
    `${(delay.max / 1e6).toFixed(1)} ms`,
    `${(heapUsed / 1e6).toFixed(0)} MB`,
    `${(rss / 1e6).toFixed(0)} MB`,
  ];
}

async function storeDictionary(directory: string, key: Buffer): Promise<ReceivedItem> {
  const entries = Array.from({ length: ENTRIES }, (_, i) => [`key ${String(i)}`, BigInt(i)] as const);
  const inbox = await Inbox.open({ directory, key });
  const writer = await inbox.begin({ dialect: 'raw', from: '127.0.0.1:1', encrypted: false });
  await writer.write(Buffer.from(pickleCodec.encode(Dict.from(entries), { nestingDepth: 10 })));
  const item = await writer.finish({ kind: 'dictionary', format: 'binary' });
  inbox.close();
  return item;
}
