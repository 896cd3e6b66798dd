import * as vscode from 'vscode';
import { decodeText } from '../../core/contentType';
import { PicklepostError } from '../../core/errors';
import { COPIED_TEXT } from '../../core/limits';
import type { ReceivedItem } from '../../core/item/item';
import { copiedText } from '../inspect/valueCopy';
import { copyText } from '../shell/clipboard';
import { RECEIVED_VIEW } from '../shell/names';
import type { ReceivedItems } from '../items/receivedItems';
import type { TreeNode } from './receivedNodes';
import type { ReceivedView } from './receivedView';
import { PreconditionError, type Reporter } from '../shell/reporter';
import type { SavedPaths } from '../items/savedPaths';
import { revealFile } from '../items/saver';
import { hasValue, targetLabel, type CommandTarget } from '../items/commandTarget';
import { targetOf } from './rowSelection';
import { formatSize } from '../../core/amounts';
import { itemTitle } from '../shell/formatting';

export interface ItemCommandParts {
  readonly items: ReceivedItems;
  readonly list: ReceivedView;
  readonly saved: SavedPaths;
  readonly reporter: Reporter;
}

/** The commands for the rows of the view "Received". A command without a row means the selected one. */
export class ItemCommands {
  constructor(private readonly parts: ItemCommandParts) {}

  /** Shows an item in the view, expanded. */
  async inspect(item: ReceivedItem): Promise<void> {
    const { tree, view, arrangement } = this.parts.list;
    let node = await tree.find(item);
    if (!node && arrangement.current.filter !== '') {
      await arrangement.change({ filter: '' });
      node = await tree.find(item);
    }
    if (!node) return;
    const row = node;
    const expand = item.kind === 'dictionary';
    await tree.undisturbed(async () => view.reveal(row, { select: true, focus: true, expand }));
  }

  /** Switches a value to its stored call, or back to its recognized value. */
  async showStored(node: TreeNode, isStored: boolean): Promise<void> {
    if (node.kind === 'value' || node.kind === 'item') await this.parts.list.tree.showStored(node, isStored);
  }

  async copyValue(node: TreeNode): Promise<void> {
    const [target, text] = [targetOf(node), await this.textOf(node)];
    if (target && text !== undefined) await copyText(text, placeOf(target));
  }

  /** The Python expression for a value; for an item, the path of the file in which it was saved. */
  async copyPath(node: TreeNode): Promise<void> {
    const path =
      node.kind === 'value' ? node.info.expression : node.kind === 'item' && this.pathOf(node.item);
    if (path === false) return;
    await copyText(path, path);
  }

  private pathOf(item: ReceivedItem): string {
    const saved = this.parts.saved.get(item.id);
    if (saved !== undefined) return saved;
    // The beginning of the paths of its values.
    if (item.kind === 'dictionary') return 'data';
    throw new PreconditionError(vscode.l10n.t('Save the item first. It has no path yet.'));
  }

