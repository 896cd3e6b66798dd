import { randomBytes } from 'node:crypto';
import { fsyncSync, mkdtempSync, openSync, closeSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Inbox } from '../../src/inbox/inbox';
import type { Section } from './main';
import { ratio } from './measure';

const ITEMS = 2_000;
const AT_ONCE = 64;
const CONTENT = Buffer.alloc(1000, 'x');

/** Small items made durable, and listed. */
export async function benchInbox(): Promise<Section> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  try {
    const bare = bareRate(directory);
    const options = { directory: path.join(directory, 'inbox'), key: randomBytes(32) };
    const inbox = await Inbox.open(options);
    const one = await storeRate(inbox, 1);
    const many = await storeRate(inbox, AT_ONCE);
    inbox.close();
    const again = await Inbox.open(options);
    const start = performance.now();
    const { length } = await again.list();
    const listing = performance.now() - start;
    again.close();
    return {
      title: 'Inbox',
      method: `${ITEMS} items of 1 kB, each durable before it is confirmed, on the disk of the temporary directory; compared with a bare write, fsync and rename of as many files, one after another.`,
      columns: ['what', 'figure', 'ratio'],
      rows: [
        ['bare fsync per item', `${bare.toFixed(0)} items/s`, '1.00'],
        ['one after another', `${one.toFixed(0)} items/s`, ratio(one, bare)],
        [`${AT_ONCE} at once`, `${many.toFixed(0)} items/s`, ratio(many, bare)],
        [`listing ${length} items`, `${listing.toFixed(0)} ms`, ''],
      ],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function storeRate(inbox: Inbox, atOnce: number): Promise<number> {
  const arrival = { dialect: 'raw', from: '127.0.0.1:1', encrypted: false } as const;
  let left = ITEMS;
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const writer = await inbox.begin(arrival);
      await writer.write(CONTENT);
      await writer.finish({ kind: 'text' });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  return ITEMS / ((performance.now() - start) / 1000);
}

/** Items in a second: what a disk makes durable without anything around it. */
export function bareRate(directory: string): number {
  const start = performance.now();
  for (let i = 0; i < ITEMS; i++) {
    const file = path.join(directory, `${i}.part`);
    const descriptor = openSync(file, 'w');
    writeSync(descriptor, CONTENT);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(file, path.join(directory, `${i}.done`));
  }
  return ITEMS / ((performance.now() - start) / 1000);
}
