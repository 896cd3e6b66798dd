import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat, mkdtemp, open, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isEmptyFolder, type ReceivedItem } from '../../core/item/item';
import { diskError, hasErrorCode } from '../disk/diskError';
import { PRIVATE, publishExclusively, replaceFile, SHARED, writeTemporaryFile } from '../disk/durableFile';
import { AnchoredFolder } from './anchoredFolder';
import {
  disarmToolName,
  extensionOf,
  fitName,
  madeUpName,
  safeFolders,
  safeName,
  sourceOf,
  timestamp,
} from './safeName';
import { say } from '../../core/text';

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A folder of the user's, in which items are saved unencrypted. */
export interface PlainFolder {
  readonly directory: string;
  /** A folder above it that others may have filled: below that, no link is followed. */
  readonly within?: string;
  /** May hold `{name}`, `{source}`, `{timestamp}`, `{id}` and `{extension}`. */
  readonly fileName: string;
  /** Whether items with a path are saved at that path in this folder. */
  readonly keepsPlaces?: boolean;
  /** Whether folders such as `.git`, from which programs run commands, are written under their own names. */
  readonly allowsToolFolders?: boolean;
}

/**
 * Writes a file that the user named, completely or not at all, and replaces an existing one.
 * @param modified when it was last changed, in milliseconds since the epoch, if known
 * @throws PicklepostError `disk`
 */
export async function writePlainFile(file: string, content: Content, modified?: number): Promise<void> {
  try {
    await replaceFile(file, content, SHARED);
    if (modified !== undefined) await setModified(file, modified);
  } catch (error) {
    throw diskError(say`Cannot write ${file}`, error);
  }
}

/**
 * Saves an item under a safe name that is not in use, adding ` (2)` and so on if necessary. A file keeps the time of its
 * last change. An item with a path is not saved twice: if a file with exactly its content is there, only time and executable
 * bits are set.
 * @returns the path, when the file is durable
 * @throws PicklepostError `disk`
 */
export async function saveToFolder(
  place: PlainFolder,
  item: ReceivedItem,
  content: Content,
): Promise<string> {
  const folder = folderOf(place, item);
  try {
    const anchored = await anchorOf(place, foldersOf(place, item));
    try {
      if (isFolderOnly(place, item)) return folder;
      return path.join(folder, await saveIn(anchored, place, item, content));
    } finally {
      await anchored.close();
    }
  } catch (error) {
    throw diskError(say`Cannot save the item in ${folder}`, error);
  }
}

function anchorOf({ directory, within }: PlainFolder, folders: readonly string[]): Promise<AnchoredFolder> {
  if (within === undefined) return AnchoredFolder.open(directory, folders);
  return AnchoredFolder.open(within, [...path.relative(within, directory).split(path.sep), ...folders]);
}

let newFiles: Promise<number> | undefined;

/**
 * The mode that this user's umask gives to a new file, found by making one: asking Node.js for the umask would change it for
 * a moment.
 */
function modeOfNewFiles(): Promise<number> {
  return (newFiles ??= findMode());
}

