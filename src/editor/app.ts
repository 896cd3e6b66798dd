import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_LIMITS } from '../core/limits';
import type { RowCommand } from '../webview/messages';
import { ValueWorker } from '../worker/valueWorker';
import { featureCommands, keyCommands, receivedCommands } from './commands';
import { createFeatures, type Features } from './features';
import { createInspecting } from './inspect/inspecting';
import { createWindowItems, resumeItems } from './items/windowItems';
import { KeyCommands } from './keys/keyCommands';
import { Keyring } from './keys/keyring';
import { focusedRows } from './received/focusedRows';
import { createItemDrag } from './received/forwarding';
import { createReceivedView, type ReceivedView } from './received/receivedView';
import { RowSelection } from './received/rowSelection';
import { createReceiving } from './server/receiving';
import { type Handlers, logError, safeLog, type Services } from './services';
import {
  commandId,
  type CommandName,
  COMMANDS_OF_APP,
  FOCUSED_ROWS,
  FOCUSED_SENT,
  INBOX_FOLDER,
} from './shell/names';
import { Reporter } from './shell/reporter';
import { SettingNotices } from './shell/settingNotices';
import type { Views } from './views';

/** Everything that Picklepost does in this window, once it is used. Parts that not every use needs are loaded on demand. */
export type App = ReturnType<typeof createApp>;

export function createApp(context: vscode.ExtensionContext, views: Views) {
  const services = createServices(context);
  const { reporter, log, keyring, own } = services;
  const directory = path.join(context.globalStorageUri.fsPath, INBOX_FOLDER);
  const items = createWindowItems(services, directory);
  const list = createReceivedView(services, items, views.received);
  const inspecting = createInspecting(services, items, () => list.tree.refresh());
  const received = receivedCommands(services, items, list, inspecting);
  const keys = new KeyCommands(keyring, reporter);
  const receiving = createReceiving(services, items, keys, received.arrivals);
  own(new SettingNotices(reporter));
  const features = createFeatures({ services, items, inspecting, keys, receiving, views });
  const handlers: Handlers = {
    ...receiving.commands,
    ...received.commands,
    ...keyCommands(keys),
    ...featureCommands(features, new RowSelection(views.received)),
    showLog: () => log.show(),
  };
  /** An error of the command is shown; its result goes to whoever executes it. */
  const run = (name: CommandName, parameters: readonly unknown[]): Promise<unknown> =>
    reporter.guard(() => runCommand(name, parameters, { handlers, features, list, views }));
  for (const name of COMMANDS_OF_APP)
    own(
      vscode.commands.registerCommand(commandId(name), (...parameters: unknown[]) => run(name, parameters)),
    );
  void resumeItems(services, items, directory).catch(logError(log));
  return {
    run,
    tree: list.tree,
    drag: createItemDrag(inspecting.opener, reporter),
    files: inspecting.files,
    ...features,
    /** Answers a link to this window, which anybody may have made. */
    openLink: (uri: vscode.Uri) => reporter.guard(async () => (await features.links.get()).open(uri)),
    startOnLaunch: () => reporter.guard(() => receiving.server.startOnLaunch()),
  };
}

/** The parts that run commands. */
interface Runners {
  readonly handlers: Handlers;
  readonly features: Features;
  readonly list: ReceivedView;
  readonly views: Views;
}

async function runCommand(
  name: CommandName,
  parameters: readonly unknown[],
  { handlers, features, list, views }: Runners,
): Promise<unknown> {
  // The menus of pages have commands for rows only.
  if (isOfPage(parameters[0])) return (await features.pickles.get()).run(name as RowCommand);
  return handlers[name](...((await withFocusedRows(parameters, list, views)) as never[]));
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

/** Whether the argument is VS Code's description of the page element on which a menu was opened. */
function isOfPage(parameter: unknown): boolean {
  return typeof parameter === 'object' && parameter !== null && 'webview' in parameter;
}

/** The arguments of a command; if they stand for the focused rows, these rows. */
async function withFocusedRows(
  parameters: readonly unknown[],
  list: ReceivedView,
  { received, sent }: Views,
): Promise<readonly unknown[]> {
  if (parameters[0] === FOCUSED_ROWS) return list.tree.undisturbed(() => focusedRows(received));
  return parameters[0] === FOCUSED_SENT ? focusedRows(sent) : parameters;
}
