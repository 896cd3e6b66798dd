import * as vscode from 'vscode';
import type { App, Views } from './editor/app';
import type { PickleDocument } from './editor/pickleEditor/pickleDocument';
import type { TreeNode } from './editor/received/receivedNodes';
import type { QueueEntry } from './editor/sending/outbox';
import type { ServerNode } from './editor/servers/serverNodes';
import { Lazy } from './editor/shell/lazy';
import { lazyDrop, lazyEditor, LazyFiles, LazyTree } from './editor/shell/lazyProviders';
import {
  commandId,
  COMMANDS,
  DROPPED_FILES,
  DOCUMENT_SCHEME,
  LANGUAGE_TOOLS,
  PICKLE_EDITORS,
  RECEIVED_VIEW,
  SENT_VIEW,
  SERVERS_VIEW,
} from './editor/shell/names';
import {
  hasInbox,
  hasUnsent,
  onSharedPickleName,
  hasSharedInboxes,
  startsOnLaunch,
} from './editor/shell/startup';

/** Registers what VS Code may ask for. All that answers is loaded when the first question comes, so that a window in which nobody uses it pays nothing. */
export function activate(context: vscode.ExtensionContext): void {
  const app = new Lazy(loadApp);
  const own = (...disposables: vscode.Disposable[]): void => void context.subscriptions.push(...disposables);
  const pickles = async () => (await app.get()).pickles.get();
  const servers = async () => (await app.get()).servers.get();
  const views: Views = {
    received: vscode.window.createTreeView(RECEIVED_VIEW, {
      treeDataProvider: new LazyTree<TreeNode>(async () => (await app.get()).tree),
      canSelectMany: true,
      showCollapseAll: true,
    }),
    sent: vscode.window.createTreeView(SENT_VIEW, {
      treeDataProvider: new LazyTree<QueueEntry>(async () => (await (await app.get()).sending.get()).tree),
      canSelectMany: true,
    }),
    servers: vscode.window.createTreeView(SERVERS_VIEW, {
      treeDataProvider: new LazyTree<ServerNode>(async () => (await servers()).tree),
      dragAndDropController: lazyDrop<ServerNode>(DROPPED_FILES, async () => (await servers()).drop),
      canSelectMany: true,
    }),
  };
  own(views.received, views.sent, views.servers);

  for (const name of COMMANDS) {
    const run = async (...parameters: unknown[]): Promise<unknown> => (await app.get()).run(name, parameters);
    own(vscode.commands.registerCommand(commandId(name), run));
  }
  const files = new LazyFiles(async () => (await app.get()).files);
  own(
    vscode.workspace.registerFileSystemProvider(DOCUMENT_SCHEME, files, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  const editor = lazyEditor<PickleDocument>(async () => (await pickles()).provider);
  for (const viewType of PICKLE_EDITORS)
    own(
      vscode.window.registerCustomEditorProvider(viewType, editor, {
        supportsMultipleEditorsPerDocument: true,
      }),
    );
  own(onSharedPickleName(() => void pickles()));

  for (const name of LANGUAGE_TOOLS) {
    const tools = async () => (await app.get()).assistants.get();
    own(
      vscode.lm.registerTool<object>(name, {
        prepareInvocation: async ({ input }) => (await tools()).prepare(name, input),
        invoke: async ({ input }) => (await tools()).invoke(name, input),
      }),
    );
  }

  own(vscode.window.registerUriHandler({ handleUri: async (uri) => (await app.get()).openLink(uri) }));

  void resume();

  async function loadApp(): Promise<App> {
    const { createApp } = await import('./editor/app');
    return createApp(context, views);
  }

  /** What was going on when the window was closed, or is to go on in every window. */
  async function resume(): Promise<void> {
    if (hasUnsent(context)) await (await app.get()).sending.get();
    if (hasSharedInboxes()) await (await app.get()).shared.get();
    if (startsOnLaunch()) await (await app.get()).startOnLaunch();
    if (await hasInbox(context)) await app.get();
  }
}
