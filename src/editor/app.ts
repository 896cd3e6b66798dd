import path from 'node:path';
import * as vscode from 'vscode';
import type { ReceivedItem } from '../core/item/item';
import { DEFAULT_LIMITS } from '../core/limits';
import { ValueWorker } from '../worker/valueWorker';
import { createInspecting, type Inspecting } from './inspect/inspecting';
import { KeyCommands } from './keys/keyCommands';
import { Keyring } from './keys/keyring';
import type { RowCommand } from '../webview/messages';
import { Finder } from './received/finder';
import { focusedRows } from './received/focusedRows';
import { forwardedItem, forwardUri } from './received/forwarding';
import { ItemCommands } from './received/itemCommands';
import { createReceivedView, type ReceivedView } from './received/receivedView';
import {
  comparingCommands,
  dataCommands,
  findingCommands,
  itemCommands,
  listCommands,
  openingCommands,
} from './received/receivedCommands';
import type { TreeNode } from './received/receivedNodes';
import { RowSelection } from './received/rowSelection';
import type { QueueEntry } from './sending/outbox';
import type { Sending } from './sending/sending';
import type { ServerNode, ServerRow } from './servers/serverNodes';
import type { Servers } from './servers/servers';
import { createPairingEntry } from './pairing/pairingEntry';
import { createReceiving } from './server/receiving';
import { createWindowItems, resumeItems, type WindowItems } from './items/windowItems';
import { Lazy } from './shell/lazy';
import { FOCUSED_ROWS, FOCUSED_SENT, INBOX_FOLDER, type CommandName } from './shell/names';
import { Reporter } from './shell/reporter';
import { logError, type Handlers, type Services } from './services';
import { SettingNotices } from './shell/settingNotices';
import { safeLog } from './shell/safeLog';

/** The views, which are there from the beginning. */
export interface Views {
  readonly received: vscode.TreeView<TreeNode>;
  readonly sent: vscode.TreeView<QueueEntry>;
  readonly servers: vscode.TreeView<ServerNode>;
}

/** All that Picklepost does in this window, once something of it is used. What not every use needs is loaded when it is. */
export type App = ReturnType<typeof createApp>;

export function createApp(context: vscode.ExtensionContext, views: Views) {
  const services = createServices(context);
  const { reporter, log, keyring, own } = services;
  const inbox = path.join(context.globalStorageUri.fsPath, INBOX_FOLDER);
  const ofWindow = createWindowItems(services, inbox);
  const list = createReceivedView(services, ofWindow, views.received);
  const inspecting = createInspecting(services, ofWindow, () => list.tree.refresh());
  const received = receivedCommands(services, ofWindow, list, inspecting);
  const keys = new KeyCommands(keyring, reporter);
  const receiving = createReceiving(services, ofWindow, keys, received.arrivals);
  own(new SettingNotices(reporter));
  const sending = new Lazy(async () => {
    const { createSending } = await import('./sending/sending');
    return createSending(services, keys, views.sent, (uri) => forwardedItem(ofWindow.items, uri));
  });
  const shared = new Lazy(async () => {
    const { SharedInboxes } = await import('./shared/sharedInboxes');
    const inboxes = own(new SharedInboxes({ keyring, log, ...receiving.shared }));
    inboxes.follow();
    return inboxes;
  });
  const servers = new Lazy(async () => {
    const { createServers } = await import('./servers/servers');
    const { server } = receiving;
    return createServers(
      services,
      await sending.get(),
      keys,
      { server, peers: ofWindow.peers, shared: await shared.get() },
      views.servers,
    );
  });
  const pairing = createPairingEntry(services, receiving.server, ofWindow.peers, async () =>
    (await sending.get()).targets.list().flatMap(({ source, target }) => (source === 'own' ? [] : target)),
  );
  const snippets = new Lazy(async () => {
    const { createSnippetCommands } = await import('./snippets/snippetCommands');
    const folder = context.asAbsolutePath(path.join('media', 'snippets'));
    const { server } = receiving;
    return createSnippetCommands(folder, () =>
      server.state.kind === 'listening' ? server.state : undefined,
    );
  });
  const assistants = new Lazy(async () => {
    const { AssistantTools } = await import('./assistants/assistantTools');
    return new AssistantTools(() => ofWindow.items.inbox(), services.worker);
  });
  const pickles = new Lazy(async () => {
    const { createPickleEditors } = await import('./pickleEditor/pickleEditor');
    return createPickleEditors(services, ofWindow.items, inspecting);
  });
  const handlers: Handlers = {
    ...receiving.commands,
    ...received.commands,
    ...keyCommands(keys),
    ...pairing.handlers,
    ...sendingHandlers(sending, new RowSelection(views.received)),
    ...serverHandlers(servers),
    copySendingCode: async (node?: ServerNode) => (await snippets.get()).copySendingCode(rowOf(node)),
    copyReceivingCode: async (node?: ServerNode) => (await snippets.get()).copyReceivingCode(rowOf(node)),
    showLog: () => {
      log.show();
    },
  };
  void resumeItems(services, ofWindow).catch(logError(log));
  return {
    tree: list.tree,
    files: inspecting.files,
    sending,
    pickles,
    servers,
    assistants,
    shared,
    openLink: pairing.openLink,
    /** What the command throws is shown; what it returns goes to whoever executes it. */
    run: (name: CommandName, parameters: readonly unknown[]): Promise<unknown> =>
      reporter.guard(async () => {
        // The menus of pages have commands for rows only.
        if (isOfPage(parameters[0])) return (await pickles.get()).run(name as RowCommand);
        return handlers[name](...((await withFocusedRows(parameters, list, views)) as never[]));
      }),
    startOnLaunch: () => reporter.guard(() => receiving.server.startOnLaunch()),
  };
}