async function findMode(): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'picklepost-'));
  try {
    const file = path.join(folder, 'new');
    await writeFile(file, '', { mode: SHARED });
    return (await stat(file)).mode & SHARED;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the name of the file */
async function saveIn(
  folder: AnchoredFolder,
  place: PlainFolder,
  item: ReceivedItem,
  content: Content,
): Promise<string> {
  await folder.removeLeftovers();
  const name = fileNameOf(place, item);
  if (hasPlace(place, item) && (await adoptSame(path.join(folder.path, name), item))) return name;
  // Nobody else can read it before it is complete.
  const own = await modeOfNewFiles();
  const temporary = await writeTemporaryFile(folder.path, content, PRIVATE, async (file) => {
    if (item.modified !== undefined) await setModified(file, item.modified);
    await file.chmod(hasPlace(place, item) ? withExecuteBits(own, item.mode) : own);
  });
  try {
    await folder.check();
    const file = await publishUnderFreeName(temporary, path.join(folder.path, name));
    return path.basename(file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * The file in which {@link saveToFolder} has saved this very content, under the name of the item or a numbered one.
 * @returns undefined if there is none
 * @throws PicklepostError `disk`
 */
export async function findSaved(place: PlainFolder, item: ReceivedItem): Promise<string | undefined> {
  const folder = folderOf(place, item);
  try {
    if (isFolderOnly(place, item)) return (await stat(folder).catch(ignoreMissing)) && folder;
    let hashed = 0;
    for (const file of firstCandidates(path.join(folder, fileNameOf(place, item)))) {
      const status = await stat(file).catch(ignoreMissing);
      if (status === undefined) return undefined;
      if (!status.isFile() || status.size !== item.size) continue;
      if (++hashed > FILES_HASHED) return undefined;
      if ((await hashOf(createReadStream(file))) === item.sha256) return file;
    }
    return undefined;
  } catch (error) {
    throw diskError(say`Cannot look for the item in ${folder}`, error);
  }
}

/**
 * The path of a saved item, relative to the folder and with `/`, if a name with which it was sent had to change: because the
 * system cannot hold it, programs run commands from such a folder, or it is taken.
 * @param file where it was saved
 */
export function changedPlace(place: PlainFolder, item: ReceivedItem, file: string): string | undefined {
  const { directory, fileName, keepsPlaces } = place;
  const sent = keepsPlaces ? (item.path?.split('/').slice(0, -1) ?? []) : [];
  const wanted = isFolderOnly(place, item) ? sent : [...sent, expandFileName(fileName, item)];
  const saved = path.relative(directory, file).split(path.sep).join('/');
  return saved === wanted.join('/') ? undefined : saved;
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

/** @param modified milliseconds since the epoch, from anywhere @throws what node:fs throws */
export async function setModified(file: string | FileHandle, modified: number): Promise<void> {
  const time = new Date(modified);
  if (Number.isNaN(time.valueOf())) return;
  if (typeof file === 'string') await utimes(file, time, time);
  else await file.utimes(time, time);
}

async function publishUnderFreeName(temporary: string, wanted: string): Promise<string> {
  for (const file of firstCandidates(wanted)) if (await publishExclusively(temporary, file)) return file;
  for (;;) {
    const file = await findFreeCandidate(wanted);
    // Another may have been faster.
    if (await publishExclusively(temporary, file)) return file;
  }
}

/** Names that are tried one after another; beyond these, only some are tried. */
const FIRST_NAMES = 10;
/** Files of an item's size that are read to find the one with its content. */
const FILES_HASHED = 3;

/** The first names that an item may have: its own, then with ` (2)` and so on. */
function* firstCandidates(wanted: string): Generator<string, void> {
  yield wanted;
  for (let copy = 2; copy <= FIRST_NAMES; copy++) yield candidate(wanted, copy);
}

/** A free name after the first ones, found in twice as many checks as its number has binary digits. */
async function findFreeCandidate(wanted: string): Promise<string> {
  let taken = FIRST_NAMES;
  let free = 2 * taken;
  while (await exists(candidate(wanted, free))) [taken, free] = [free, 2 * free];
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await exists(candidate(wanted, middle))) taken = middle;
    else free = middle;
  }
  return candidate(wanted, free);
}

function candidate(wanted: string, copy: number): string {
  const { dir, base } = path.parse(wanted);
  return path.join(dir, fitName(base, ` (${copy})`));
}

async function exists(file: string): Promise<boolean> {
  return (await lstat(file).catch(ignoreMissing)) !== undefined;
}

function folderOf(place: PlainFolder, item: ReceivedItem): string {
  return path.join(place.directory, ...foldersOf(place, item));
}

/** The folders below the one that the person chose. */
function foldersOf({ keepsPlaces, allowsToolFolders }: PlainFolder, item: ReceivedItem): string[] {
  const folders = keepsPlaces ? safeFolders(item.path) : [];
  return allowsToolFolders ? folders : folders.map(disarmToolName);
}

function fileNameOf({ fileName, allowsToolFolders }: PlainFolder, item: ReceivedItem): string {
  const name = expandFileName(fileName, item);
  return allowsToolFolders ? name : disarmToolName(name);
}

function isFolderOnly({ keepsPlaces }: PlainFolder, item: ReceivedItem): boolean {
  return keepsPlaces === true && isEmptyFolder(item);
}

function hasPlace({ keepsPlaces }: PlainFolder, item: ReceivedItem): boolean {
  return keepsPlaces === true && item.path !== undefined;
}

/** Everybody who may read a file may execute it, as far as they could at its source. */
function withExecuteBits(own: number, mode = 0): number {
  return (own & 0o666) | (mode & 0o111 & ((own & 0o444) >> 2));
}

/** Neither follows a link nor waits for the writer of a pipe. */
const WITHOUT_TRAPS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Makes a file the saved item, if it has exactly its content.
 * @returns false if it does not, is not a file, or belongs to somebody else
 */
async function adoptSame(file: string, item: ReceivedItem): Promise<boolean> {
  const handle = await open(file, WITHOUT_TRAPS).catch(() => undefined);
  if (!handle) return false;
  try {
    const status = await handle.stat();
    if (!status.isFile() || status.size !== item.size) return false;
    if ((await hashOf(handle.createReadStream({ autoClose: false }))) !== item.sha256) return false;
    if (item.modified !== undefined) await setModified(handle, item.modified);
    if (process.platform !== 'win32') await handle.chmod(withExecuteBits(status.mode, item.mode));
    return true;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

async function hashOf(content: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of content) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

function ignoreMissing(error: unknown): undefined {
  if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) throw error;
}
