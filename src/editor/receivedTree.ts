import * as vscode from 'vscode';
import { messageOf } from '../core/errors';
import { Emitter } from '../core/event';
import type { NodeInfo } from '../core/inspection';
import type { ReceivedItem } from '../core/wire/item';
import type { PartialItem } from '../inbox/inbox';
import { arrangeItems, type ArrangedItems, type Grouping, type ItemGroup } from './arrangement';
import type { ArrangementState } from './arrangementState';
import { CalmRefresh } from './calmRefresh';
import { ArrivingRows, type PartialNode } from './arrivingRows';
import { actionsSentence } from './pickleNotices';
import { RANGE_SIZE, splitAfterBeginning, splitIntoRanges, type Range } from './ranges';
import type { ReceivedItems } from './receivedItems';
import {
  damagedTreeItem,
  groupId,
  groupTreeItem,
  listRangeTreeItem,
  noticeTreeItem,
  partialTreeItem,
  rangeTreeItem,
  receivedTreeItem,
  valueTreeItem,
  type ItemState,
} from './treeItems';
import type { Unread } from './unread';
import { describeKind, hostOf, itemTitle, senderHost } from './wording';

/** A row of the view "Received". */
export type TreeNode =
  ItemNode | DamagedNode | PartialNode | GroupNode | ListRangeNode | ValueNode | RangeNode | NoticeNode;

export interface ItemNode {
  readonly kind: 'item';
  readonly item: ReceivedItem;
  /** Undefined at the top. */
  readonly parent?: ListNode | undefined;
}

/** Items under one heading. */
export interface GroupNode {
  readonly kind: 'group';
  readonly grouping: Grouping;
  readonly group: ItemGroup;
  readonly parent: ListRangeNode | undefined;
}

/** Some of a long list of items, or of groups. */
export interface ListRangeNode {
  readonly kind: 'listRange';
  readonly members: readonly Member[];
  readonly range: Range;
  readonly parent: ListNode | undefined;
}

type ListNode = GroupNode | ListRangeNode;

/** Of a list: the id of an item, or a group. */
type Member = string | ItemGroup;

export interface DamagedNode {
  readonly kind: 'damaged';
  readonly id: string;
  readonly reason: string;
  /** Where only the content is damaged. */
  readonly name: string | undefined;
  readonly parent?: ListNode | undefined;
}

/** A value inside of a received dictionary. */
export interface ValueNode {
  readonly kind: 'value';
  readonly item: ReceivedItem;
  readonly info: NodeInfo;
  readonly parent: TreeNode;
}

/** Some of the children of a large value. */
export interface RangeNode {
  readonly kind: 'range';
  readonly item: ReceivedItem;
  readonly path: readonly number[];
  readonly range: Range;
  readonly parent: TreeNode;
}

/** A sentence before or in place of children, such as the reason why an item cannot be shown, or what its pickle would run. */
export interface NoticeNode {
  readonly kind: 'notice';
  readonly text: string;
  /** Undefined where it stands in place of all items. */
  readonly parent: ItemNode | undefined;
}

/** What the tree needs of other parts to show an item. */
export interface TreeParts {
  readonly items: ReceivedItems;
  readonly arrangement: ArrangementState;
  readonly unread: Unread;
  /** Where an item has been saved to, if it has. */
  readonly savedPath: (id: string) => string | undefined;
}

/** What is listed. */
export interface Listed {
  /** Rows that there would be without a filter. */
  readonly total: number;
  readonly shown: number;
}

