import { createHash } from 'node:crypto';
import { writeFile as writeFileCallback } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { FernetKey } from '../../core/crypto/keys';
import { openPiece } from '../../core/crypto/piece';
import { PIECE_SIZE, pieceTokenLength } from '../../core/crypto/tokenStream';
import { InvalidTokenError } from '../../core/errors';
import type { Arrival, Content, ReceivedItem } from '../../core/item/item';
import { SMALL_ITEM, type ItemOffer, type ItemWriter, type SentContent } from '../../core/item/itemStore';
import { descriptorShare } from '../../disk/descriptorLimit';
import { Semaphore } from '../../core/scheduling/semaphore';
import { shareAddressOf } from '../../core/wire/address';
import { diskError } from '../disk/diskError';
import { PRIVATE } from '../disk/durableFile';
import { sealFooter } from './itemFooter';
import type { ItemCommitter } from './itemCommitter';
import { itemMetadata } from './itemMetadata';
import { notWhole } from './itemFailures';
import { say } from '../../core/text';

/** Whether an item is small, according to its sender. */
export function isSmall({ size }: ItemOffer): boolean {
  return size !== undefined && size <= SMALL_ITEM;
}

// Its steps cost this thread about half as much as those of a file handle with promises.
const writeFile = promisify(writeFileCallback);

/** Files that are written at once, each of which takes a descriptor, and their largest share of all descriptors. */
const FILES_AT_ONCE = 32;
const SHARE_OF_FILES = 1 / 16;
const writing = new Semaphore(descriptorShare(FILES_AT_ONCE, SHARE_OF_FILES));

/** The parts with which a small item is stored. */
export interface SmallItem {
  readonly committer: ItemCommitter;
  /** Path of a file that does not exist yet. */
  readonly path: string;
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  readonly key: FernetKey;
  /** Begins a regular writer for an item that turns out to be larger than was offered. */
  beginLarger(): Promise<ItemWriter>;
}

/** Stores an item of one short piece: its file is written at once when it is complete, with fewer system calls. */
export class SmallItemWriter implements ItemWriter {
  private plain: Buffer | undefined;
  private token: Buffer | undefined;
  private larger: ItemWriter | undefined;

  constructor(private readonly about: SmallItem) {}

  get key(): FernetKey {
    return this.about.key;
  }

  /** These tell the receiver that an item grows beyond what it accepts. */
  get pieces(): number {
    return this.larger?.pieces ?? 0;
  }

  prefixDigest(): Promise<string> {
    return Promise.resolve(createHash('sha256').digest('hex'));
  }

  /** There is nothing here that could be restarted. */
  restart(): Promise<void> {
    return Promise.reject(notWhole());
  }

  async writeToken(token: Buffer): Promise<void> {
    if (this.larger || token.length > pieceTokenLength(SMALL_ITEM))
      return (await this.grow()).writeToken(token);
    const { content, final, index, pieceSize } = openPiece(this.key, token);
    if (this.token || index !== 0) throw new InvalidTokenError('order');
    if (!final || pieceSize !== PIECE_SIZE) throw new InvalidTokenError('piece');
    this.plain = content;
    // Its buffer is part of a much larger one.
    this.token = Buffer.from(token);
  }

  /** It was offered, so it arrives as a token. */
  write(): Promise<void> {
    return Promise.reject(notWhole());
  }

  /** It is only written as a whole. */
  written(): Promise<number> {
    return this.larger ? this.larger.written() : Promise.resolve(0);
  }

  async *content(): AsyncGenerator<Uint8Array, void> {
    if (this.larger) yield* this.larger.content();
    else if (this.plain) yield await Promise.resolve(this.plain);
  }

  async finish(end: SentContent | Content): Promise<ReceivedItem> {
    if (this.larger) return this.larger.finish(end);
    const { plain: content, token } = this;
    const { committer, path, arrival, offer, key } = this.about;
    if (!content || !token) throw notWhole();
    const whole = { size: content.length, sha256: hashOf(content) };
    if ('sha256' in end && (end.size !== whole.size || end.sha256 !== whole.sha256)) throw notWhole();
    const item = itemMetadata(arrival, offer, whole);
    try {
      const bytes = Buffer.concat([token, sealFooter(committer.footerKey, { item, key })]);
      await writing.run(() => writeDurably(path, bytes), shareAddressOf(arrival.from));
      return await committer.commit(path, item);
    } catch (error) {
      throw diskError(say`Cannot store the item`, error);
    }
  }

  suspend(): Promise<void> {
    return this.discard();
  }

  async discard(): Promise<void> {
    this.plain = this.token = undefined;
    await this.larger?.discard();
  }

  private async grow(): Promise<ItemWriter> {
    if (this.plain) throw notWhole();
    return (this.larger ??= await this.about.beginLarger());
  }
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Writes a new file, and leaves nothing of it if that fails. */
async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: PRIVATE, flush: true });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
