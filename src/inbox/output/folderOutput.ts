import { stat } from 'node:fs/promises';
import { PicklepostError } from '../../core/errors';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import { say } from '../../core/text';
import { detachAll } from '../../core/bufferRing';
import { Semaphore } from '../../core/scheduling/semaphore';
import { shareAddressOf } from '../../core/wire/address';
import { DiskSpace, type Arriving } from '../disk/diskSpace';
import { changedPlace, findSaved, saveToFolder, type PlainFolder } from './plainOutput';
import { safeFolders } from './safeName';

export interface SavedContent {
  /** Whether the item has been in the store for some time, so that it may have been saved before. */
  readonly existed: boolean;
  /** Each part is in memory of its own, which is freed at once. */
  readonly content: AsyncIterable<Buffer>;
}

export interface SavedItem {
  readonly file: string;
  /** The part that the sender should know. */
  readonly told: Pick<AnnouncedItem, 'savedAs'>;
}

/**
 * Items that are saved at once. Each takes memory for a piece and many system calls, which are done in the order of asking.
 * The addresses of the senders take turns.
 */
const AT_ONCE = 4;
/** Depth of folders that are made for an item: each folder takes a thousand times as many bytes on the disk as its name. */
const MOST_FOLDERS = 64;

/**
 * Saves each item once in a folder of the user's, even if it is sent again. Leaves as much of the disk free as the inbox.
 */
export class FolderOutput {
  private readonly known = new SavedFiles();
  private readonly saving = new Semaphore(AT_ONCE);

  constructor(private readonly diskSpace = new DiskSpace()) {}

  /** @throws PicklepostError `disk`, also if the item would not fit */
  save(place: PlainFolder, item: ReceivedItem, content: SavedContent): Promise<SavedItem> {
    return this.saving.run(() => this.saveNow(place, item, content), shareAddressOf(item.from));
  }

  private async saveNow(
    place: PlainFolder,
    item: ReceivedItem,
    { existed, content }: SavedContent,
  ): Promise<SavedItem> {
    const before = existed ? ((await this.known.find(item.id)) ?? (await findSaved(place, item))) : undefined;
    const file = before ?? (await this.saveNew(place, item, content));
    await this.known.note(item.id, file);
    const savedAs = changedPlace(place, item, file);
    return { file, told: savedAs === undefined ? {} : { savedAs } };
  }

  private async saveNew(
    place: PlainFolder,
    item: ReceivedItem,
    content: AsyncIterable<Buffer>,
  ): Promise<string> {
    if (place.keepsPlaces === true && safeFolders(item.path).length > MOST_FOLDERS) throw tooDeep();
    await this.diskSpace.check(place.directory, item.size);
    return saveToFolder(place, item, this.counted(place, item, content));
  }

  /** Waiting for garbage collection would hold much memory if many items are saved. */
  private async *counted(
    { directory }: PlainFolder,
    { size }: ReceivedItem,
    content: AsyncIterable<Buffer>,
  ): AsyncGenerator<Buffer, void> {
    const copy = new Copy(size);
    try {
      for await (const part of content) {
        const { length } = part;
        await this.diskSpace.check(directory, length, copy);
        yield part;
        detachAll(part);
        copy.add(length);
        this.diskSpace.note(copy);
      }
    } finally {
      copy.end();
    }
  }
}

/** An item that is being saved. */
class Copy implements Arriving {
  received = 0;
  changedAt = -Infinity;

  constructor(private size: number) {}

  get missing(): number {
    return Math.max(0, this.size - this.received);
  }

  add(bytes: number): void {
    this.received += bytes;
    this.changedAt = performance.now();
  }

  end(): void {
    this.size = 0;
  }
}

function tooDeep(): PicklepostError {
  return new PicklepostError(
    'disk',
    say`The item lies more than ${MOST_FOLDERS} folders deep. Send it from a subfolder.`,
  );
}

interface SavedFile {
  readonly file: string;
  readonly modified: number;
  readonly size: number;
}

/** Number of items whose saved files are remembered. */
const KNOWN = 10_000;

/** Remembers where items have been saved, so that the file of an item that is offered again need not be searched for. */
class SavedFiles {
  private readonly files = new Map<string, SavedFile>();

  /** The file of an item, unless it has been changed since, or is gone. */
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
