import { hkdfSync } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { ReceivedItem } from '../../core/item/item';
import { BOX_OVERHEAD, openBox, sealBox } from './box';
import { PRIVATE } from '../disk/durableFile';
import { fill } from '../../core/fill';

/*
 * Repeats the footers of very many item files in one file, which is read a hundred times faster (docs/format.md):
 *
 *     blocks, one after another: length of the box (4, big endian) · box
 *     in a box: JSON, an array of the metadata of items, without their keys
 *
 * As an item never changes, no entry is ever out of date: items may be missing, or have been deleted. Only the file of an item
 * can say whether it is whole. So the index serves to search and sort, can be deleted without harm, and is ignored from its
 * first error on.
 */

const LENGTH_SIZE = 4;
/** Characters of a block, roughly: as much as is parsed, or written out, in a millisecond. */
const BLOCK_LENGTH = 128 * 1024;
/** Bytes; more than a block and the longest metadata have together. */
const MAX_BOX = 1024 * 1024;

/** The file in which an inbox indexes its items. */
export class ItemIndex {
  private readonly key: Buffer;

  /** @param newTemporaryPath a path on the same file system, where files of killed processes are removed */
  constructor(
    private readonly file: string,
    inboxKey: Buffer,
    private readonly newTemporaryPath: () => string,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', inboxKey, '', 'picklepost item index 1', 32));
  }

  /** Its content, block by block; nothing if there is none, and nothing after an error. Never throws. */
  async *read(): AsyncGenerator<readonly ReceivedItem[], void> {
    const handle = await open(this.file, 'r').catch(() => undefined);
    if (!handle) return;
    try {
      for (;;) yield await this.readBlock(handle);
    } catch {
      // It ends here, or is damaged from here on.
    } finally {
      await handle.close();
    }
  }

  /** Replaces it. @throws what node:fs throws */
  async write(items: Iterable<ReceivedItem>): Promise<void> {
    const temporary = this.newTemporaryPath();
    try {
      const handle = await open(temporary, 'wx', PRIVATE);
      try {
        for (const block of this.blocks(items)) await handle.writeFile(block);
        // The name must not refer to a file whose content was lost.
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }

  private async readBlock(handle: FileHandle): Promise<readonly ReceivedItem[]> {
    const length = (await readExactly(handle, LENGTH_SIZE)).readUInt32BE();
    if (length < BOX_OVERHEAD || length > MAX_BOX) throw new Error('no block');
    const plain = openBox(this.key, await readExactly(handle, length));
    return JSON.parse(plain.toString()) as ReceivedItem[];
  }

  private *blocks(items: Iterable<ReceivedItem>): Generator<Buffer, void> {
    let texts: string[] = [];
    let length = 0;
    for (const item of items) {
      const text = JSON.stringify(item);
      texts.push(text);
      length += text.length;
      if (length < BLOCK_LENGTH) continue;
      yield this.block(texts);
      texts = [];
      length = 0;
    }
    if (texts.length > 0) yield this.block(texts);
  }

  private block(texts: readonly string[]): Buffer {
    const box = sealBox(this.key, Buffer.from(`[${texts.join(',')}]`));
    const length = Buffer.alloc(LENGTH_SIZE);
    length.writeUInt32BE(box.length);
    return Buffer.concat([length, box]);
  }
}

async function readExactly(handle: FileHandle, length: number): Promise<Buffer> {
  const bytes = await fill((...part) => handle.read(...part), Buffer.allocUnsafe(length), null);
  if (bytes.length < length) throw new Error('the end');
  return bytes;
}
