import { existsSync } from 'node:fs';
import path from 'node:path';
import { FernetKey } from '../../core/crypto/keys';
import { InvalidKeyError, PicklepostError } from '../../core/errors';
import { diskError, hasErrorCode, orDiskError } from '../disk/diskError';
import { createFile, makeFolder, PRIVATE, PRIVATE_FOLDER } from '../disk/durableFile';
import { readSecretFile, type OnNotice } from '../disk/protection';
import { isInbox } from '../items/inboxFormat';
import { say } from '../../core/text';

/** The environment variable that names another file for the inbox's key. The key itself is in neither environment nor arguments. */
export const INBOX_KEY_VARIABLE = 'PICKLEPOST_INBOX_KEY_FILE';

/** The properties of the process that determine the paths. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
}

/** The default place of received items. */
export function defaultInboxDirectory({ platform, environment, home }: Surroundings): string {
  if (platform === 'win32') {
    return path.join(
      environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'),
      'picklepost',
      'inbox',
    );
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'picklepost', 'inbox');
  const data = environment['XDG_DATA_HOME'];
  // The specification says to ignore a relative one.
  const base = data !== undefined && path.isAbsolute(data) ? data : path.join(home, '.local', 'share');
  return path.join(base, 'picklepost', 'inbox');
}

/** The file that holds an inbox's key: beside the directory, so that a copy of the directory does not include it. */
export function inboxKeyFile(directory: string, environment: NodeJS.ProcessEnv): string {
  const named = environment[INBOX_KEY_VARIABLE];
  return named === undefined || named === '' ? `${path.resolve(directory)}.key` : named;
}

/**
 * Reads the key of an inbox, and makes one, readable only by its owner, if the inbox is new.
 * @param file holds 44 characters of base64url, like the key files of Fernet
 * @returns 32 bytes
 * @throws PicklepostError `invalid-key` if the inbox exists but its key does not, or the file holds none, or others may have
 * put it there; `disk`
 */
export async function loadInboxKey(
  file: string,
  directory: string,
  onNotice: OnNotice = () => undefined,
): Promise<Buffer> {
  try {
    const text = (await readIfThere(file, onNotice)) ?? (await createKey(file, directory, onNotice));
    const key = FernetKey.parse(text);
    return Buffer.concat([key.signing, key.encryption]);
  } catch (error) {
    if (error instanceof InvalidKeyError) {
      throw new PicklepostError(
        'invalid-key',
        say`The file ${file} does not hold the key of an inbox. ${error.message}`,
        { cause: error },
      );
    }
    throw diskError(say`Cannot read the key of the inbox from ${file}`, error);
  }
}

/** Writes the key of an open inbox to its file again, if that is missing. @throws PicklepostError `disk` */
export async function keepInboxKey(file: string, key: Buffer): Promise<void> {
  if (existsSync(file)) return;
  const text = FernetKey.fromBytes(key).toText();
  await orDiskError(say`Cannot write the key of the inbox to ${file}`, async () => {
    await makeFolder(path.dirname(file), PRIVATE_FOLDER);
    await createFile(file, `${text}\n`, PRIVATE);
  });
}

async function createKey(file: string, directory: string, onNotice: OnNotice): Promise<string> {
  if (await orDiskError(say`Cannot open the inbox ${directory}`, () => isInbox(directory))) {
    throw new PicklepostError(
      'invalid-key',
      say`The inbox ${directory} is there, but not the file ${file} with its key. Restore the file, name another with ${INBOX_KEY_VARIABLE}, or choose another inbox.`,
    );
  }
  await orDiskError(say`Cannot write the key of the inbox to ${file}`, async () => {
    await makeFolder(path.dirname(file), PRIVATE_FOLDER);
    await createFile(file, `${FernetKey.generate().toText()}\n`, PRIVATE);
  });
  // Another program may have been faster; then its key is used.
  return readSecretFile(file, onNotice);
}

async function readIfThere(file: string, onNotice: OnNotice): Promise<string | undefined> {
  try {
    return await readSecretFile(file, onNotice);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
