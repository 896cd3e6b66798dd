import * as vscode from 'vscode';
import type { App } from './editor/app';
import type { PickleDocument } from './editor/pickleEditor/pickleDocument';
import type { TreeNode } from './editor/received/receivedNodes';
import type { QueueEntry } from './editor/sending/outbox';
import type { ServerNode } from './editor/servers/serverNodes';
import { Lazy } from './editor/shell/lazy';
import { lazyDrag, lazyDrop, lazyEditor, LazyFiles, LazyTree } from './editor/shell/lazyProviders';
import {
  commandId,
  COMMANDS_OF_ENTRY,
  DRAGGED_AS,
  DROPPED_ON_SERVER,
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
import type { Views } from './editor/views';

/**
 * Registers commands, views and editors. Their code is loaded at the first use, so that a window in which nobody uses it
 * pays nothing.
 */
export function activate(context: vscode.ExtensionContext): void {
  const app: Lazy<App> = new Lazy(async () => (await import('./editor/app')).createApp(context, views));
  const views: Views = createViews(app);
  context.subscriptions.push(
    views.received,
    views.sent,
    views.servers,
    ...registerCommands(app),
    registerFiles(app),
    ...registerPickleEditors(app),
    ...registerTools(app),
    vscode.window.registerUriHandler({
      handleUri: async (uri) => {
        await (await app.get()).openLink(uri);
      },
    }),
  );
  void resume(context, app);
}

function createViews(app: Lazy<App>): Views {
  const servers = async () => (await app.get()).servers.get();
  return {
    received: vscode.window.createTreeView(RECEIVED_VIEW, {
      treeDataProvider: new LazyTree<TreeNode>(async () => (await app.get()).tree),
      dragAndDropController: lazyDrag<TreeNode>(DRAGGED_AS, async () => (await app.get()).drag),
      canSelectMany: true,
      showCollapseAll: true,
    }),
    sent: vscode.window.createTreeView(SENT_VIEW, {
      treeDataProvider: new LazyTree<QueueEntry>(async () => (await (await app.get()).sending.get()).tree),
      canSelectMany: true,
    }),
    servers: vscode.window.createTreeView(SERVERS_VIEW, {
      treeDataProvider: new LazyTree<ServerNode>(async () => (await servers()).tree),
      dragAndDropController: lazyDrop<ServerNode>(DROPPED_ON_SERVER, async () => (await servers()).drop),
      canSelectMany: true,
    }),
  };
}

function registerCommands(app: Lazy<App>): vscode.Disposable[] {
  return COMMANDS_OF_ENTRY.map((name) =>
    vscode.commands.registerCommand(commandId(name), async (...parameters: unknown[]): Promise<unknown> =>
      (await app.get()).run(name, parameters),
    ),
  );
}

function registerFiles(app: Lazy<App>): vscode.Disposable {
  const files = new LazyFiles(async () => (await app.get()).files);
  const options = { isReadonly: true, isCaseSensitive: true };
  return vscode.workspace.registerFileSystemProvider(DOCUMENT_SCHEME, files, options);
}

function registerPickleEditors(app: Lazy<App>): vscode.Disposable[] {
  const pickles = async () => (await app.get()).pickles.get();
  const editor = lazyEditor<PickleDocument>(async () => (await pickles()).provider);
  const options = { supportsMultipleEditorsPerDocument: true };
  return [
    ...PICKLE_EDITORS.map((type) => vscode.window.registerCustomEditorProvider(type, editor, options)),
    onSharedPickleName(() => void pickles()),
  ];
}

/** Registers the tools of language models. */
function registerTools(app: Lazy<App>): vscode.Disposable[] {
  const tools = async () => (await app.get()).assistants.get();
  return LANGUAGE_TOOLS.map((name) =>
    vscode.lm.registerTool<object>(name, {
      prepareInvocation: async ({ input }) => (await tools()).prepare(name, input),
      invoke: async ({ input }) => (await tools()).invoke(name, input),
    }),
  );
}

/** Resumes what was under way when the window was closed, and starts what runs in every window. */
async function resume(context: vscode.ExtensionContext, app: Lazy<App>): Promise<void> {
  if (hasUnsent(context)) await (await app.get()).sending.get();
  if (hasSharedInboxes()) await (await app.get()).shared.get();
  if (startsOnLaunch()) await (await app.get()).startOnLaunch();
  if (hasInbox(context)) await app.get();
}
