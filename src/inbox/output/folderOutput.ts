import { stat } from 'node:fs/promises';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import { changedPlace, findSaved, saveToFolder, type PlainFolder } from './plainOutput';

/** Saves each item once in a folder of the user's, also where it is sent again. */
export class FolderOutput {
  private readonly known = new SavedFiles();

  /**
   * @param existed whether it has been in the store for some time, so that it may have been saved before
   * @returns the path, and what its sender is to know of it
   * @throws PicklepostError `disk`
   */
  async save(
    place: PlainFolder,
    item: ReceivedItem,
    { existed, content }: { readonly existed: boolean; readonly content: AsyncIterable<Uint8Array> },
  ): Promise<{ file: string; told: Pick<AnnouncedItem, 'savedAs'> }> {
    const before = existed ? ((await this.known.find(item.id)) ?? (await findSaved(place, item))) : undefined;
    const file = before ?? (await saveToFolder(place, item, content));
    await this.known.note(item.id, file);
    const savedAs = changedPlace(place, item, file);
    return { file, told: savedAs === undefined ? {} : { savedAs } };
  }
}

interface SavedFile {
  readonly file: string;
  readonly modified: number;
  readonly size: number;
}

/** Items of which it is known where they have been saved. */
const KNOWN = 10_000;

/** Remembers where items have been saved, so that one which is offered again need not be looked for. */
class SavedFiles {
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
