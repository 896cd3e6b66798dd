import { constants } from 'node:fs';
import { chmod, lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { PicklepostError } from '../../core/errors';
import { PRIVATE, PRIVATE_FOLDER } from './durableFile';
import { fill } from '../../core/fill';
import { KEY_FILE_SIZE } from '../../core/limits';
import { say, type Words } from '../../core/text';

/*
 * On systems with users and modes: files with secrets belong to this user, and nobody else can read or change them. A file
 * that others may have put there is refused. If others could only read it, its mode is restricted, and the person is told.
 * On other systems, nothing is checked.
 */

/** Bits of a mode that let others write. */
const OTHERS_WRITE = 0o022;
/** Bits of a mode that let others do anything. */
const OTHERS = 0o077;
const ROOT = 0;

/** Called with what was changed, in a sentence or two. */
export type OnNotice = (notice: Words) => void;

/**
 * Makes sure that only this user can enter a folder.
 * @throws PicklepostError `disk` if it belongs to another user, or is a link that another user made; what node:fs throws
 */
export async function protectFolder(folder: string, onNotice: OnNotice): Promise<void> {
  const user = currentUser();
  if (user === undefined) return;
  const link = await lstat(folder);
  if (link.isSymbolicLink() && !isOf(link, user, ROOT)) throw othersLink(folder);
  const status = await stat(folder);
  if (!isOf(status, user)) throw othersFolder(folder);
  const mode = status.mode & 0o777;
  if ((mode & OTHERS) === 0) return;
  await chmod(folder, PRIVATE_FOLDER).catch(() => undefined);
  const now = (await stat(folder)).mode;
  const could = (mode & OTHERS_WRITE) === 0 ? say`enter` : say`change`;
  onNotice(
    (now & OTHERS) === 0
      ? say`Other users could ${could} the folder ${folder}. Its mode was ${octal(mode)}, and is ${octal(now)} now.`
      : say`Other users can ${could} the folder ${folder}, and its mode cannot be changed. Choose a folder on a disk that supports modes.`,
  );
}

/** A subfolder that only this program makes. @throws as {@link protectFolder}, and if it is a link */
export async function protectOwnFolder(folder: string, onNotice: OnNotice): Promise<void> {
  if (currentUser() !== undefined && (await lstat(folder)).isSymbolicLink()) throw plantedLink(folder);
  await protectFolder(folder, onNotice);
}

/**
 * Reads a file that holds a key. It may also be a pipe, or belong to root.
 * @param mayHavePlanted whether a file that others could have written is read all the same, to be inspected
 * @throws PicklepostError `invalid-key` if another user may have put it there; what node:fs throws
 */
export async function readSecretFile(
  file: string,
  onNotice: OnNotice,
  mayHavePlanted = false,
): Promise<string> {
  const user = currentUser();
  if (user !== undefined && !mayHavePlanted) {
    const link = await lstat(file);
    if (link.isSymbolicLink() && !isOf(link, user, ROOT)) throw plantedKey(file);
  }
  const handle = await open(file, constants.O_RDONLY);
  try {
    if (user !== undefined) await protectKeyFile(file, handle, user, onNotice, mayHavePlanted);
    return await readStart(handle);
  } finally {
    await handle.close();
  }
}

async function protectKeyFile(
  file: string,
  handle: FileHandle,
  user: number,
  onNotice: OnNotice,
  mayHavePlanted: boolean,
): Promise<void> {
  const status = await handle.stat();
  const mode = status.mode & 0o777;
  const problem = !isOf(status, user, ROOT)
    ? plantedKey(file)
    : status.isFile() && (mode & OTHERS_WRITE) !== 0
      ? writableKey(file)
      : undefined;
  if (problem && !mayHavePlanted) throw problem;
  if (problem) onNotice(problem.words);
  // Files of root are the decision of root.
  if (problem || !status.isFile() || (mode & OTHERS) === 0 || status.uid !== user) return;
  await handle.chmod(PRIVATE).catch(() => undefined);
  const now = (await handle.stat()).mode;
  const advice = say`If somebody may have read it, make a new key.`;
  onNotice(
    (now & OTHERS) === 0
      ? say`Other users could read the key file ${file}. Its mode was ${octal(mode)}, and is ${octal(now)} now. ${advice}`
      : say`Other users can read the key file ${file}, and its mode cannot be changed. ${advice}`,
  );
}

async function readStart(handle: FileHandle): Promise<string> {
  const start = await fill((...part) => handle.read(...part), Buffer.alloc(KEY_FILE_SIZE), null);
  return start.toString('utf8');
}

/** Undefined on systems without users. */
function currentUser(): number | undefined {
  return process.geteuid?.();
}

function isOf({ uid }: { readonly uid: number }, ...users: readonly number[]): boolean {
  return users.includes(uid);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function othersFolder(folder: string): PicklepostError {
  return new PicklepostError(
    'disk',
    say`The folder ${folder} belongs to another user, who could read or change what is in it. Choose a folder of your own.`,
  );
}

function othersLink(folder: string): PicklepostError {
  return new PicklepostError(
    'disk',
    say`${folder} is a link that another user made. Remove it, or choose a folder of your own.`,
  );
}

function plantedLink(folder: string): PicklepostError {
  return new PicklepostError(
    'disk',
    say`${folder} is a link in place of a folder of the inbox. Remove the link, or choose another inbox.`,
  );
}

function plantedKey(file: string): PicklepostError {
  return new PicklepostError(
    'invalid-key',
    say`The key file ${file} belongs to another user, who may have put it there. Use a file of your own.`,
  );
}

function writableKey(file: string): PicklepostError {
  return new PicklepostError(
    'invalid-key',
    say`Other users can change the key file ${file}, so it may not hold your key. Compare its fingerprint with the other side, then make the file private: chmod 600 ${file}`,
  );
}
