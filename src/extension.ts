import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_LIMITS } from './core/limits';
import { ArrangementState } from './editor/arrangementState';
import { Arrivals } from './editor/arrivals';
import { Comparer } from './editor/comparer';
import { registerCommands } from './editor/commands';
import { Companions } from './editor/companions';
import { ReceivedFiles } from './editor/documents';
import { EncryptionPicker } from './editor/encryptionPicker';
import { Finder } from './editor/finder';
import { forwardedItem } from './editor/forwarding';
import { Housekeeping } from './editor/housekeeping';
import { ItemCommands } from './editor/itemCommands';
import { KeyCommands } from './editor/keyCommands';
import { Keyring } from './editor/keyring';
import { CONTEXT_KEYS, DOCUMENT_SCHEME, SENT_VIEW } from './editor/names';
import { Opener } from './editor/opener';
import { registerPickleEditors } from './editor/pickleEditor';
import { ReceivedItems } from './editor/receivedItems';
import { ReceivedTree } from './editor/receivedTree';
import { ReceivedView } from './editor/receivedView';
import { ReceivingStore } from './editor/receivingStore';
import { isOpen, Outbox } from './editor/outbox';
import { Reporter } from './editor/report';
import { SavedPaths } from './editor/savedPaths';
import { Saver } from './editor/saver';
import { Sender } from './editor/sender';
import { SentTree } from './editor/sentTree';
import { Server } from './editor/server';
import { ServerNotices } from './editor/serverNotices';
import { SettingNotices } from './editor/settingNotices';
import { readSettings } from './editor/settings';
import { createStatusBarItem } from './editor/statusBar';
import { TargetPicker } from './editor/target';
import { Unread } from './editor/unread';
import { Inbox } from './inbox/inbox';
import { isInbox } from './inbox/inboxFormat';
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
  const companions = own(new Companions(path.join(inboxDirectory, 'windows'), onError));
  const arrangement = new ArrangementState(context.workspaceState);
  const unread = own(new Unread(items, inboxDirectory, onError));
  const tree = own(new ReceivedTree({ items, arrangement, unread, savedPath: (id) => saved.get(id) }));
  const { view } = own(new ReceivedView({ tree, arrangement, unread, companions }));
  const files = own(new ReceivedFiles(items, worker));
  const saver = new Saver({ items, saved, reporter, refresh: () => tree.refresh() });
  const opener = new Opener({ items, files, saver, unread, reporter });
  const comparer = own(new Comparer({ items, files, opener, unread, reporter }));
  const finder = new Finder({ items, tree, arrangement, view, unread, reporter });
  const itemCommands = new ItemCommands({ items, tree, view, arrangement, unread, saved, reporter });
  const store = own(new ReceivingStore(items, saved));
  // What arrives counts as unread from the first item on.
  const openStore = () => unread.count().then(() => store.open());
  const server = own(new Server(openStore, keyring, reporter, log, companions));
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
  own(createStatusBarItem(server, companions));
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
  own(registerCommands({ server, sender, outbox, keys, companions, ...ofItems, sentView, reporter, log }));
  const housekeeping = own(new Housekeeping(items, companions, log));
  own(
    vscode.workspace.registerFileSystemProvider(DOCUMENT_SCHEME, files, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  own(
    server.onDidReceive((item) => {
      if (readSettings().received.notify) arrivals.add(item);
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
  if (readSettings().server.startOnLaunch) void reporter.guard(() => server.startOnLaunch());
  own(
    companions.onDidChange(() => {
      if (companions.receivesElsewhere) void unread.count();
    }),
  );
  own(
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) void companions.join();
    }),
  );
  void reporter.guard(() => sender.resume());
  // So that the badge shows what came while no window was open.
  const openInbox = async (): Promise<void> => {
    await companions.join();
    await unread.count();
    await saved.keepOnly(new Set(await items.ids()));
    await housekeeping.run();
  };
  isInbox(inboxDirectory)
    .then((isThere) => (isThere ? openInbox() : undefined))
    .catch(onError);
}
