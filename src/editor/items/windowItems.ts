import path from 'node:path';
import * as vscode from 'vscode';
import { Doorkeeper } from '../../core/admission/doorkeeper';
import type { Inbox } from '../../inbox/inbox';
import { isInbox } from '../../inbox/items/inboxFormat';
import { logError, type Services } from '../services';
import { cancellable } from '../shell/cancellable';
import { Housekeeping } from './housekeeping';
import { PeerWindows } from './peerWindows';
import { ReceivedItems, type ReadPatiently } from './receivedItems';
import { ReceivingStatus } from './receivingStatus';
import { SenderSettings } from './senderSettings';
import { SavedPaths } from './savedPaths';
import { Unread } from './unread';
import { localize } from '../shell/localize';

/** What this window knows of the received items, and of the other windows that share them. */
export interface WindowItems {
  /** Where the inbox is, or will be. */
  readonly directory: string;
  readonly items: ReceivedItems;
  readonly saved: SavedPaths;
  readonly unread: Unread;
  readonly peers: PeerWindows;
  readonly status: ReceivingStatus;
  readonly senders: SenderSettings;
  /** Decides whose items this window takes. */
  readonly doorkeeper: Doorkeeper;
}

/** Touches nothing on the disk. @param directory of the inbox */
export function createWindowItems(services: Services, directory: string): WindowItems {
  const { context, log, worker, own } = services;
  const onError = logError(log);
  const items = own(new ReceivedItems(() => openInbox(services, directory), worker, readCancellably));
  const saved = own(new SavedPaths(context.globalState));
  const peers = own(new PeerWindows(path.join(directory, 'windows'), onError));
  const unread = own(new Unread(items, directory, onError));
  own(peers.onDidChange(() => void (peers.receivesElsewhere && unread.count())));
  const status = new ReceivingStatus();
  const senders = new SenderSettings(onError);
  return { directory, items, saved, unread, peers, status, senders, doorkeeper: new Doorkeeper(senders) };
}

const readCancellably: ReadPatiently = (name, work, unwanted) =>
  cancellable(vscode.l10n.t('Reading "{0}"', name), work, unwanted);

async function openInbox({ log, keyring, reporter }: Services, directory: string): Promise<Inbox> {
  const [key, { Inbox }] = await Promise.all([keyring.inboxKey(directory), import('../../inbox/inbox')]);
  return Inbox.open({
    directory,
    key,
    keepKey: () => {
      // Items do not wait for the secret storage, which may ask the person something.
      keyring.keepInboxKey(key).catch(logError(log));
      return Promise.resolve();
    },
    onNotice: (notice) => void reporter.warning(localize(notice)),
  });
}

/** Joins the other windows, counts what is unread and deletes what is too old, where there is an inbox. */
export async function resumeItems(
  { own, log }: Services,
  { directory, items, saved, unread, peers }: WindowItems,
): Promise<void> {
  const housekeeping = own(new Housekeeping(items, peers, log));
  if (!(await isInbox(directory))) return;
  await peers.join();
  await unread.count();
  await saved.keepOnly(new Set(await items.ids()));
  await housekeeping.run();
}