function createServices(context: vscode.ExtensionContext): Services {
  const own = <T extends { dispose(): unknown }>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const log = safeLog(own(vscode.window.createOutputChannel('Picklepost', { log: true })));
  const script = context.asAbsolutePath(path.join('dist', 'worker.js'));
  return {
    context,
    log,
    reporter: new Reporter(log),
    keyring: own(new Keyring(context.secrets)),
    worker: own(new ValueWorker(script, DEFAULT_LIMITS.nestingDepth)),
    own,
  };
}

/** The commands of the view "Received". */
function receivedCommands(
  { reporter }: Services,
  { items, saved, unread }: WindowItems,
  list: ReceivedView,
  { saver, opener, comparer, panels }: Inspecting,
) {
  const finder = new Finder({ items, list, unread, reporter });
  const ofItems = new ItemCommands({ items, list, saved, reporter });
  const rows = new RowSelection(list.view);
  return {
    arrivals: {
      open: (item: ReceivedItem) => opener.open({ item }),
      show: (item: ReceivedItem) => ofItems.inspect(item),
    },
    commands: {
      ...openingCommands(rows, opener),
      ...dataCommands(rows, items, panels),
      ...findingCommands(rows, finder),
      ...comparingCommands(rows, comparer),
      ...itemCommands(rows, ofItems, saver),
      ...listCommands(list, unread),
    },
  };
}

/** Whether VS Code hands over what it knows of the element of a page on which a menu was opened. */
function isOfPage(parameter: unknown): boolean {
  return typeof parameter === 'object' && parameter !== null && 'webview' in parameter;
}

function keyCommands(keys: KeyCommands) {
  return {
    generateKey: () => keys.generate(),
    importKey: () => keys.import(),
    exportKey: () => keys.export(),
    keyFromPassphrase: () => keys.fromPassphrase(),
    renameKey: () => keys.rename(),
    deleteKey: () => keys.delete(),
    showKeyFingerprint: () => keys.showFingerprint(),
    manageKeys: () => keys.manage(),
  } satisfies Partial<Handlers>;
}

type SendingCommands = Sending['commands'];

function sendingHandlers(sending: Lazy<{ commands: SendingCommands }>, rows: RowSelection) {
  const later =
    <Name extends keyof SendingCommands>(name: Name) =>
    async (...parameters: Parameters<SendingCommands[Name]>): Promise<unknown> => {
      const command = (await sending.get()).commands[name] as (...given: unknown[]) => unknown;
      return command(...parameters);
    };
  return {
    sendFile: later('sendFile'),
    sendDictionary: later('sendDictionary'),
    repeatLastSend: later('repeatLastSend'),
    sendAgain: later('sendAgain'),
    stopSending: later('stopSending'),
    removeSent: later('removeSent'),
    clearSent: later('clearSent'),
    sendItem: async (...given: Parameters<RowSelection['items']>) => {
      const uris = rows.items(...given).map(forwardUri);
      if (uris.length > 0) await later('sendFile')(uris[0], uris);
    },
  } satisfies Partial<Handlers>;
}

type ServerHandlers = Servers['commands'];

function serverHandlers(servers: Lazy<{ commands: ServerHandlers }>) {
  const later =
    <Name extends keyof ServerHandlers>(name: Name) =>
    async (...parameters: Parameters<ServerHandlers[Name]>): Promise<unknown> => {
      const command = (await servers.get()).commands[name] as (...given: unknown[]) => unknown;
      return command(...parameters);
    };
  return {
    sendFileToServer: later('sendFileToServer'),
    sendEditorToServer: later('sendEditorToServer'),
    sendDictionaryToServer: later('sendDictionaryToServer'),
    testServer: later('testServer'),
    addServer: later('addServer'),
    saveServer: later('saveServer'),
    renameServer: later('renameServer'),
    forgetServer: later('forgetServer'),
    copyServerAddress: later('copyServerAddress'),
    setInboxCredentials: later('setInboxCredentials'),
    useServerAsDefault: later('useServerAsDefault'),
    stopUsingAsDefault: later('stopUsingAsDefault'),
  } satisfies Partial<Handlers>;
}

function rowOf(node: ServerNode | undefined): ServerRow | undefined {
  return node?.kind === 'server' ? node : undefined;
}

/** What a command was called with; where that stands for the rows with the focus, these. */
async function withFocusedRows(
  parameters: readonly unknown[],
  list: ReceivedView,
  { received, sent }: Views,
): Promise<readonly unknown[]> {
  if (parameters[0] === FOCUSED_ROWS) return list.tree.undisturbed(() => focusedRows(received));
  return parameters[0] === FOCUSED_SENT ? focusedRows(sent) : parameters;
}
