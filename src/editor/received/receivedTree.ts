import * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import { Emitter } from '../../core/scheduling/event';
import type { ReceivedItem } from '../../core/item/item';
import type { PartialItem } from '../../inbox/inbox';
import type { ArrangementState } from './arrangementState';
import { ArrivingRows } from './arrivingRows';
import { DeferredRefresh } from './deferredRefresh';
import { ItemList, listId } from './itemList';
import { offeredRows, offeredTreeItem, QuestionRows, questionTreeItem } from './questionRows';
import type { ReceivedItems } from '../items/receivedItems';
import type { ItemNode, TreeNode, ValueNode } from './receivedNodes';
import {
  damagedTreeItem,
  groupTreeItem,
  type ItemState,
  itemTooltip,
  listRangeTreeItem,
  partialTreeItem,
  receivedTreeItem,
} from './treeItems';
import { noticeTreeItem, rangeTreeItem, valueTreeItem } from './valueTreeItems';
import type { Unread } from '../items/unread';
import { ValueRows } from './valueRows';
import { hostOf } from '../../core/wire/address';
import { PreconditionError } from '../shell/reporter';
import { localize, localizedMessage } from '../shell/localize';

/** The parts that the tree needs to show an item. */
export interface TreeParts {
  readonly items: ReceivedItems;
  readonly arrangement: ArrangementState;
  readonly unread: Unread;
  readonly admissionControl: AdmissionControl;
  /** The file in which an item has been saved, if it has. */
  readonly savedPath: (id: string) => string | undefined;
}

/** Counts of the listed rows. */
export interface Listed {
  /** Number of rows without a filter. */
  readonly total: number;
  readonly shown: number;
  /** Why nothing can be listed. */
  readonly problem?: string;
}

