import { open, type FileHandle } from 'node:fs/promises';
import { Semaphore } from '../../core/scheduling/semaphore';

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/**
 * Keeps files that are read and written now and then, however many there are: those used last stay open, and the others are
 * opened again when they are needed. So the number of descriptors does not depend on how many items arrive. Throws what
 * node:fs throws.
 */
export class FilePool {
  /** By path, least recently used first. */
  private readonly files = new Map<string, OpenFile>();
  private readonly using: Semaphore;

  /** @param capacity descriptors at once */
  constructor(private readonly capacity: number) {
    this.using = new Semaphore(Math.min(capacity, AT_ONCE));
  }

  /** Runs work that needs no open file. Nobody waits for more than one piece of work of each other flow. */
  run<T>(work: () => Promise<T>, flow: string): Promise<T> {
    return this.using.run(work, flow);
  }

  /** Runs work on an existing file, which stays open until the work is done. */
  use<T>(path: string, work: (handle: FileHandle) => Promise<T>, flow = ''): Promise<T> {
    return this.using.run(async () => {
      const file = this.files.get(path) ?? { handle: this.open(path), users: 0 };
      this.files.delete(path);
      this.files.set(path, file);
      file.users++;
      try {
        return await work(await this.opened(path, file));
      } finally {
        file.users--;
      }
    }, flow);
  }

  /** To be called before a file is renamed, removed or left. Nobody may be using it. Never rejects. */
  async close(path: string): Promise<void> {
    const file = this.files.get(path);
    this.files.delete(path);
    await file?.handle.then((handle) => handle.close()).catch(() => undefined);
  }

  private async opened(path: string, file: OpenFile): Promise<FileHandle> {
    try {
      return await file.handle;
    } catch (error) {
      if (this.files.get(path) === file) this.files.delete(path);
      throw error;
    }
  }

  private async open(path: string): Promise<FileHandle> {
    while (this.files.size >= this.capacity) {
      // At most as many are in use as there are descriptors, so if there are more files, one is not in use.
      const unused = [...this.files].find(([, { users }]) => users === 0);
      if (!unused) break;
      await this.close(unused[0]);
    }
    return open(path, 'r+');
  }
}

/**
 * Pieces of work that the system has at once. It does them in the order of asking, whoever asks, so more of them would keep
 * others waiting.
 */
const AT_ONCE = 8;
