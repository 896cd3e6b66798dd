import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** A file in a folder. */
export interface FolderFile {
  readonly file: string;
  /** Where it lies, from the name of the folder on, with `/`. */
  readonly path: string;
}

/**
 * All files in a folder and the folders in it, by name. Links to folders are not followed: one may lead back to where it stands.
 * @param onUnreadable called for a folder that is left out, with what node:fs throws
 */
export async function folderFiles(
  folder: string,
  onUnreadable: (folder: string, error: unknown) => void,
): Promise<FolderFile[]> {
  return collect(folder, path.basename(path.resolve(folder)), onUnreadable);
}

/** Whether a link leads to a file. */
async function isFile(link: string): Promise<boolean> {
  const status = await stat(link).catch(() => undefined);
  return status?.isFile() ?? false;
}

async function collect(
  folder: string,
  at: string,
  onUnreadable: (folder: string, error: unknown) => void,
): Promise<FolderFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    onUnreadable(folder, error);
    return [];
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: FolderFile[] = [];
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    const inFolder = `${at}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await collect(file, inFolder, onUnreadable)));
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(file))))
      found.push({ file, path: inFolder });
  }
  return found;
}
