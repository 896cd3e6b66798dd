import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createFile, makeFolder, PRIVATE, PRIVATE_FOLDER } from '../inbox/disk/durableFile';
import { readSecretFile } from '../inbox/disk/protection';
import { usualInbox } from './inbox';

/** Beside the inbox of this user, whatever inbox is used. */
const FILE = 'sender.identity';
const BYTES = 32;
const TEXT = /^[0-9a-f]{64}\s*$/;

/**
 * The secret by which receivers recognize what this user sends from here; made when it is first asked for.
 * @returns undefined where it can be neither read nor kept, such as for a user without a home: then nothing is continued by a later call
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
  // Another program may have been faster, and then its secret counts.
  return read(file);
}

/** Undefined where there is none; one that is damaged, or that others may have put there, is none. */
async function read(file: string): Promise<Uint8Array | undefined> {
  // With one that others know, they can tell which of a receiver's files came from here, and no more: so nobody is told.
  const text = await readSecretFile(file, () => undefined).catch(() => '');
  return TEXT.test(text) ? Buffer.from(text.trim(), 'hex') : undefined;
}
