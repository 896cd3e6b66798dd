import { homedir } from 'node:os';
import path from 'node:path';
import { Inbox } from '../inbox/inbox';
import { defaultInboxDirectory, inboxKeyFile, loadInboxKey } from '../inbox/inboxKey';

/** Opens the inbox of `--inbox`, or the one of this user. @throws PicklepostError */
export async function openInbox(option: string | undefined): Promise<Inbox> {
  const environment = process.env;
  const directory =
    option === undefined
      ? defaultInboxDirectory({ platform: process.platform, environment, home: homedir() })
      : path.resolve(option);
  const key = await loadInboxKey(inboxKeyFile(directory, environment), directory);
  return Inbox.open({ directory, key });
}