  /** Copies a value or a whole dictionary in a form; if JSON cannot hold it, offers Python. */
  async copyAs(target: CommandTarget, command: 'copyAsJson' | 'copyAsPython'): Promise<void> {
    const { items, reporter } = this.parts;
    const path = target.info?.path ?? [];
    try {
      const text = await items.values.use(target.item.id, (value) => copiedText(value, path, command));
      await copyText(text, placeOf(target));
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'unencodable' || command === 'copyAsPython')
        throw error;
      const asPython = {
        title: vscode.l10n.t('Copy as Python'),
        run: () => reporter.guard(() => this.copyAs(target, 'copyAsPython')),
      };
      void reporter.error(error, asPython);
    }
  }

  /** Shows the file in which an item was saved: in the explorer, or if it lies outside the workspace, in the system's. */
  async revealSaved(item: ReceivedItem): Promise<void> {
    const saved = this.parts.saved.get(item.id);
    if (saved === undefined)
      throw new PicklepostError(
        'no-such-item',
        vscode.l10n.t('This item has not been saved yet. Use "Save as".'),
      );
    const file = vscode.Uri.file(saved);
    if (!(await isThere(file)))
      throw new PicklepostError(
        'no-such-item',
        vscode.l10n.t('{0} is no longer there. Use "Save as" to save the item again.', saved),
      );
    await revealFile(file);
  }

  /** Deletes the items of the rows after asking: one row, all selected ones, or all under a heading. */
  async delete(nodes: readonly TreeNode[]): Promise<void> {
    const { items } = this.parts;
    const partial = nodes.flatMap((node) => (node.kind === 'partial' ? [node.partial] : []));
    const ids = new Set(nodes.flatMap(itemIds));
    const count = ids.size + partial.length;
    const [first] = nodes;
    if (count === 0 || !first) return;
    const question =
      nodes.length === 1 && first.kind !== 'group'
        ? vscode.l10n.t('Delete {0}?', rowName(first))
        : count === 1
          ? vscode.l10n.t('Delete 1 item?')
          : vscode.l10n.t('Delete {0} items?', count.toLocaleString(vscode.env.language));
    if (!(await confirm(question, vscode.l10n.t('Delete')))) return;
    await showProgress(async () => {
      const inbox = await items.inbox();
      for (const { transfer } of partial) await inbox.deletePartial(transfer);
      await items.delete([...ids]);
    });
  }

  async deleteAll(): Promise<void> {
    const { items } = this.parts;
    const [ids, partial] = await Promise.all([items.ids(), items.listPartial()]);
    if (ids.length + partial.length === 0) return;
    const count = (ids.length + partial.length).toLocaleString(vscode.env.language);
    const question = vscode.l10n.t('Delete all received items ({0})?', count);
    if (!(await confirm(question, vscode.l10n.t('Delete all')))) return;
    await showProgress(async () => (await items.inbox()).deleteAll());
  }

  private async textOf(node: TreeNode): Promise<string | undefined> {
    const { values } = this.parts.items;
    const target = targetOf(node);
    if (!target) return undefined;
    if (hasValue(target))
      return values.use(target.item.id, (value) => copiedText(value, target.info?.path ?? [], 'copyValue'));
    return this.fileText(target.item);
  }

  private async fileText({ id, size }: ReceivedItem): Promise<string> {
    if (size > COPIED_TEXT)
      throw new PicklepostError(
        'limit-exceeded',
        vscode.l10n.t('Too large for the clipboard: {0}. Use "Save as", or "Open".', formatSize(size)),
      );
    const bytes = await (await this.parts.items.inbox()).readAll(id, COPIED_TEXT);
    const text = decodeText(bytes);
    if (text !== undefined) return text;
    throw new PicklepostError(
      'unsupported',
      vscode.l10n.t('Only text can be copied. Use "Save as", or "Open as hex".'),
    );
  }
}

function placeOf(target: CommandTarget): string {
  return target.info?.expression ?? targetLabel(target);
}

async function isThere(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}

function itemIds(node: TreeNode): readonly string[] {
  switch (node.kind) {
    case 'item':
      return [node.item.id];
    case 'damaged':
      return [node.id];
    case 'group':
      return node.group.ids;
    default:
      return [];
  }
}

function rowName(node: TreeNode): string {
  if (node.kind === 'item') return itemTitle(node.item);
  if (node.kind === 'damaged' && node.name !== undefined) return node.name;
  const isNamed = node.kind === 'partial' && !node.partial.isDamaged;
  return isNamed ? node.partial.name : vscode.l10n.t('this damaged item');
}

/** Shows in the view that something is going on. */
async function showProgress(work: () => Promise<void>): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: RECEIVED_VIEW } }, work);
}

async function confirm(question: string, yes: string): Promise<boolean> {
  const detail = vscode.l10n.t('This cannot be undone.');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
