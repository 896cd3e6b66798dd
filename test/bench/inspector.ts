import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { pickleCodec } from '../../src/core/codecs/pickle';
import { FernetKey } from '../../src/core/crypto/keys';
import { TokenStreamWriter } from '../../src/core/crypto/tokenStream';
import { Dict } from '../../src/core/value';
import type { ReceivedItem } from '../../src/core/wire/item';
import { arrangeItems, type Arrangement } from '../../src/editor/arrangement';
import { splitAfterBeginning, splitIntoRanges, type Range } from '../../src/editor/ranges';
import { ReceivedItems } from '../../src/editor/receivedItems';
import { Inbox } from '../../src/inbox/inbox';
import { deriveFooterKey, sealFooter } from '../../src/inbox/itemFooter';
import { newItemId, timeOfItemId } from '../../src/inbox/itemId';
import { ValueWorker } from '../../src/worker/valueWorker';
import { projectRoot } from '../harness/setup';
import type { Section } from './main';

const ITEMS = 100_000;
const ENTRIES = 1_000_000;

/** What the view "Received" asks for, without VS Code: a hundred thousand items, and a dictionary of a million entries. */
export async function benchInspector(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const key = randomBytes(32);
  const worker = new ValueWorker(path.join(projectRoot, 'dist/worker.js'), 1000);
  const items = new ReceivedItems(() => Inbox.open({ directory, key }), worker);
  // The worker does not keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    (await Inbox.open({ directory, key })).close();
    await writeItems(directory, key);
    const dictionary = await storeDictionary(directory, key);
    const list = await benchList(items);
    return {
      title: 'Inspector',
      method: `An inbox of ${ITEMS.toLocaleString('en')} items, and in it a pickle of a dictionary with ${ENTRIES.toLocaleString('en')} entries (${(dictionary.size / 1e6).toFixed(1)} MB), each step once, in this order, as the sidebar asks for them. The delay of the event loop is that of the main thread during the step, which is the extension host's: 99th percentile and longest. Memory is that of the process, after a collection: what JavaScript holds, and all of it.`,
      columns: ['step', 'time', 'delay p99', 'longest', 'heap', 'resident'],
      rows: [...list, ...(await benchDictionary(items, dictionary))],
    };
  } finally {
    clearInterval(alive);
    items.dispose();
    worker.dispose();
    rmSync(directory, { recursive: true });
  }
}

async function benchList(items: ReceivedItems): Promise<string[][]> {
  const rows = [await measure('before', () => undefined)];
  const step = async (name: string, arrangement: Arrangement): Promise<void> => {
    rows.push(await measure(name, () => showFirst(items, arrangement)));
  };
  const newest: Arrangement = { grouping: 'none', sorting: 'newest', filter: '' };
  await step('first rows, newest first', newest);
  await step('the same, grouped by day', { ...newest, grouping: 'day' });
  rows.push(await measure('a row in the middle', () => showMiddle(items, newest)));
  await step('first filter: the ends of all files are read', { ...newest, filter: 'sample 77' });
  await step('another filter', { ...newest, filter: '192.0.2.7' });
  await step('sorted by name', { ...newest, sorting: 'name' });
  await step('grouped by sender, sorted by size', { ...newest, grouping: 'sender', sorting: 'size' });
  return rows;
}

async function benchDictionary(items: ReceivedItems, { id }: ReceivedItem): Promise<string[][]> {
  const children = (range: Range) =>
    items.values.use(id, (value) => value.children([], range.start, range.count));
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

/** What the view shows first. */
async function showFirst(items: ReceivedItems, arrangement: Arrangement): Promise<void> {
  const { ids, groups } = await arrange(items, arrangement);
  const { beginning } = splitAfterBeginning((groups ?? ids).length);
  if (!groups) await items.entries(ids.slice(0, beginning.count));
}

async function showMiddle(items: ReceivedItems, arrangement: Arrangement): Promise<void> {
  const { ids } = await arrange(items, arrangement);
  const { rest } = splitAfterBeginning(ids.length);
  const [{ start, count }] = splitIntoRanges(rest[Math.floor(rest.length / 2)] as Range) as [Range];
  await items.entries(ids.slice(start, start + count));
}

function arrange(items: ReceivedItems, arrangement: Arrangement) {
  return arrangeItems(items, arrangement, {
    title: ({ name }) => name,
    kind: ({ kind }) => kind,
    sender: ({ from }) => from.replace(/:\d+$/, ''),
  });
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

/** Whole items with one content, without waiting for the disk. */
async function writeItems(directory: string, inboxKey: Buffer): Promise<void> {
  const footerKey = deriveFooterKey(inboxKey);
  const key = FernetKey.generate();
  const stream = new TokenStreamWriter(key);
  const tokens = [...stream.push(Buffer.from('content')), stream.finish()];
  for (let i = 0; i < ITEMS; i++) {
    const id = newItemId(Date.now() - (ITEMS - i) * 60_000);
    const item: ReceivedItem = {
      id,
      kind: 'text',
      name: `sample ${String((i * 7919) % ITEMS)}.txt`,
      size: 7,
      sha256: randomBytes(32).toString('hex'),
      receivedAt: timeOfItemId(id),
      dialect: 'native',
      from: `192.0.2.${String(i % 50)}:${String(40_000 + (i % 20_000))}`,
      encrypted: i % 2 === 0,
    };
    const footer = sealFooter(footerKey, { item, key });
    writeFileSync(path.join(directory, 'items', `${id}.item`), Buffer.concat([...tokens, footer]));
    if (i % 1000 === 0) await sleep(0);
  }
}

async function storeDictionary(directory: string, key: Buffer): Promise<ReceivedItem> {
  const entries = Array.from({ length: ENTRIES }, (_, i) => [`key ${String(i)}`, BigInt(i)] as const);
  const inbox = await Inbox.open({ directory, key });
  const writer = await inbox.begin({ dialect: 'raw', from: '127.0.0.1:1', encrypted: false });
  await writer.write(pickleCodec.encode(Dict.from(entries), { nestingDepth: 10 }));
  const item = await writer.finish({ kind: 'dictionary', format: 'binary' });
  inbox.close();
  return item;
}
