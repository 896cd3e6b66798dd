import * as vscode from 'vscode';
import type { ReceivedItem } from '../../core/item/item';
import { PlacedError } from '../../worker/workerThread';
import type { ArrangementState } from '../received/arrangementState';
import type { PeerWindows } from '../server/peerWindows';
import type { ItemCommands } from '../received/itemCommands';
import type { KeyCommands } from '../keys/keyCommands';
import { commandId, COMMANDS, FOCUSED_ROWS, FOCUSED_SENT, type CommandName } from './names';
import { isOpen, type Outbox, type QueueEntry } from '../sending/outbox';
import type { Comparer } from '../inspect/comparer';
import type { Finder } from '../received/finder';
import { focusedRows } from '../received/focusedRows';
import { forwardUri } from '../received/forwarding';
import type { Opener } from '../inspect/opener';
import type { PickleEditors } from '../pickleEditor/pickleEditor';
import type { TreeNode } from '../received/receivedNodes';
import type { ReceivedTree } from '../received/receivedTree';
import { PreconditionError, type Reporter } from './reporter';
import type { Saver } from '../received/saver';
import { DocumentError, type Sender } from '../sending/sender';
import type { Server } from '../server/server';
import { showServerActions } from '../server/serverActions';
import type { Unread } from '../received/unread';
import { targetOf, type CommandTarget } from '../received/commandTarget';

export interface CommandParts {
  readonly server: Server;
  readonly sender: Sender;
  readonly outbox: Outbox;
  readonly keys: KeyCommands;
  readonly pickles: PickleEditors;
  readonly items: ItemCommands;
  readonly arrangement: ArrangementState;
  readonly peers: PeerWindows;
  readonly unread: Unread;
  readonly opener: Opener;
  readonly saver: Saver;
  readonly comparer: Comparer;
  readonly finder: Finder;
  readonly tree: ReceivedTree;
  readonly view: vscode.TreeView<TreeNode>;
  readonly sentView: vscode.TreeView<QueueEntry>;
  readonly reporter: Reporter;
  readonly log: vscode.LogOutputChannel;
}

type Handlers = Record<CommandName, (...parameters: never[]) => unknown>;

/** Registers every command of package.json. What a command throws is shown; its result is returned to whoever executes it. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const handlers = createHandlers(parts);
  const run = async (name: CommandName, parameters: unknown[]): Promise<unknown> => {
    return handlers[name](...((await withFocusedRows(parts, parameters)) as never[]));
  };
  const registrations = COMMANDS.map((name) =>
    vscode.commands.registerCommand(commandId(name), (...parameters: unknown[]) =>
      parts.reporter.guard(() => run(name, parameters)).catch(() => undefined),
    ),
  );
  return vscode.Disposable.from(...registrations);
}

/** What a command was called with; where that stands for the rows with the focus, these. */
async function withFocusedRows(
  { tree, view, sentView }: CommandParts,
  parameters: readonly unknown[],
): Promise<readonly unknown[]> {
  if (parameters[0] === FOCUSED_ROWS) return tree.undisturbed(() => focusedRows(view));
  return parameters[0] === FOCUSED_SENT ? focusedRows(sentView) : parameters;
}

