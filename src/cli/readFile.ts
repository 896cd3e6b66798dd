import { open, stat, type FileHandle } from 'node:fs/promises';
import { LimitError } from '../core/errors';
import { MemorySource, type ByteSource } from '../core/values/byteSource';
import { DiskFile } from '../disk/diskFile';
import { DECODED_SIZE } from '../core/limits';
import { diskError } from '../inbox/disk/diskError';
import { standardInput } from './standardInput';
import { say } from '../core/text';

/** The bytes of a file, or of standard input for `-`, in pieces. @throws PicklepostError `disk` */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    if (file !== '-') handle = await open(file);
    yield* (handle?.createReadStream({ autoClose: false }) ?? standardInput()) as AsyncIterable<Buffer>;
  } catch (error) {
    throw diskError(say`Cannot read ${file === '-' ? 'standard input' : file}`, error);
  } finally {
    await handle?.close();
  }
}

/**
 * A file that is read in parts; one that is not a regular file, such as a pipe, is read as a whole.
 * @throws PicklepostError `disk`, LimitError
 */
export async function openDiskFile(file: string): Promise<ByteSource> {
  const isRegular = (await stat(file).catch(() => undefined))?.isFile() ?? false;
  return isRegular ? new DiskFile(file) : new MemorySource(await readWhole(file));
}

/** All bytes of a file that is to be decoded, or of standard input for `-`. @throws PicklepostError `disk`, LimitError */
export async function readWhole(file: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of readPieces(file)) {
    size += piece.length;
    if (size > DECODED_SIZE)
      throw new LimitError('The size of the file', DECODED_SIZE, 'bytes', 'Read it with another program.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
