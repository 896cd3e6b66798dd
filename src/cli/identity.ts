import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createFile, makeFolder, PRIVATE, PRIVATE_FOLDER } from '../inbox/disk/durableFile';
import { readSecretFile } from '../inbox/disk/protection';
import { usualInbox } from './inbox';

/** Beside the inbox of this user, whichever inbox is used. */
const FILE = 'sender.identity';
const BYTES = 32;
const TEXT = /^[0-9a-f]{64}\s*$/;

/**
 * The secret by which receivers recognize files that this user sends from here; made at the first request.
 * @returns undefined if it can be neither read nor stored, such as for a user without a home: then later calls cannot resume
 */
export async function senderIdentity(): Promise<Uint8Array | undefined> {
  const file = path.join(path.dirname(usualInbox()), FILE);
  try {
    return (await read(file)) ?? (await create(file));
  } catch {
    return undefined;
  }
}

async function create(file: string): Promise<Uint8Array | undefined> {
  await makeFolder(path.dirname(file), PRIVATE_FOLDER);
  await createFile(file, `${randomBytes(BYTES).toString('hex')}\n`, PRIVATE);
  // Another program may have been faster; then its secret is used.
  return read(file);
}

/** Undefined if there is none. A damaged secret, or one that others may have put there, counts as none. */
async function read(file: string): Promise<Uint8Array | undefined> {
  // Somebody who knows the secret can only tell which of a receiver's files came from here, so the user is not told.
  const text = await readSecretFile(file, () => undefined).catch(() => '');
  return TEXT.test(text) ? Buffer.from(text.trim(), 'hex') : undefined;
}
