import path from 'node:path';
import * as vscode from 'vscode';
import type { ReceivedItem } from '../core/item/item';
import { DEFAULT_LIMITS } from '../core/limits';
import { ValueWorker } from '../worker/valueWorker';
import { Comparer } from './inspect/comparer';
import { ReceivedFiles } from './inspect/documents';
import { Opener } from './inspect/opener';
import { KeyCommands } from './keys/keyCommands';
import { Keyring } from './keys/keyring';
import type { DataPanels } from './data/dataPanels';
import type { CopyForm, RowPurpose } from '../webview/messages';
import { Finder } from './received/finder';
import { focusedRows } from './received/focusedRows';
import { forwardedItem, forwardUri } from './received/forwarding';
import { ItemCommands } from './received/itemCommands';
import type { PickleEditors } from './pickleEditor/pickleEditor';
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
import { Saver } from './items/saver';
import type { QueueEntry } from './sending/outbox';
import type { Sending } from './sending/sending';
import { createReceiving } from './server/receiving';
import { createWindowItems, resumeItems, type WindowItems } from './items/windowItems';
import { Lazy } from './shell/lazy';
import { FOCUSED_ROWS, FOCUSED_SENT, INBOX_FOLDER, type CommandName } from './shell/names';
import { Reporter } from './shell/reporter';
import { logError, type Handlers, type Services } from './services';
import { SettingNotices } from './shell/settingNotices';

/** The views, which are there from the beginning. */
export interface Views {
  readonly received: vscode.TreeView<TreeNode>;
  readonly sent: vscode.TreeView<QueueEntry>;
}

/** All that Picklepost does in this window, once something of it is used. What not every use needs is loaded when it is. */
export type App = ReturnType<typeof createApp>;

export function createApp(context: vscode.ExtensionContext, views: Views) {
  const services = createServices(context);
  const { reporter, log, keyring, own } = services;
  const inbox = path.join(context.globalStorageUri.fsPath, INBOX_FOLDER);
  const ofWindow = createWindowItems(services, inbox);
  const list = createReceivedView(services, ofWindow, views.received);
  const panels = new Lazy(async () => {
    const { DataPanels } = await import('./data/dataPanels');
    return new DataPanels(vscode.Uri.joinPath(context.extensionUri, 'dist'), reporter);
  });
  const inspecting = createInspecting(services, ofWindow, list, panels);
  const keys = new KeyCommands(keyring, reporter);
  const receiving = createReceiving(services, ofWindow, keys, inspecting.arrivals);
  own(new SettingNotices(reporter));
  const sending = new Lazy(async () => {
    const { createSending } = await import('./sending/sending');
    return createSending(services, keys, views.sent, (uri) => forwardedItem(ofWindow.items, uri));
  });
  const pickles = new Lazy(() => createPickles(services, ofWindow, panels, inspecting.comparer));
  const handlers: Handlers = {
    ...receiving.commands,
    ...inspecting.commands,
    ...keyCommands(keys),
    ...sendingHandlers(sending, new RowSelection(views.received)),
    ...pickleHandlers(pickles),
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
    /** What the command throws is shown; what it returns goes to whoever executes it. */
    run: (name: CommandName, parameters: readonly unknown[]): Promise<unknown> =>
      reporter.guard(async () =>
        handlers[name](...((await withFocusedRows(parameters, list, views)) as never[])),
      ),
    startOnLaunch: () => reporter.guard(() => receiving.server.startOnLaunch()),
  };
}

function createServices(context: vscode.ExtensionContext): Services {
  const own = <T extends { dispose(): unknown }>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const log = own(vscode.window.createOutputChannel('Picklepost', { log: true }));
  const script = context.asAbsolutePath(path.join('dist', 'worker.js'));
  return {
    context,
    log,
    reporter: new Reporter(log),
    keyring: new Keyring(context.secrets),
    worker: own(new ValueWorker(script, DEFAULT_LIMITS.nestingDepth)),
    own,
  };
}

/** What shows received items in editors, and the commands on their rows. */
function createInspecting(
  { worker, reporter, own }: Services,
  { items, saved, unread }: WindowItems,
  list: ReceivedView,
  panels: Lazy<DataPanels>,
) {
  const files = own(new ReceivedFiles(items, worker));
  const saver = new Saver({ items, saved, reporter, refresh: () => list.tree.refresh() });
  const opener = new Opener({ items, files, saver, unread, reporter });
  const comparer = own(
    new Comparer({ items, worker, files, opener, unread, reporter, panels: () => panels.get() }),
  );
  const finder = new Finder({ items, list, unread, reporter });
  const ofItems = new ItemCommands({ items, list, saved, reporter });
  const rows = new RowSelection(list.view);
  return {
    files,
    comparer,
    arrivals: {
      open: (item: ReceivedItem) => opener.open({ item }),
      show: (item: ReceivedItem) => ofItems.inspect(item),
    },
    commands: {
      ...openingCommands(rows, opener),
      ...dataCommands(rows, items, () => panels.get()),
      ...findingCommands(rows, finder),
      ...comparingCommands(rows, comparer),
      ...itemCommands(rows, ofItems, saver),
      ...listCommands(list, unread),
    },
  };
}

async function createPickles(
  { context, worker, reporter, log, own }: Services,
  { items }: WindowItems,
  panels: Lazy<DataPanels>,
  comparer: Comparer,
) {
  const { createPickleEditors } = await import('./pickleEditor/pickleEditor');
  return own(
    createPickleEditors({
      ...{ worker, items, reporter, comparer, onError: logError(log), panels: () => panels.get() },
      state: context.workspaceState,
      scripts: vscode.Uri.joinPath(context.extensionUri, 'dist'),
    }),
  );
}

function keyCommands(keys: KeyCommands) {
  return {
    generateKey: () => keys.generate(),
    importKey: () => keys.import(),
    exportKey: () => keys.export(),
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

type RowCommands = Pick<PickleEditors, 'copyRow' | 'useRow'>;

function pickleHandlers(pickles: Lazy<RowCommands>) {
  const copy = (as: CopyForm) => async () => (await pickles.get()).copyRow(as);
  const use = (purpose: RowPurpose) => async () => (await pickles.get()).useRow(purpose);
  return {
    copyRowValue: copy('value'),
    copyRowPath: copy('path'),
    copyRowAsJson: copy('json'),
    copyRowAsPython: copy('python'),
    openRowAsTable: use('openData'),
    showRowAsStored: use('showAsStored'),
    showRowRecognized: use('showRecognized'),
    selectRowForCompare: use('selectForCompare'),
    compareRowWithSelected: use('compareWithSelected'),
  } satisfies Partial<Handlers>;
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
