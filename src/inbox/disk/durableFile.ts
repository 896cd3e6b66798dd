import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from './diskError';

/*
 * Files that exist completely or not at all, even if the process is killed: they are written under a temporary name, synced,
 * and then renamed. Everything here throws what node:fs throws.
 */

/** For files that only their owner may read. */
export const PRIVATE = 0o600;
/** For files whose mode the user's umask decides. */
export const SHARED = 0o666;

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** For folders that only their owner may enter. */
export const PRIVATE_FOLDER = 0o700;

/**
 * Makes a folder and its parents, unless they exist. Node's own function never ends if a system denies, as `/proc` and
 * automounted folders do, that there is a folder to make something in.
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  try {
    await makeOneFolder(folder, mode);
  } catch (error) {
    const parent = path.dirname(folder);
    if (!hasErrorCode(error, 'ENOENT') || parent === folder) throw error;
    await makeFolder(parent, mode);
    await makeOneFolder(folder, mode);
  }
}

async function makeOneFolder(folder: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || !(await isFolder(folder))) throw error;
  }
}

async function isFolder(name: string): Promise<boolean> {
  const status = await stat(name).catch(() => undefined);
  return status?.isDirectory() ?? false;
}

/**
 * Creates a small file unless that name exists.
 * @returns whether it was created
 */
export async function createFile(file: string, text: string, mode: number): Promise<boolean> {
  const temporary = await writeTemporaryFile(path.dirname(file), [Buffer.from(text)], mode);
  const created = await publishExclusively(temporary, file);
  if (!created) await rm(temporary);
  return created;
}

/** Creates a file that is to be filled, readable by its owner only. That name must not exist. */
export async function createEmptyFile(file: string): Promise<void> {
  await (await open(file, 'wx', PRIVATE)).close();
}

/** Writes a file, replacing one of the same name. */
export async function replaceFile(file: string, content: Content, mode: number): Promise<void> {
  const temporary = await writeTemporaryFile(path.dirname(file), content, mode);
  try {
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(path.dirname(file));
}

/** Name of a file that is being written, with the number of its process. */
export const TEMPORARY_NAME = /^\.picklepost-(\d+)-[0-9a-f]{12}\.part$/;

/**
 * Writes a durable file under a hidden name of its own, and leaves nothing of it if that fails.
 * @param finish further work on the open file once its content is written; not by its name, as others may replace that with
 * a link if they can write to the folder
 * @returns its path
 */
export async function writeTemporaryFile(
  directory: string,
  content: Content,
  mode: number,
  finish?: (file: FileHandle) => Promise<void>,
): Promise<string> {
  const file = path.join(directory, `.picklepost-${process.pid}-${randomBytes(6).toString('hex')}.part`);
  const handle = await open(file, 'wx', mode);
  try {
    for await (const bytes of content) await handle.writeFile(bytes);
    await finish?.(handle);
    await handle.sync();
    await handle.close();
    return file;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  }
}

/**
 * Gives a durable file its final name, under which nobody ever sees a part of it. An existing file of that name is not
 * touched.
 * @returns false if the name is taken; then the file stays as it was
 */
export async function publishExclusively(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    if (!hasErrorCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EINVAL', 'EMLINK')) throw error;
    if (!(await copyExclusively(file, name))) return false;
  }
  await rm(file);
  await syncDirectory(path.dirname(name));
  return true;
}

/** Makes new names and removals in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot sync a directory, and need not.
  if (process.platform === 'win32') return;
  await syncFile(directory, 'r');
}

/** For file systems without hard links, such as those of memory sticks. */
async function copyExclusively(file: string, name: string): Promise<boolean> {
  try {
    await copyFile(file, name, constants.COPYFILE_EXCL);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
  await syncFile(name, 'r+');
  return true;
}

async function syncFile(file: string, flags: string): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
