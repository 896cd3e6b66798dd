import { mkdir, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { ItemStore, ReceivedItem } from '../core/wire/item';
import { changePieceWriter } from '../core/wire/transfer';
import { diskError } from './diskError';
import { publishExclusively, replaceFile, SHARED, writeTemporaryFile } from './durableFile';
import { extensionOf, madeUpName, safeFolders, safeName, sourceOf, timestamp } from './safeName';

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A folder of the user's, into which items are saved in plain. */
export interface PlainFolder {
  readonly directory: string;
  /** May hold `{name}`, `{source}`, `{timestamp}`, `{id}` and `{extension}`. */
  readonly fileName: string;
  /** Whether what was sent with its place in a folder is saved at that place beneath this one. */
  readonly keepsPlaces?: boolean;
}

/**
 * Writes a file that the user named, whole or not at all, in place of one that is there.
 * @param modified when it was changed last, in milliseconds since the epoch, where that is known
 * @throws PicklepostError `disk`
 */
export async function writePlainFile(file: string, content: Content, modified?: number): Promise<void> {
  try {
    await replaceFile(file, content, SHARED);
    if (modified !== undefined) await setModified(file, modified);
  } catch (error) {
    throw diskError(`write ${file}`, error);
  }
}

/**
 * Saves an item under a safe name that no file has yet, adding ` (2)` and so on where one has. A file keeps the
 * time at which it was changed last.
 * @returns the path, when the file is durable
 * @throws PicklepostError `disk`
 */
export async function saveToFolder(
  { directory, fileName, keepsPlaces }: PlainFolder,
  item: ReceivedItem,
  content: Content,
): Promise<string> {
  const folder = path.join(directory, ...(keepsPlaces ? safeFolders(item.path) : []));
  try {
    await mkdir(folder, { recursive: true });
    const temporary = await writeTemporaryFile(folder, content, SHARED);
    try {
      if (item.modified !== undefined) await setModified(temporary, item.modified);
      return await publishUnderFreeName(temporary, path.join(folder, expandFileName(fileName, item)));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw diskError(`save the item in ${folder}`, error);
  }
}

/** Replaces the placeholders of a file name. The result is a safe base name. */
export function expandFileName(fileName: string, item: ReceivedItem): string {
  const values = new Map([
    ['name', item.name],
    ['source', sourceOf(item.from)],
    ['timestamp', timestamp(item.receivedAt)],
    ['id', item.id],
    ['extension', extensionOf(item)],
  ]);
  const expanded = fileName.replace(
    /\{(\w+)\}/g,
    (placeholder, key: string) => values.get(key) ?? placeholder,
  );
  return safeName(expanded) ?? madeUpName(item);
}

/**
 * A store that does something more with each item, such as saving or printing it, once the first store has it and before the
 * sender is told. If that fails, the sender is told so; the item stays in the store.
 */
export function withOutput(store: ItemStore, output: (item: ReceivedItem) => Promise<void>): ItemStore {
  const andOutput = async (finished: Promise<ReceivedItem>): Promise<ReceivedItem> => {
    const item = await finished;
    await output(item);
    return item;
  };
  return {
    async begin(arrival) {
      const writer = await store.begin(arrival);
      return {
        write: (plain) => writer.write(plain),
        written: () => writer.written(),
        discard: () => writer.discard(),
        finish: (content) => andOutput(writer.finish(content)),
      };
    },
    async offer(arrival, offer, key) {
      const answer = await store.offer(arrival, offer, key);
      if (answer.kind === 'have') return answer;
      const { writer } = answer;
      return {
        kind: 'accepted',
        writer: changePieceWriter(writer, { finish: (sent) => andOutput(writer.finish(sent)) }),
      };
    },
  };
}

/** @param modified milliseconds since the epoch, from anywhere @throws what node:fs throws */
export async function setModified(file: string, modified: number): Promise<void> {
  const time = new Date(modified);
  if (!Number.isNaN(time.valueOf())) await utimes(file, time, time);
}

async function publishUnderFreeName(temporary: string, wanted: string): Promise<string> {
  const { dir, name, ext } = path.parse(wanted);
  for (let copy = 1; ; copy++) {
    const file = copy === 1 ? wanted : path.join(dir, `${name} (${copy})${ext}`);
    if (await publishExclusively(temporary, file)) return file;
  }
}
