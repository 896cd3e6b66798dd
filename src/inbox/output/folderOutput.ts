import { stat } from 'node:fs/promises';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import { detachAll } from '../../core/bufferRing';
import { Semaphore } from '../../core/scheduling/semaphore';
import { hostOf } from '../../core/wire/address';
import { changedPlace, findSaved, saveToFolder, type PlainFolder } from './plainOutput';

export interface SavedContent {
  /** Whether the item has been in the store for some time, so that it may have been saved before. */
  readonly existed: boolean;
  /** Each part in memory of its own, which is given back at once. */
  readonly content: AsyncIterable<Buffer>;
}

export interface SavedItem {
  readonly file: string;
  /** What the sender is to know of it. */
  readonly told: Pick<AnnouncedItem, 'savedAs'>;
}

/**
 * Items that are saved at once, each of which takes memory for a piece and many steps of the system, which does them in the order of
 * asking. The addresses that items come from take turns.
 */
const AT_ONCE = 4;

/** Saves each item once in a folder of the user's, also where it is sent again. */
export class FolderOutput {
  private readonly known = new SavedFiles();
  private readonly saving = new Semaphore(AT_ONCE);

  /** @throws PicklepostError `disk` */
  save(place: PlainFolder, item: ReceivedItem, content: SavedContent): Promise<SavedItem> {
    return this.saving.run(() => this.saveNow(place, item, content), hostOf(item.from));
  }

  private async saveNow(
    place: PlainFolder,
    item: ReceivedItem,
    { existed, content }: SavedContent,
  ): Promise<SavedItem> {
    const before = existed ? ((await this.known.find(item.id)) ?? (await findSaved(place, item))) : undefined;
    const file = before ?? (await saveToFolder(place, item, onceOnly(content)));
    await this.known.note(item.id, file);
    const savedAs = changedPlace(place, item, file);
    return { file, told: savedAs === undefined ? {} : { savedAs } };
  }
}

/** Waiting for garbage to be collected would hold much, where many are saved. */
async function* onceOnly(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  for await (const part of content) {
    yield part;
    detachAll(part);
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
