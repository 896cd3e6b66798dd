import type * as vscode from 'vscode';
import type { Comparand } from '../inspect/comparedSide';
import type { Finder } from './finder';
import type { ItemCommands } from './itemCommands';
import type { TreeNode } from './receivedNodes';
import type { ReceivedView } from './receivedView';
import type { RowSelection } from './rowSelection';
import type { Saver } from '../items/saver';
import type { Unread } from '../items/unread';
import type { ReceivedItems } from '../items/receivedItems';
import type { DataPanels } from '../data/dataPanels';
import { receivedSource } from '../data/dataSources';
import type { DataMode } from '../../webview/dataMessages';
import type { Comparer } from '../inspect/comparer';
import type { Opener } from '../inspect/opener';
import type { Handlers } from '../services';

type Rows = [node?: TreeNode, nodes?: readonly (TreeNode | undefined)[]];

/** Commands that show a received item, or a value in it, in an editor. */
export function openingCommands(rows: RowSelection, opener: Opener) {
  return {
    openItem: rows.withTarget((target) => opener.open(target)),
    openItemAsJson: rows.withTarget((target) => opener.openAs(target, 'json')),
    openItemAsXml: rows.withTarget((target) => opener.openAs(target, 'xml')),
    openItemAsPython: rows.withTarget((target) => opener.openAs(target, 'python')),
    openAsHex: rows.withTarget((target) => opener.openHex(target)),
  } satisfies Partial<Handlers>;
}

/** Commands that show a value as a table, a picture or a plot. */
export function dataCommands(rows: RowSelection, items: ReceivedItems, panels: () => Promise<DataPanels>) {
  const open = (mode: DataMode) =>
    rows.withTarget(async (target) => (await panels()).open(receivedSource(items, target), mode));
  return {
    openAsTable: open('table'),
    openAsPicture: open('picture'),
    openAsPlot: open('plot'),
  } satisfies Partial<Handlers>;
}

/** Commands that search in a dictionary. */
export function findingCommands(rows: RowSelection, finder: Finder) {
  return {
    findInItem: (node?: TreeNode) => {
      finder.find(rows.targets(node)[0]);
    },
    findNext: () => finder.step(1),
    findPrevious: () => finder.step(-1),
  } satisfies Partial<Handlers>;
}

/** Commands that compare two items, files, or values in them. */
export function comparingCommands(rows: RowSelection, comparer: Comparer) {
  const ofRow = (work: (comparand: Comparand) => unknown) =>
    rows.withTarget((target) => work({ kind: 'received', target }));
  const ofFile = (work: (comparand: Comparand) => unknown) => (uri?: vscode.Uri) =>
    uri && work({ kind: 'file', file: { uri } });
  return {
    selectForCompare: ofRow((comparand) => comparer.select(comparand)),
    compareWithSelected: ofRow((comparand) => comparer.compareWithSelected(comparand)),
    compareWithFile: ofRow((comparand) => comparer.compareWithFile(comparand)),
    compareItems: (...given: Rows) => comparer.compareAll(rows.targets(...given)),
    selectFileForCompare: ofFile((comparand) => comparer.select(comparand)),
    compareFileWithSelected: ofFile((comparand) => comparer.compareWithSelected(comparand)),
    compareFiles: (_file?: vscode.Uri, files: readonly vscode.Uri[] = []) => comparer.compareFiles(files),
  } satisfies Partial<Handlers>;
}

/** Commands that copy, save, show and delete received items. */
export function itemCommands(rows: RowSelection, items: ItemCommands, saver: Saver) {
  return {
    showAsStored: rows.withNode((node) => items.showStored(node, true)),
    showRecognized: rows.withNode((node) => items.showStored(node, false)),
    inspectItem: rows.withItem((item) => items.inspect(item)),
    copyValue: rows.withNode((node) => items.copyValue(node)),
    copyPath: rows.withNode((node) => items.copyPath(node)),
    copyAsJson: rows.withTarget((target) => items.copyAs(target, 'copyAsJson')),
    copyAsPython: rows.withTarget((target) => items.copyAs(target, 'copyAsPython')),
    saveItem: (...given: Rows) => saver.saveAll(rows.targets(...given)),
    revealSavedItem: rows.withItem((item) => items.revealSaved(item)),
    deleteItem: (...given: Rows) => items.delete(rows.nodes(...given)),
    deleteAllItems: () => items.deleteAll(),
  } satisfies Partial<Handlers>;
}

/** Commands that arrange the list. */
export function listCommands({ arrangement }: ReceivedView, unread: Unread) {
  return {
    filterItems: () => arrangement.askForFilter(),
    clearFilter: () => arrangement.change({ filter: '' }),
    groupItems: () => arrangement.askForGrouping(),
    sortItems: () => arrangement.askForSorting(),
    markAllRead: () => unread.markAllRead(),
  } satisfies Partial<Handlers>;
}
