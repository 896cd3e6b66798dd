import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { FernetKey } from '../../core/crypto/keys';
import { openPieceAt, PIECE_SIZE, tokenOffset, TokenStreamWriter } from '../../core/crypto/tokenStream';
import { detach } from '../../core/bufferRing';
import type { Arrival, Content, ItemWriter, Origin, ReceivedItem } from '../../core/item/item';
import { diskError } from '../disk/diskError';
import { PRIVATE } from '../disk/durableFile';
import { sealFooter } from './itemFooter';
import type { ItemCommitter } from './itemCommitter';
import { newItemId, timeOfItemId } from './itemId';
import { madeUpName, safeName } from '../output/safeName';

/** Bytes after which what has arrived is made durable, so that the end of a large item does not have to wait for all of it. */
const SYNC_SIZE = 64 * PIECE_SIZE;

/**
 * Stores one item as it arrives: the file only grows, token by token, and ends with the footer. What fails here leaves nothing behind.
 */
export class InboxItemWriter implements ItemWriter {
  private readonly key = FernetKey.generate();
  private readonly stream = new TokenStreamWriter(this.key);
  private readonly digest = createHash('sha256');
  private size = 0;
  private streamLength = 0;
  private hasEnded = false;

  private constructor(
    private readonly committer: ItemCommitter,
    private readonly arrival: Arrival,
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** @param path of a file that does not exist yet. @throws what node:fs throws */
  static async begin(committer: ItemCommitter, arrival: Arrival, path: string): Promise<InboxItemWriter> {
    return new InboxItemWriter(committer, arrival, path, await open(path, 'wx+', PRIVATE));
  }

  /** @throws PicklepostError `disk` */
  write(plain: Uint8Array): Promise<void> {
    return this.orNothing(async () => {
      for (let at = 0; at < plain.length; at += PIECE_SIZE)
        await this.writePart(plain.subarray(at, at + PIECE_SIZE));
    });
  }

  async *written(): AsyncGenerator<Buffer, void> {
    const token = Buffer.allocUnsafeSlow(tokenOffset(1));
    for (let index = 0; tokenOffset(index) < this.streamLength; index++) {
      await this.file.read(token, 0, token.length, tokenOffset(index));
      yield openPieceAt(this.key, token, index, this.size);
    }
    if (this.stream.pending.length > 0) yield Buffer.from(this.stream.pending);
  }

  /** @throws PicklepostError `disk` */
  finish(content: Content): Promise<ReceivedItem> {
    return this.orNothing(async () => {
      const item = describeItem(this.arrival, content, {
        size: this.size,
        sha256: this.digest.digest('hex'),
      });
      await this.appendToken(this.stream.finish());
      await this.file.writeFile(sealFooter(this.committer.footerKey, { item, key: this.key }));
      await this.file.sync();
      await this.file.close();
      this.hasEnded = true;
      return await this.committer.commit(this.path, item);
    });
  }

  async discard(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
  }

  private async writePart(plain: Uint8Array): Promise<void> {
    this.digest.update(plain);
    this.size += plain.length;
    for (const token of this.stream.push(plain)) await this.appendToken(token);
  }

  private async appendToken(token: Buffer): Promise<void> {
    await this.file.writeFile(token);
    const before = this.streamLength;
    this.streamLength += token.length;
    detach(token);
    if (Math.floor(this.streamLength / SYNC_SIZE) > Math.floor(before / SYNC_SIZE))
      await this.file.datasync();
  }

  private async orNothing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.discard();
      throw diskError('store the item', error);
    }
  }
}

/** What is known of an item once it is whole: with an id, and a name that is safe. */
export function describeItem(
  arrival: Arrival,
  content: Content & Origin,
  whole: { size: number; sha256: string },
): ReceivedItem {
  const id = newItemId();
  const receivedAt = timeOfItemId(id);
  const { kind, format, name, note, transfer, modified, path } = content;
  return {
    id,
    kind,
    ...(format !== undefined && { format }),
    name: safeName(name ?? '') ?? madeUpName({ ...arrival, ...content, receivedAt }),
    ...whole,
    receivedAt,
    ...arrival,
    ...(note !== undefined && { note }),
    ...(transfer !== undefined && { transfer }),
    ...(modified !== undefined && { modified }),
    ...(path !== undefined && { path }),
  };
}
