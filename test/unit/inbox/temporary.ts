import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { after } from 'mocha';
import type { Arrival, Content, ReceivedItem } from '../../../src/core/item/item';
import type { ItemStore } from '../../../src/core/item/itemStore';
import { Inbox } from '../../../src/inbox/inbox';

export const ARRIVAL: Arrival = { dialect: 'classic', from: '192.0.2.7:40000', encrypted: false };
export const TEXT: Content = { kind: 'text', name: 'notes.txt' };

/** An empty directory that goes away after the suite. To be called while the suite is described. */
export function temporaryDirectory(): () => string {
  const base = mkdtempSync(path.join(tmpdir(), 'picklepost-test-'));
  after(() => rmSync(base, { recursive: true, force: true }));
  let count = 0;
  return () => path.join(base, String(count++));
}

export async function openInbox(directory: string, key: Buffer = randomBytes(32)): Promise<Inbox> {
  return Inbox.open({ directory, key });
}

export async function store(
  inbox: ItemStore,
  plain: string | Uint8Array,
  content = TEXT,
): Promise<ReceivedItem> {
  const writer = await inbox.begin(ARRIVAL);
  await writer.write(Buffer.from(plain));
  return writer.finish(content);
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export function pattern(size: number): Buffer {
  return Buffer.alloc(size, 'picklepost test pattern, ');
}

/** Counts how often other work had its turn while something was done. */
export async function countTurns<T>(work: () => Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  let timer: NodeJS.Immediate;
  const turn = (): void => {
    turns++;
    timer = setImmediate(turn);
  };
  turn();
  try {
    return { result: await work(), turns };
  } finally {
    clearImmediate(timer!);
  }
}
