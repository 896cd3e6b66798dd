import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { after } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { PIECE_SIZE, pieceCount, sealPiece } from '../../../src/core/crypto/tokenStream';
import type { Arrival, Content, ReceivedItem } from '../../../src/core/item/item';
import type { ItemStore, ItemWriter } from '../../../src/core/item/itemStore';
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

/** The key of the items that tests offer. */
export const ITEM_KEY = FernetKey.generate();

/** Sends pieces of an item that was offered, as its sender does, from one on and before another; all unless given. */
export async function appendPieces(
  writer: ItemWriter,
  content: Buffer,
  from = 0,
  to = pieceCount(content.length),
): Promise<void> {
  for (let index = from; index < to; index++) {
    const piece = content.subarray(index * PIECE_SIZE, (index + 1) * PIECE_SIZE);
    const isLast = index === pieceCount(content.length) - 1;
    await writer.writeToken(sealPiece(writer.key, index, isLast, piece));
  }
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  // Some are valid only until the next one is asked for.
  for await (const piece of pieces) all.push(Buffer.from(piece));
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
