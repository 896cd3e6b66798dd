import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { joinPath, showPath, type FilePath } from './fileName';
import { say, type Text } from '../core/text';

/** A file in a folder, or an empty folder in it. */
export interface FolderEntry {
  readonly kind: 'file' | 'emptyFolder';
  readonly file: FilePath;
  /** Its path, beginning with the name of the folder, with `/`. */
  readonly path: string;
}

/** Why an entry of a folder is not sent. */
export type LeftOutReason = 'broken-link' | 'link-to-folder' | 'pipe' | 'socket' | 'device' | 'empty-folder';

export interface LeftOut {
  readonly path: string;
  readonly reason: LeftOutReason;
}

/** The text of each reason. */
export const LEFT_OUT_WORDS: Readonly<Record<LeftOutReason, Text>> = {
  'broken-link': say`a link that leads nowhere`,
  'link-to-folder': say`a link to a folder`,
  pipe: say`a pipe`,
  socket: say`a socket`,
  device: say`a device`,
  'empty-folder': say`an empty folder`,
};

export interface FolderContent {
  readonly entries: readonly FolderEntry[];
  /** An entry that is neither a file nor a folder. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * All files in a folder and in its folders, by name. Links to folders are not followed, as they may lead back.
 * @param onUnreadable called for a folder that cannot be read, with what node:fs throws
 */
export async function folderFiles(
  folder: FilePath,
  onUnreadable: (folder: FilePath, error: unknown) => void,
): Promise<FolderContent> {
  const collector = new Collector(onUnreadable);
  await collector.collect(folder, path.basename(path.resolve(showPath(folder))));
  return collector;
}

class Collector implements FolderContent {
  readonly entries: FolderEntry[] = [];
  readonly leftOut: LeftOut[] = [];

  constructor(private readonly onUnreadable: (folder: FilePath, error: unknown) => void) {}

  /** @param at path of the folder */
  async collect(folder: FilePath, at: string): Promise<void> {
    const inner = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(
      (error: unknown) => {
        this.onUnreadable(folder, error);
      },
    );
    if (inner?.length === 0) this.entries.push({ kind: 'emptyFolder', file: folder, path: at });
    inner?.sort((a, b) => Buffer.compare(a.name, b.name));
    for (const entry of inner ?? [])
      await this.take(entry, joinPath(folder, entry.name), `${at}/${showPath(entry.name)}`);
  }

  private async take(entry: Dirent<Buffer>, file: FilePath, at: string): Promise<void> {
    if (entry.isDirectory()) return this.collect(file, at);
    const reason = await reasonToLeaveOut(entry, file);
    if (reason === undefined) this.entries.push({ kind: 'file', file, path: at });
    else this.leftOut.push({ path: at, reason });
  }
}

/** Undefined for a file, and for a link to one. */
async function reasonToLeaveOut(entry: Dirent<Buffer>, file: FilePath): Promise<LeftOutReason | undefined> {
  const isLink = entry.isSymbolicLink();
  const target = isLink ? await stat(file).catch(() => undefined) : entry;
  if (target === undefined) return 'broken-link';
  if (target.isFile()) return undefined;
  if (target.isDirectory()) return 'link-to-folder';
  if (target.isFIFO()) return 'pipe';
  return target.isSocket() ? 'socket' : 'device';
}
