import type * as vscode from 'vscode';
import type { ReceivedItem } from '../../core/item/item';
import { chosenRows } from '../shell/chosenRows';
import type { CommandTarget } from '../items/commandTarget';
import type { TreeNode } from './receivedNodes';

/** The rows of the view "Received" that a command is about: those it was called with, otherwise the selected ones. */
export class RowSelection {
  constructor(private readonly view: vscode.TreeView<TreeNode>) {}

  /** @throws PreconditionError as {@link chosenRows} does */
  nodes(node?: TreeNode, nodes?: readonly (TreeNode | undefined)[]): readonly TreeNode[] {
    return chosenRows(this.view, node, nodes);
  }

  targets(node?: TreeNode, nodes?: readonly (TreeNode | undefined)[]): readonly CommandTarget[] {
    return this.nodes(node, nodes).flatMap((one) => targetOf(one) ?? []);
  }

  items(node?: TreeNode, nodes?: readonly (TreeNode | undefined)[]): readonly ReceivedItem[] {
    return this.nodes(node, nodes).flatMap((one) => (one.kind === 'item' ? [one.item] : []));
  }

  /** A command for one row, whatever it is. */
  withNode(work: (node: TreeNode) => unknown): (node?: TreeNode) => unknown {
    return (node) => {
      const [first] = this.nodes(node);
      return first && work(first);
    };
  }

  /** A command for one item, or one value in it. */
  withTarget(work: (target: CommandTarget) => unknown): (node?: TreeNode) => unknown {
    return this.withNode((node) => {
      const target = targetOf(node);
      return target && work(target);
    });
  }

  /** A command for the item of a row. */
  withItem(work: (item: ReceivedItem) => unknown): (node?: TreeNode) => unknown {
    return this.withNode((node) => 'item' in node && node.kind !== 'offered' && work(node.item));
  }
}

/** Undefined for a row that is neither an item nor a value. */
export function targetOf(node: TreeNode): CommandTarget | undefined {
  if (node.kind === 'item') return { item: node.item };
  return node.kind === 'value' ? { item: node.item, info: node.info } : undefined;
}
