import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { wordsOf, PicklepostError } from '../../core/errors';
import { diskError, hasErrorCode } from '../disk/diskError';
import { makeFolder, PRIVATE_FOLDER } from '../disk/durableFile';
import { isOlder } from '../disk/fileAge';
import { formatFile, markInbox } from '../items/inboxFormat';
import { INBOX_KEY_LENGTH } from '../items/itemFooter';
import { say } from '../../core/text';

/** The key of an inbox, as the one secret of a secret storage. */
export interface InboxSecret {
  /** Undefined if there is none, or if the storage does not return it. */
  read(): PromiseLike<string | undefined>;
  store(text: string): PromiseLike<void>;
}

/** Milliseconds within which a window that has begun a new inbox has stored its key, so that others can read it. */
const STORING_TIME = 5000;
/** Milliseconds between two checks whether it has. */
const PAUSE = 50;

/**
 * Reads the key of an inbox, and makes one if the inbox is new. Several windows may do so at once: the first to mark the
 * directory as an inbox makes the key, and the others wait for it. If there is an inbox, no key is ever made, since its
 * items would be lost.
 * @returns 32 bytes
 * @throws PicklepostError `invalid-key` if the inbox exists but its key does not; `disk`
 */
export async function loadSecretKey(secret: InboxSecret, directory: string): Promise<Buffer> {
  const stored = await secret.read();
  if (stored !== undefined) return decode(stored);
  try {
    const made = await makeKey(secret, directory);
    if (made) return made;
    while (await isBeingMade(directory)) {
      const found = await secret.read();
      if (found !== undefined) return decode(found);
      await setTimeout(PAUSE);
    }
  } catch (error) {
    throw diskError(say`Cannot make the inbox ${directory}`, error);
  }
  throw keyIsMissing(directory);
}

/** Undefined if there is an inbox, perhaps of another window that was faster. */
async function makeKey(secret: InboxSecret, directory: string): Promise<Buffer | undefined> {
  await makeFolder(directory, PRIVATE_FOLDER);
  if (await hasItems(directory)) return undefined;
  const key = randomBytes(INBOX_KEY_LENGTH);
  if (!(await markInbox(directory, key))) return undefined;
  try {
    await secret.store(key.toString('base64'));
    if ((await secret.read()) !== key.toString('base64'))
      throw new Error('it does not give back what it got');
    return key;
  } catch (error) {
    await rm(formatFile(directory), { force: true });
    throw new PicklepostError(
      'invalid-key',
      say`The secret storage did not take the key of the inbox: ${wordsOf(error)}. Unlock it, then try again.`,
      { cause: error },
    );
  }
}

async function hasItems(directory: string): Promise<boolean> {
  try {
    return (await readdir(path.join(directory, 'items'))).length > 0;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function isBeingMade(directory: string): Promise<boolean> {
  const status = await stat(formatFile(directory)).catch(() => undefined);
  return status !== undefined && !isOlder(status, STORING_TIME);
}

function decode(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === INBOX_KEY_LENGTH) return key;
  throw new PicklepostError(
    'invalid-key',
    say`The key in the secret storage is not that of the inbox. Restore it from a backup of your settings; the items are still there.`,
  );
}

function keyIsMissing(directory: string): PicklepostError {
  return new PicklepostError(
    'invalid-key',
    say`The key of the inbox ${directory} is not in the secret storage. The items are still there: unlock the secret storage of the system, and restart the editor. If the key is lost, move the directory away to start a new inbox.`,
  );
}