function createHandlers(parts: CommandParts): Handlers {
  const { server, sender, outbox, keys, pickles, items, opener, saver, comparer, finder } = parts;
  const { arrangement, peers, unread, view, sentView, reporter, log } = parts;
  const selected = (node?: TreeNode, nodes?: readonly (TreeNode | undefined)[]): readonly TreeNode[] =>
    present(nodes ?? (node ? [node] : view.selection));
  const withNode = (work: (node: TreeNode) => unknown) => (node?: TreeNode) => {
    const [chosen] = selected(node);
    return chosen && work(chosen);
  };
  const withItem = (work: (item: ReceivedItem) => unknown) =>
    withNode((node) => 'item' in node && work(node.item));
  const sentEntries = (entry?: QueueEntry, entries?: readonly QueueEntry[]): readonly QueueEntry[] =>
    entries ?? (entry ? [entry] : sentView.selection);
  const withTarget = (work: (target: CommandTarget) => unknown) =>
    withNode((node) => {
      const target = targetOf(node);
      return target && work(target);
    });
  return {
    startServer: async () => {
      await server.start();
      return server.state;
    },
    stopServer: () => server.stop(),
    // Tabs and title bars hand over what is no list after the one file.
    sendFile: (uri?: vscode.Uri, uris?: unknown) => sender.sendFiles(chosenFiles(uri, uris)),
    sendDictionary: (uri?: vscode.Uri) => pointingToMistakes(reporter, () => sender.sendDictionary(uri)),
    repeatLastSend: () => pointingToMistakes(reporter, () => sender.repeat()),
    generateKey: () => keys.generate(),
    importKey: () => keys.import(),
    exportKey: () => keys.export(),
    showLog: () => {
      log.show();
    },
    serverActions: () => showServerActions(server, peers.receivesElsewhere),
    openItem: withTarget((target) => opener.open(target)),
    openItemAsJson: withTarget((target) => opener.openAs(target, 'json')),
    openItemAsXml: withTarget((target) => opener.openAs(target, 'xml')),
    openItemAsPython: withTarget((target) => opener.openAs(target, 'python')),
    openAsHex: withTarget((target) => opener.openHex(target)),
    findInItem: (node?: TreeNode) => finder.find(selected(node).flatMap((one) => targetOf(one) ?? [])[0]),
    findNext: () => finder.step(1),
    findPrevious: () => finder.step(-1),
    selectForCompare: withTarget((target) => comparer.select(target)),
    compareWithSelected: withTarget((target) => comparer.compareWithSelected(target)),
    compareItems: (node?: TreeNode, nodes?: TreeNode[]) =>
      comparer.compareAll(selected(node, nodes).flatMap((one) => targetOf(one) ?? [])),
    compareWithFile: withTarget((target) => comparer.compareWithFile(target)),
    sendItem: (node?: TreeNode, nodes?: TreeNode[]) =>
      sendOn(
        sender,
        selected(node, nodes).flatMap((one) => (one.kind === 'item' ? [one.item] : [])),
      ),
    inspectItem: withItem((item) => items.inspect(item)),
    copyValue: withNode((node) => items.copyValue(node)),
    copyPath: withNode((node) => items.copyPath(node)),
    copyAsJson: withTarget((target) => items.copyAs(target, 'json')),
    copyAsPython: withTarget((target) => items.copyAs(target, 'python')),
    copyRowValue: () => pickles.copyRow('value'),
    copyRowPath: () => pickles.copyRow('path'),
    copyRowAsJson: () => pickles.copyRow('json'),
    copyRowAsPython: () => pickles.copyRow('python'),
    saveItem: (node?: TreeNode, nodes?: TreeNode[]) =>
      saver.saveAll(selected(node, nodes).flatMap((one) => targetOf(one) ?? [])),
    revealSavedItem: withItem((item) => items.revealSaved(item)),
    deleteItem: (node?: TreeNode, nodes?: TreeNode[]) => items.delete(selected(node, nodes)),
    deleteAllItems: () => items.deleteAll(),
    sendAgain: async (entry?: QueueEntry, entries?: QueueEntry[]) => {
      // One after another, as each may ask something.
      for (const ended of sentEntries(entry, entries).filter((one) => !isOpen(one)))
        await reporter.guard(() => pointingToMistakes(reporter, () => sender.sendAgain(ended)));
    },
    stopSending: async (entry?: QueueEntry, entries?: QueueEntry[]) => {
      for (const { id } of sentEntries(entry, entries).filter(isOpen)) await outbox.stop(id);
    },
    removeSent: (entry?: QueueEntry, entries?: QueueEntry[]) =>
      removeSent(outbox, sentEntries(entry, entries)),
    clearSent: () => outbox.clear(),
    filterItems: () => arrangement.askForFilter(),
    clearFilter: () => arrangement.change({ filter: '' }),
    groupItems: () => arrangement.askForGrouping(),
    sortItems: () => arrangement.askForSorting(),
    markAllRead: () => unread.markAllRead(),
    takeOverServer: () => server.takeOver(),
  };
}

/** VS Code hands over nothing for a row that has just been replaced. */
function present(nodes: readonly (TreeNode | undefined)[]): readonly TreeNode[] {
  const there = nodes.filter((node) => node !== undefined);
  if (there.length === nodes.length) return there;
  throw new PreconditionError(vscode.l10n.t('The list has just changed. Choose again.'));
}

/** Asks first where something has not been sent yet, and then never would be. */
async function removeSent(outbox: Outbox, entries: readonly QueueEntry[]): Promise<void> {
  if (entries.some(isOpen) && !(await confirmRemoval(entries))) return;
  await outbox.remove(entries.map(({ id }) => id));
}

async function confirmRemoval(entries: readonly QueueEntry[]): Promise<boolean> {
  const [first] = entries;
  const isOne = entries.length === 1 && first;
  const question = isOne
    ? vscode.l10n.t('Remove {0} from the list?', first.title)
    : vscode.l10n.t('Remove {0} entries from the list?', entries.length);
  const detail = isOne
    ? vscode.l10n.t('It has not been sent yet, and will not be.')
    : vscode.l10n.t('{0} have not been sent yet, and will not be.', entries.filter(isOpen).length);
  const remove = vscode.l10n.t('Remove');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}

async function sendOn(sender: Sender, items: readonly ReceivedItem[]): Promise<void> {
  if (items.length > 0) await sender.sendFiles(items.map(forwardUri));
}

function chosenFiles(uri: vscode.Uri | undefined, uris: unknown): readonly vscode.Uri[] {
  if (Array.isArray(uris)) return uris as vscode.Uri[];
  return uri ? [uri] : [];
}

/** A mistake in the document is shown with the way to its place. */
async function pointingToMistakes(reporter: Reporter, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const offset = error.cause instanceof PlacedError ? error.start + error.cause.offset : undefined;
    if (offset === undefined) throw error.cause;
    await reporter.error(error.cause, {
      title: vscode.l10n.t('Go to mistake'),
      run: () => reporter.guard(() => showPlace(error.document, offset)),
    });
  }
}

async function showPlace(uri: vscode.Uri, offset: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const position = document.positionAt(offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
