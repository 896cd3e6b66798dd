import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { PicklepostError } from '../core/errors';
import { diskError, hasErrorCode } from '../inbox/disk/diskError';
import { Inbox } from '../inbox/inbox';
import { isInbox } from '../inbox/items/inboxFormat';
import { defaultInboxDirectory, inboxKeyFile, keepInboxKey, loadInboxKey } from '../inbox/keys/inboxKey';
import type { Output } from './output';
import { say, inEnglish, type Words } from '../core/text';

/** Called with facts about the inbox that a person should know. */
type Notes = Pick<Output, 'note'>;

/** A line of help. */
export const INBOX_OPTION = '\n  --inbox DIR  folder of the inbox (default: see "picklepost --help")';

/** Opens the inbox of `--inbox`, or the one of this user; creates it if it is missing. @throws PicklepostError */
export async function makeInbox(option: string | undefined, output: Notes): Promise<Inbox> {
  return open(directoryOf(option), output);
}

/** Opens the inbox of `--inbox`, or the one of this user. @throws PicklepostError, `disk` if it does not exist */
export async function openInbox(option: string | undefined, output: Notes): Promise<Inbox> {
  const directory = directoryOf(option);
  if (!(await isThere(directory))) {
    throw new PicklepostError(
      'disk',
      `There is no inbox at ${directory}. "picklepost receive" makes one; --inbox DIR names another.`,
    );
  }
  return open(directory, output);
}

/** The inbox of this user. */
export function usualInbox(): string {
  return defaultInboxDirectory({ platform: process.platform, environment: process.env, home: homedir() });
}

function directoryOf(option: string | undefined): string {
  return option === undefined ? usualInbox() : path.resolve(option);
}

/** Whether a directory is an inbox, or was one: its mark may be lost, and is written again. */
async function isThere(directory: string): Promise<boolean> {
  try {
    if (await isInbox(directory)) return true;
    return (await stat(path.join(directory, 'items'))).isDirectory();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw diskError(say`Cannot open the inbox ${directory}`, error);
  }
}

async function open(directory: string, output: Notes): Promise<Inbox> {
  const file = inboxKeyFile(directory, process.env);
  const onNotice = (notice: Words): void => output.note(`picklepost: ${inEnglish(notice)}`);
  const key = await loadInboxKey(file, directory, onNotice);
  return Inbox.open({ directory, key, keepKey: () => keepInboxKey(file, key), onNotice });
}
