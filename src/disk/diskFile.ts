import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf, PicklepostError } from '../core/errors';
import { checkedEnd, type ByteSource } from '../core/values/byteSource';
import { fillSync } from '../core/fill';
import { say } from '../core/text';

/**
 * A file that is read in parts, and open only while it is being read, so that it can be replaced and removed at any time. Reading blocks
 * the thread.
 */
export class DiskFile implements ByteSource {
  readonly size: number;
  /** Shows whether the file has changed, since parts of different states do not fit together. */
  private readonly modified: number;

  /** @throws PicklepostError `disk` */
  constructor(private readonly path: string) {
    const { size, modified } = this.use((file) => {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new PicklepostError('disk', say`Cannot read ${path}: it is not a file.`);
      return { size: stats.size, modified: stats.mtimeMs };
    });
    this.size = size;
    this.modified = modified;
  }

  /** @throws PicklepostError `no-such-item` if the file has changed since it was opened; `disk` */
  read(offset: number, length: number): Uint8Array {
    checkedEnd(this, offset, length);
    return this.use((file) => {
      const { size, mtimeMs } = fstatSync(file);
      if (size !== this.size || mtimeMs !== this.modified)
        throw new PicklepostError('no-such-item', say`The file has changed. Open it again.`);
      const bytes = fillSync((...part) => readSync(file, ...part), new Uint8Array(length), offset);
      if (bytes.length < length)
        throw new PicklepostError('no-such-item', say`The file has changed. Open it again.`);
      return bytes;
    });
  }

  private use<T>(work: (file: number) => T): T {
    let file: number | undefined;
    try {
      file = openSync(this.path, 'r');
      return work(file);
    } catch (error) {
      if (error instanceof PicklepostError) throw error;
      throw new PicklepostError('disk', say`Cannot read ${this.path}: ${messageOf(error)}.`, {
        cause: error,
      });
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}
