import { stat } from 'node:fs/promises';

interface SavedFile {
  readonly file: string;
  readonly modified: number;
  readonly size: number;
}

/** Items of which it is known where they have been saved. */
const KNOWN = 10_000;

/** Remembers where items have been saved, so that one which is offered again need not be looked for. */
export class SavedFiles {
  private readonly files = new Map<string, SavedFile>();

  /** Where an item lies, unless the file has been changed since, or is gone. */
  async find(id: string): Promise<string | undefined> {
    const saved = this.files.get(id);
    const status = saved && (await stat(saved.file).catch(() => undefined));
    if (saved && status?.mtimeMs === saved.modified && status.size === saved.size) return saved.file;
    this.files.delete(id);
    return undefined;
  }

  /** @param file that has been written, or found to have the content of the item */
  async note(id: string, file: string): Promise<void> {
    const status = await stat(file).catch(() => undefined);
    if (!status) return;
    this.files.set(id, { file, modified: status.mtimeMs, size: status.size });
    for (const oldest of this.files.keys()) {
      if (this.files.size <= KNOWN) return;
      this.files.delete(oldest);
    }
  }
}
