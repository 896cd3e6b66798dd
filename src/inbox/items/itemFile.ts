import { close, closeSync, fstat, fstatSync, open, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { openPieceAt, PIECE_SIZE, pieceCount, streamSize, tokenOffset } from '../../core/crypto/tokenStream';
import { footerLength, openFooter, TRAILER_LENGTH, type ItemMetadata } from './itemFooter';
import { detach } from '../../core/bufferRing';
import { fill, fillSync } from '../../core/fill';

// These take half the time of node:fs/promises, which matters for a list of many thousand files.
const openFile = promisify(open);
const fileStatus = promisify(fstat);
const readFile = promisify(read);
const closeFile = promisify(close);

/** Bytes at the end of the file that hold most footers, so that one read is enough. */
const USUAL_FOOTER = 1024;

/** An item file that is open for reading. */
export class ItemFile {
  private constructor(
    private readonly descriptor: number,
    readonly metadata: ItemMetadata,
  ) {}

  /** Reads only the end of the file. @throws DamageError; what node:fs throws */
  static async open(path: string, footerKey: Buffer, id: string): Promise<ItemFile> {
    const descriptor = await openFile(path, 'r');
    try {
      return new ItemFile(descriptor, await readMetadata(descriptor, footerKey, id));
    } catch (error) {
      await closeFile(descriptor);
      throw error;
    }
  }

  /**
   * The plain content, piece by piece, each in memory of its own.
   * @param from position in bytes; pieces that lie before it are not read
   * @throws InvalidTokenError; what node:fs throws
   */
  async *content(from = 0): AsyncGenerator<Buffer, void> {
    const { item, key } = this.metadata;
    const token = Buffer.allocUnsafeSlow(Math.min(streamSize(item.size), tokenOffset(1)));
    const first = Math.floor(from / PIECE_SIZE);
    try {
      for (let index = first; index < pieceCount(item.size); index++) {
        const end = Math.min(streamSize(item.size), tokenOffset(index + 1));
        const part = token.subarray(0, end - tokenOffset(index));
        await readWhole(this.descriptor, part, tokenOffset(index));
        const piece = openPieceAt(key, part, index, item.size);
        yield index === first ? piece.subarray(from % PIECE_SIZE) : piece;
      }
    } finally {
      detach(token);
    }
  }

  async close(): Promise<void> {
    await closeFile(this.descriptor);
  }
}

/** As {@link ItemFile.open}, but only for the metadata, and without waiting for other work in between. */
export function readMetadataSync(path: string, footerKey: Buffer, id: string): ItemMetadata {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const readEndSync = (length: number): Buffer => {
      const end = Buffer.alloc(Math.min(size, length));
      fillSync((...part) => readSync(descriptor, ...part), end, size - end.length);
      return end;
    };
    let end = readEndSync(USUAL_FOOTER);
    const length = footerLength(end.subarray(-TRAILER_LENGTH));
    if (length > end.length) end = readEndSync(length);
    return openFooter(footerKey, end.subarray(-length), id, size - length);
  } finally {
    closeSync(descriptor);
  }
}

async function readMetadata(descriptor: number, footerKey: Buffer, id: string): Promise<ItemMetadata> {
  const { size } = await fileStatus(descriptor);
  let end = await readEnd(descriptor, size, USUAL_FOOTER);
  const length = footerLength(end.subarray(-TRAILER_LENGTH));
  if (length > end.length) end = await readEnd(descriptor, size, length);
  return openFooter(footerKey, end.subarray(-length), id, size - length);
}

async function readEnd(descriptor: number, size: number, length: number): Promise<Buffer> {
  const end = Buffer.allocUnsafe(Math.min(size, length));
  await readWhole(descriptor, end, size - end.length);
  return end;
}

/** Fills the target. Bytes beyond the end of the file read as zeros, which no check accepts. */
async function readWhole(descriptor: number, target: Buffer, position: number): Promise<void> {
  const { length } = await fill((...part) => readFile(descriptor, ...part), target, position);
  target.fill(0, length);
}
