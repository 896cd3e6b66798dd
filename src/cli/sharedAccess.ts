import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { userInfo } from 'node:os';
import type { NamedKey } from '../core/crypto/namedKey';
import { PicklepostError } from '../core/errors';
import { say, inEnglish } from '../core/text';
import { diskError } from '../inbox/disk/diskError';
import { readSecretFile } from '../inbox/disk/protection';
import { asInboxName, isInboxName, parseInboxAddress, type InboxAddress } from '../nats/inboxAddress';
import type { InboxAccess } from '../nats/inboxConnection';
import { readerName } from '../nats/readerName';
import { UsageError } from './arguments';
import { senderIdentity } from './identity';
import { usualInbox } from './inbox';
import { readKeyFile } from './keys';
import type { Output } from './output';

/** Options with which every command reaches a shared inbox. */
export const ACCESS_OPTIONS = {
  as: { type: 'string' },
  creds: { type: 'string' },
  ca: { type: 'string' },
} as const;

/** Names a file with credentials, if `--creds` names none. */
export const CREDENTIALS_VARIABLE = 'PICKLEPOST_NATS_CREDS';

export const ACCESS_HELP = `  --creds FILE          a NATS credentials file, the seed of an NKey,
                        user:password or a token (default: the file that
                        ${CREDENTIALS_VARIABLE} names)
  --ca FILE             also trust the certificate authorities in this file`;

interface AccessOptions {
  readonly as?: string | undefined;
  readonly creds?: string | undefined;
  readonly ca?: string | undefined;
}

/**
 * @param url of `--to`, `--from` or an argument
 * @param usual the name without `--as`
 * @throws UsageError; PicklepostError `disk`
 */
export async function readAccess(
  url: string,
  { as, creds = process.env[CREDENTIALS_VARIABLE], ca }: AccessOptions,
  usual: Pick<InboxAccess, 'name' | 'prefersUser'>,
  output: Pick<Output, 'note'>,
): Promise<InboxAccess> {
  if (as !== undefined && !isInboxName(as))
    throw new UsageError(`Invalid value "${as}" for --as: expected 1 to 64 letters, digits, - and _.`);
  const address = readAddress(url);
  return {
    address,
    ...(as === undefined ? usual : { name: as }),
    ...(creds && { credentials: await readCredentials(creds, output) }),
    ...(ca !== undefined && { authorities: await readAuthorities(ca) }),
  };
}

/** @throws UsageError */
function readAddress(url: string): InboxAddress {
  try {
    return parseInboxAddress(url);
  } catch (error) {
    if (error instanceof PicklepostError) throw new UsageError(error.message);
    throw error;
  }
}

/** The key of a shared inbox, named after its file. @throws UsageError without one; PicklepostError */
export async function readInboxKey(file: string | undefined, output: Output): Promise<NamedKey> {
  if (file === undefined)
    throw new UsageError('A shared inbox needs --key-file FILE: its items are always encrypted.');
  return { name: path.parse(file).name, key: await readKeyFile(file, output) };
}

/** The name of the sender, unless `--as` gives one. */
export function usualSender(): Pick<InboxAccess, 'name' | 'prefersUser'> {
  return { name: asInboxName(userName()), prefersUser: true };
}

/** The name of the reader: each inbox of each machine gets every item. @param inbox of `--inbox` */
export async function usualReader(inbox: string | undefined): Promise<Pick<InboxAccess, 'name'>> {
  const place = path.resolve(inbox ?? usualInbox());
  return { name: readerName(userName(), await senderIdentity(), place) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unnamed';
  }
}

async function readCredentials(file: string, output: Pick<Output, 'note'>): Promise<string> {
  try {
    return await readSecretFile(file, (notice) => output.note(`picklepost: ${inEnglish(notice)}`));
  } catch (error) {
    throw diskError(say`Cannot read the credentials ${file}`, error);
  }
}

async function readAuthorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw diskError(say`Cannot read the certificates ${file}`, error);
  }
}