/** Provides the view "Received": arranged items, long lists in ranges; values in them, lazily and in ranges too. */
export class ReceivedTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listed = new Emitter<Listed>();
  /** Fires each time the items have been listed. */
  readonly onDidList = this.listed.event;
  private readonly subscription: vscode.Disposable;
  private readonly list: ItemList;
  private readonly values: ValueRows;
  private readonly questions: QuestionRows;
  /** Rows of items, with the displayed data that may change. */
  private readonly shown = new Map<ItemNode, ItemState>();
  private readonly arriving: ArrivingRows;
  private readonly refreshing = new DeferredRefresh(() => this.refreshChanged(() => true));

  constructor(private readonly parts: TreeParts) {
    const { items, arrangement, unread, admissionControl } = parts;
    this.list = new ItemList(items, arrangement);
    this.values = new ValueRows(items);
    this.questions = new QuestionRows(admissionControl, (row) => {
      if (row) this.changed.fire(row);
      else this.refresh();
    });
    this.arriving = new ArrivingRows(items, (rows) => this.changed.fire(rows));
    this.subscription = vscode.Disposable.from(
      this.changed,
      this.arriving,
      this.refreshing,
      items.onDidChange(() => {
        this.list.noteItems();
        this.refresh();
      }),
      arrangement.onDidChange(() => {
        this.list.noteArrangement();
        this.refresh();
      }),
      unread.onDidChange(() => {
        this.refreshChanged(({ kind }) => kind !== 'dictionary');
        this.refreshing.request();
      }),
      admissionControl.onDidChange(() => this.questions.noteChange()),
      this.questions,
      items.onDidChangeProblem(() => {
        this.refreshing.request();
      }),
    );
  }

  /** Everything. Until VS Code has requested the rows again, commands on the selection come without their rows. */
  refresh(): void {
    this.shown.clear();
    this.changed.fire(undefined);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'item':
        return this.itemRow(node);
      case 'damaged':
        return damagedTreeItem(node.id, node.reason, node.name);
      case 'partial':
        return partialTreeItem(node.partial);
      case 'question':
        return questionTreeItem(node);
      case 'offered':
        return offeredTreeItem(node);
      case 'group':
        return groupTreeItem(node.grouping, node.group);
      case 'listRange':
        return listRangeTreeItem(
          listId(node),
          node.members,
          node.range,
          this.parts.arrangement.current.sorting,
        );
      case 'value':
        return valueTreeItem(node.item, node.info);
      case 'range':
        return rangeTreeItem(node.item, node.path, node.range);
      case 'notice':
        return noticeTreeItem(node);
    }
  }

  /** For the row under the mouse. */
  resolveTreeItem(row: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'item') row.tooltip = itemTooltip(node.item, this.stateOf(node.item));
    return row;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return this.refreshing.hold(() => this.children(node));
  }

  private async children(node: TreeNode | undefined): Promise<TreeNode[]> {
    if (node === undefined) {
      return this.roots().catch((error: unknown) => {
        const problem = localizedMessage(error);
        this.listed.fire({ total: 0, shown: 0, problem });
        return [{ kind: 'notice', text: problem, parent: undefined }];
      });
    }
    switch (node.kind) {
      case 'group':
      case 'listRange':
        return this.list.below(node);
      case 'item':
      case 'value':
      case 'range':
        return this.values.below(node);
      case 'question':
        return offeredRows(node);
      case 'damaged':
      case 'partial':
      case 'offered':
      case 'notice':
        return [];
    }
  }

  /** Runs work that a refresh of rows would disturb, such as expanding several of them. */
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.refreshing.hold(work);
  }

  /**
   * Shows a value as its stored call, or again as its recognized value.
   * @throws PreconditionError if it is not a recognized call
   */
  async showStored(node: ItemNode | ValueNode, isStored: boolean): Promise<void> {
    if (node.kind === 'item' && !(await this.values.isRecognized(node.item.id)))
      throw new PreconditionError(vscode.l10n.t('{0} is stored as it is shown.', node.item.name));
    this.values.storedIn(node.item.id).set(node.kind === 'value' ? node.info.path : [], isStored);
    this.changed.fire(node.kind === 'value' ? node.parent : node);
  }

  /** Makes sure that the row of the value at a path exists. */
  uncover(row: ItemNode, path: readonly number[]): void {
    if (this.values.storedIn(row.item.id).uncover(path)) this.changed.fire(row);
  }

  /** The row of an item, for {@link vscode.TreeView.reveal}; undefined if the filter hides it. */
  find(item: ReceivedItem): Promise<ItemNode | undefined> {
    return this.list.find(item);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private itemRow(node: ItemNode): vscode.TreeItem {
    const state = this.stateOf(node.item);
    this.shown.set(node, state);
    return receivedTreeItem(node.item, state);
  }

  private stateOf({ id }: ReceivedItem): ItemState {
    const { items, unread, savedPath } = this.parts;
    const problem = items.knownProblem(id);
    return {
      savedPath: savedPath(id),
      isUnread: unread.has(id),
      problem: problem && localize(problem),
      isStored: this.values.storedIn(id).has([]),
    };
  }

  /** Only the changed rows, so that a click, which marks as read, does not replace the rows that are clicked next. */
  private refreshChanged(isMeant: (item: ReceivedItem) => boolean): void {
    const rows = [...this.shown].filter(([{ item }, was]) => {
      if (!isMeant(item)) return false;
      const { isUnread, problem } = this.stateOf(item);
      return isUnread !== was.isUnread || problem !== was.problem;
    });
    if (rows.length > 0) this.changed.fire(rows.map(([node]) => node));
  }

  private async roots(): Promise<TreeNode[]> {
    const [partial, arranged] = await Promise.all([this.parts.items.listPartial(), this.list.arranged()]);
    const { ids } = arranged;
    const { filter } = this.parts.arrangement.current;
    const found = partial.filter((one) => contains(one, filter));
    const waiting = this.questions.rows();
    const known = waiting.length + partial.length;
    const [total, shown] = [known + arranged.total, waiting.length + found.length + ids.length];
    this.listed.fire({ total, shown });
    if (shown === 0 && total > 0) {
      const text = vscode.l10n.t('No item contains "{0}".', filter);
      return [{ kind: 'notice', text, isHarmless: true, parent: undefined }];
    }
    const rows = await this.list.roots(arranged);
    return [...waiting, ...this.arriving.show(found), ...rows];
  }
}

/** Whether the name or the sender of an incomplete item contains the text, ignoring case. */
function contains({ name, from }: PartialItem, text: string): boolean {
  const wanted = text.toLocaleLowerCase();
  return [name, hostOf(from)].some((word) => word.toLocaleLowerCase().includes(wanted));
}