/** Feeds the view "Received": items as they are arranged, long lists in ranges; values in them, lazily and in ranges too. */
export class ReceivedTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listed = new Emitter<Listed>();
  /** Fires each time the items have been listed. */
  readonly onDidList = this.listed.event;
  private readonly subscription: vscode.Disposable;
  /** Until something changes. */
  private arranged: Promise<ArrangedItems> | undefined;
  /** Rows of items, and what was shown of them that may change. */
  private readonly shown = new Map<ItemNode, ItemState>();
  private readonly arriving: ArrivingRows;
  private readonly calm = new CalmRefresh(() => this.refreshChanged(() => true));

  constructor(private readonly parts: TreeParts) {
    const { items, arrangement, unread } = parts;
    const rearrange = (): void => {
      this.arranged = undefined;
      this.refresh();
    };
    this.arriving = new ArrivingRows(items, (rows) => this.changed.fire(rows));
    this.subscription = vscode.Disposable.from(
      this.changed,
      this.arriving,
      this.calm,
      items.onDidChange(rearrange),
      arrangement.onDidChange(rearrange),
      unread.onDidChange(() => {
        this.refreshChanged(({ kind }) => kind !== 'dictionary');
        this.calm.request();
      }),
      items.onDidChangeProblem(() => {
        this.calm.request();
      }),
    );
  }

  /** Everything. Until VS Code has asked for the rows again, commands on what is selected come without their rows. */
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
        return noticeTreeItem(node.text, node.parent?.item);
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return this.calm.answer(() => this.children(node));
  }

  private async children(node: TreeNode | undefined): Promise<TreeNode[]> {
    if (node === undefined) {
      return this.roots().catch((error: unknown) => [
        { kind: 'notice', text: messageOf(error), parent: undefined },
      ]);
    }
    switch (node.kind) {
      case 'group':
        return this.listChildren(node.group.ids, node);
      case 'listRange':
        return this.listRangeChildren(node);
      case 'item':
        return this.itemChildren(node);
      case 'value':
        return this.valueChildren(node, node.info.path, { start: 0, count: node.info.childCount });
      case 'range':
        return this.valueChildren(node, node.path, node.range);
      case 'damaged':
      case 'partial':
      case 'notice':
        return [];
    }
  }

  /** The row of an item, for {@link vscode.TreeView.reveal}; undefined if the filter hides it. */
  async find(item: ReceivedItem): Promise<ItemNode | undefined> {
    const { ids, groups } = await this.arrange();
    if (!groups)
      return ids.includes(item.id)
        ? { kind: 'item', item, parent: rangeAt(ids, item.id, undefined) }
        : undefined;
    const group = groups.find((one) => one.ids.includes(item.id));
    if (!group) return undefined;
    const { grouping } = this.parts.arrangement.current;
    const parent: GroupNode = { kind: 'group', grouping, group, parent: rangeAt(groups, group, undefined) };
    return { kind: 'item', item, parent: rangeAt(group.ids, item.id, parent) ?? parent };
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
    return { savedPath: savedPath(id), isUnread: unread.has(id), problem: items.knownProblem(id) };
  }

  /** Only the rows that change, so that a click, which marks as read, does not take the rows away from what is clicked next. */
  private refreshChanged(isMeant: (item: ReceivedItem) => boolean): void {
    const rows = [...this.shown].filter(([{ item }, was]) => {
      if (!isMeant(item)) return false;
      const { isUnread, problem } = this.stateOf(item);
      return isUnread !== was.isUnread || problem !== was.problem;
    });
    if (rows.length > 0) this.changed.fire(rows.map(([node]) => node));
  }

  private arrange(): Promise<ArrangedItems> {
    if (this.arranged) return this.arranged;
    const arranged = arrangeItems(this.parts.items, this.parts.arrangement.current, {
      title: itemTitle,
      kind: describeKind,
      sender: senderHost,
    });
    this.arranged = arranged;
    arranged.catch(() => {
      if (this.arranged === arranged) this.arranged = undefined;
    });
    return arranged;
  }

  private async roots(): Promise<TreeNode[]> {
    const [partial, arranged] = await Promise.all([this.parts.items.listPartial(), this.arrange()]);
    const { ids, groups } = arranged;
    const { filter } = this.parts.arrangement.current;
    const found = partial.filter((one) => contains(one, filter));
    const [total, shown] = [partial.length + arranged.total, found.length + ids.length];
    this.listed.fire({ total, shown });
    if (shown === 0 && total > 0)
      return [{ kind: 'notice', text: vscode.l10n.t('No item contains "{0}".', filter), parent: undefined }];
    const rows = await this.listChildren(groups ?? ids, undefined);
    return [...this.arriving.show(found), ...rows];
  }

  private async listChildren(members: readonly Member[], parent: GroupNode | undefined): Promise<TreeNode[]> {
    const { beginning, rest } = splitAfterBeginning(members.length);
    return [
      ...(await this.rows(members, beginning, parent)),
      ...rest.map((range): TreeNode => ({ kind: 'listRange', members, range, parent })),
    ];
  }

  private async listRangeChildren(node: ListRangeNode): Promise<TreeNode[]> {
    const { members, range } = node;
    if (range.count <= RANGE_SIZE) return this.rows(members, range, node);
    return splitIntoRanges(range).map((part) => ({ kind: 'listRange', members, range: part, parent: node }));
  }

  private async rows(
    members: readonly Member[],
    { start, count }: Range,
    parent: ListNode | undefined,
  ): Promise<TreeNode[]> {
    const some = members.slice(start, start + count);
    const { grouping } = this.parts.arrangement.current;
    const groups = some.filter((member) => typeof member !== 'string');
    const above = parent?.kind === 'listRange' ? parent : undefined;
    const headings = groups.map((group): TreeNode => ({ kind: 'group', grouping, group, parent: above }));
    const entries = await this.parts.items.entries(some.filter((member) => typeof member === 'string'));
    const items = entries.map((entry): TreeNode =>
      entry.state === 'damaged'
        ? { kind: 'damaged', id: entry.id, reason: entry.reason, name: entry.name, parent }
        : { kind: 'item', item: entry.item, parent },
    );
    return [...headings, ...items];
  }

  private async itemChildren(node: ItemNode): Promise<TreeNode[]> {
    const problem = this.parts.items.knownProblem(node.item.id);
    // Opening the item tries again.
    if (problem !== undefined) return [{ kind: 'notice', text: problem, parent: node }];
    try {
      const { root, actions } = await this.parts.items.values.use(node.item.id, (value) =>
        Promise.resolve(value),
      );
      const warning = actions && actionsSentence(actions);
      const notices = warning === undefined ? [] : [{ kind: 'notice' as const, text: warning, parent: node }];
      if (root.childCount === 0)
        return [...notices, { kind: 'value', item: node.item, info: root, parent: node }];
      return [...notices, ...(await this.valueChildren(node, [], { start: 0, count: root.childCount }))];
    } catch (error) {
      return [{ kind: 'notice', text: messageOf(error), parent: node }];
    }
  }

  private async valueChildren(
    parent: ItemNode | ValueNode | RangeNode,
    path: readonly number[],
    range: Range,
  ): Promise<TreeNode[]> {
    const { item } = parent;
    if (range.count > RANGE_SIZE) {
      return splitIntoRanges(range).map((part) => ({ kind: 'range', item, path, range: part, parent }));
    }
    const children = await this.parts.items.values.use(item.id, (value) =>
      value.children(path, range.start, range.count),
    );
    return children.map((info) => ({ kind: 'value', item, info, parent }));
  }
}

/** The range of a long list in which a member stands; undefined where it stands among the first. */
function rangeAt(
  members: readonly Member[],
  member: Member,
  parent: GroupNode | undefined,
): ListRangeNode | undefined {
  const at = members.indexOf(member);
  const holds = ({ start, count }: Range): boolean => at >= start && at < start + count;
  let found: ListRangeNode | undefined;
  let range = splitAfterBeginning(members.length).rest.find(holds);
  while (range) {
    found = { kind: 'listRange', members, range, parent: found ?? parent };
    range = splitIntoRanges(range).find(holds);
  }
  return found;
}

/** Tells a list from every other one in the view. */
function listId(node: ListNode): string {
  if (node.kind === 'group') return groupId(node.grouping, node.group);
  const { start, count } = node.range;
  return `${node.parent ? listId(node.parent) : ''}/list ${String(start)} ${String(count)}`;
}

/** Whether the name or the sender of an item that is not here whole contains the text, whatever the case. */
function contains({ name, from }: PartialItem, text: string): boolean {
  const wanted = text.toLocaleLowerCase();
  return [name, hostOf(from)].some((word) => word.toLocaleLowerCase().includes(wanted));
}
