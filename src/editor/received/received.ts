import path from 'node:path';
import type * as vscode from 'vscode';
import { Inbox } from '../../inbox/inbox';
import { isInbox } from '../../inbox/items/inboxFormat';
import { PeerWindows } from '../server/peerWindows';
import { logError, type Services } from '../shell/services';
import { ArrangementState } from './arrangementState';
import { Housekeeping } from './housekeeping';
import { ReceivedItems } from './receivedItems';
import type { TreeNode } from './receivedNodes';
import { ReceivedTree } from './receivedTree';
import { ReceivedView } from './receivedView';
import { SavedPaths } from './savedPaths';
import { Unread } from './unread';

/** The received items, and the view that lists them. */
export interface Received {
  readonly items: ReceivedItems;
  readonly saved: SavedPaths;
  readonly unread: Unread;
  readonly peers: PeerWindows;
  readonly list: ReceivedView;
}

/** @param directory of the inbox */
export function createReceived(
  services: Services,
  directory: string,
  view: vscode.TreeView<TreeNode>,
): Received {
  const { context, log, keyring, worker, own } = services;
  const onError = logError(log);
  const open = async (): Promise<Inbox> => Inbox.open({ directory, key: await keyring.inboxKey(directory) });
  const items = own(new ReceivedItems(open, worker));
  const saved = own(new SavedPaths(context.globalState));
  const peers = own(new PeerWindows(path.join(directory, 'windows'), onError));
  const arrangement = new ArrangementState(context.workspaceState);
  const unread = own(new Unread(items, directory, onError));
  const tree = own(new ReceivedTree({ items, arrangement, unread, savedPath: (id) => saved.get(id) }));
  const list = own(new ReceivedView({ view, tree, arrangement, unread, peers }));
  own(peers.onDidChange(() => void (peers.receivesElsewhere && unread.count())));
  own(view.onDidChangeVisibility(({ visible }) => void (visible && peers.join())));
  if (view.visible) void peers.join();
  return { items, saved, unread, peers, list };
}

/** Joins the other windows, counts what is unread and deletes what is too old, where there is an inbox. */
export async function resumeReceived(
  { own, log }: Services,
  directory: string,
  { items, saved, unread, peers }: Received,
): Promise<void> {
  const housekeeping = own(new Housekeeping(items, peers, log));
  if (!(await isInbox(directory))) return;
  await peers.join();
  await unread.count();
  await saved.keepOnly(new Set(await items.ids()));
  await housekeeping.run();
}
