import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_LIMITS } from './core/limits';
import { ArrangementState } from './editor/received/arrangementState';
import { Arrivals } from './editor/received/arrivals';
import { Comparer } from './editor/inspect/comparer';
import { registerCommands } from './editor/shell/commands';
import { PeerWindows } from './editor/server/peerWindows';
import { ReceivedFiles } from './editor/inspect/documents';
import { EncryptionPicker } from './editor/sending/encryptionPicker';
import { Finder } from './editor/received/finder';
import { forwardedItem } from './editor/received/forwarding';
import { Housekeeping } from './editor/received/housekeeping';
import { ItemCommands } from './editor/received/itemCommands';
import { KeyCommands } from './editor/keys/keyCommands';
import { Keyring } from './editor/keys/keyring';
import { CONTEXT_KEYS, DOCUMENT_SCHEME, SENT_VIEW } from './editor/shell/names';
import { Opener } from './editor/inspect/opener';
import { registerPickleEditors } from './editor/pickleEditor/pickleEditor';
import { ReceivedItems } from './editor/received/receivedItems';
import { ReceivedTree } from './editor/received/receivedTree';
import { ReceivedView } from './editor/received/receivedView';
import { ReceivingStore } from './editor/received/receivingStore';
import { isOpen, Outbox } from './editor/sending/outbox';
import { Reporter } from './editor/shell/reporter';
import { SavedPaths } from './editor/received/savedPaths';
import { Saver } from './editor/received/saver';
import { Sender } from './editor/sending/sender';
import { SentTree } from './editor/sending/sentTree';
import { Server } from './editor/server/server';
import { ServerNotices } from './editor/server/serverNotices';
import { SettingNotices } from './editor/shell/settingNotices';
import { readSettings } from './editor/shell/settings';
import { createStatusBarItem } from './editor/server/statusBar';
import { TargetPicker } from './editor/sending/target';
import { Unread } from './editor/received/unread';
import { Inbox } from './inbox/inbox';
import { isInbox } from './inbox/items/inboxFormat';
import { ValueWorker } from './worker/valueWorker';

/** Builds the parts, connects them, registers them. Nothing is opened, read or started until it is needed. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends { dispose(): unknown }>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const log = own(vscode.window.createOutputChannel('Picklepost', { log: true }));
  const reporter = new Reporter(log);
  const keyring = new Keyring(context.secrets);
  const worker = own(
    new ValueWorker(context.asAbsolutePath(path.join('dist', 'worker.js')), DEFAULT_LIMITS.nestingDepth),
  );
  const inboxDirectory = path.join(context.globalStorageUri.fsPath, 'inbox');
  const items = own(
    new ReceivedItems(
      async () => Inbox.open({ directory: inboxDirectory, key: await keyring.inboxKey(inboxDirectory) }),
      worker,
    ),
  );
  const saved = own(new SavedPaths(context.globalState));
  const onError = (error: unknown): void => {
    log.error(error instanceof Error ? error : String(error));
  };
  const peers = own(new PeerWindows(path.join(inboxDirectory, 'windows'), onError));
  const arrangement = new ArrangementState(context.workspaceState);
  const unread = own(new Unread(items, inboxDirectory, onError));
  const tree = own(new ReceivedTree({ items, arrangement, unread, savedPath: (id) => saved.get(id) }));
  const { view } = own(new ReceivedView({ tree, arrangement, unread, peers }));
  const files = own(new ReceivedFiles(items, worker));
  const saver = new Saver({ items, saved, reporter, refresh: () => tree.refresh() });
  const opener = new Opener({ items, files, saver, unread, reporter });
  const comparer = own(new Comparer({ items, files, opener, unread, reporter }));
  const finder = new Finder({ items, tree, arrangement, view, unread, reporter });
  const itemCommands = new ItemCommands({ items, tree, view, arrangement, unread, saved, reporter });
  const store = own(new ReceivingStore(items, saved));
  // What arrives counts as unread from the first item on.
  const openStore = () => unread.count().then(() => store.open());
  const server = own(new Server(openStore, keyring, reporter, log, peers));
  const arrivals = own(
    new Arrivals(
      reporter,
      (item) => opener.open({ item }),
      (item) => itemCommands.inspect(item),
    ),
  );
  const keys = new KeyCommands(keyring, reporter);
  own(new ServerNotices({ server, keyring, keys, reporter }));
  own(new SettingNotices(reporter));
  const encryption = new EncryptionPicker(keyring, keys, context.workspaceState);
  const targets = new TargetPicker(context.globalState);
  const outbox = own(new Outbox(context.workspaceState));
  const sentView = own(
    vscode.window.createTreeView(SENT_VIEW, { treeDataProvider: new SentTree(outbox), canSelectMany: true }),
  );
  const sender = new Sender({
    keyring,
    targets,
    encryption,
    worker,
    reporter,
    state: context.workspaceState,
    outbox,
    forwarded: (uri) => forwardedItem(items, uri),
  });

  const pickles = own(
    registerPickleEditors({
      ...{ worker, items, reporter, onError },
      state: context.workspaceState,
      scripts: vscode.Uri.joinPath(context.extensionUri, 'dist'),
    }),
  );
  own(createStatusBarItem(server, peers));
  const ofItems = {
    items: itemCommands,
    pickles,
    opener,
    saver,
    comparer,
    finder,
    arrangement,
    unread,
    tree,
    view,
  };
  own(registerCommands({ server, sender, outbox, keys, peers, ...ofItems, sentView, reporter, log }));
  const housekeeping = own(new Housekeeping(items, peers, log));
  own(
    vscode.workspace.registerFileSystemProvider(DOCUMENT_SCHEME, files, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  own(
    server.onDidReceive((item) => {
      if (readSettings().receive.notify) arrivals.add(item);
    }),
  );
  own(
    server.onDidChangeState(
      ({ kind }) => void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.serverState, kind),
    ),
  );
  const noteSent = (): void => {
    const hasEnded = !outbox.entries.every(isOpen);
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.hasEnded, hasEnded);
  };
  noteSent();
  own(outbox.onDidChange(noteSent));
  if (readSettings().receive.startOnLaunch) void reporter.guard(() => server.startOnLaunch());
  own(
    peers.onDidChange(() => {
      if (peers.receivesElsewhere) void unread.count();
    }),
  );
  own(
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) void peers.join();
    }),
  );
  void reporter.guard(() => sender.resume());
  // So that the badge shows what came while no window was open.
  const openInbox = async (): Promise<void> => {
    await peers.join();
    await unread.count();
    await saved.keepOnly(new Set(await items.ids()));
    await housekeeping.run();
  };
  isInbox(inboxDirectory)
    .then((isThere) => (isThere ? openInbox() : undefined))
    .catch(onError);
}
