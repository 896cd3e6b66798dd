import type { ReceivedItem } from '../../core/item/item';
import { Arranger, type ArrangedItems } from './arrangement';
import type { ArrangementState } from './arrangementState';
import { CachedResult } from './cachedResult';
import { RANGE_SIZE, splitAfterBeginning, splitIntoRanges, type Range } from '../inspect/ranges';
import type { ReceivedItems } from '../items/receivedItems';
import type { GroupNode, ItemNode, ListNode, ListRangeNode, Member, TreeNode } from './receivedNodes';
import { groupId } from './treeItems';
import { describeKind, itemTitle, senderHost } from '../shell/formatting';

/** The rows of all items in the chosen arrangement, long lists in ranges. */
export class ItemList {
  private readonly cached: CachedResult<ArrangedItems>;

  constructor(
    private readonly items: ReceivedItems,
    private readonly arrangement: ArrangementState,
  ) {
    const arranger = new Arranger(items, { title: itemTitle, kind: describeKind, sender: senderHost });
    this.cached = new CachedResult((signal) => arranger.arrange(arrangement.current, signal));
  }

  /** For when items have been added or removed. */
  noteItems(): void {
    this.cached.invalidate();
  }

  /** For when they are to be arranged in another way. */
  noteArrangement(): void {
    this.cached.restart();
  }

  /** @throws PicklepostError `disk` */
  arranged(): Promise<ArrangedItems> {
    return this.cached.get();
  }

  /** The rows at the top. */
  async roots({ ids, groups }: ArrangedItems): Promise<TreeNode[]> {
    return this.children(groups ?? ids, undefined);
  }

  async below(node: ListNode): Promise<TreeNode[]> {
    if (node.kind === 'group') return this.children(node.group.ids, node);
    const { members, range } = node;
    if (range.count <= RANGE_SIZE) return this.rows(members, range, node);
    return splitIntoRanges(range).map((part) => ({ kind: 'listRange', members, range: part, parent: node }));
  }

  /** The row of an item, for {@link vscode.TreeView.reveal}; undefined if the filter hides it. */
  async find(item: ReceivedItem): Promise<ItemNode | undefined> {
    const { ids, groups } = await this.arranged();
    if (!groups)
      return ids.includes(item.id)
        ? { kind: 'item', item, parent: rangeAt(ids, item.id, undefined) }
        : undefined;
    const group = groups.find((one) => one.ids.includes(item.id));
    if (!group) return undefined;
    const { grouping } = this.arrangement.current;
    const parent: GroupNode = { kind: 'group', grouping, group, parent: rangeAt(groups, group, undefined) };
    return { kind: 'item', item, parent: rangeAt(group.ids, item.id, parent) ?? parent };
  }

  private async children(members: readonly Member[], parent: GroupNode | undefined): Promise<TreeNode[]> {
    const { beginning, rest } = splitAfterBeginning(members.length);
    return [
      ...(await this.rows(members, beginning, parent)),
      ...rest.map((range): TreeNode => ({ kind: 'listRange', members, range, parent })),
    ];
  }

  private async rows(
    members: readonly Member[],
    { start, count }: Range,
    parent: ListNode | undefined,
  ): Promise<TreeNode[]> {
    const some = members.slice(start, start + count);
    const { grouping } = this.arrangement.current;
    const groups = some.filter((member) => typeof member !== 'string');
    const above = parent?.kind === 'listRange' ? parent : undefined;
    const headings = groups.map((group): TreeNode => ({ kind: 'group', grouping, group, parent: above }));
    const entries = await this.items.entries(some.filter((member) => typeof member === 'string'));
    const items = entries.map((entry): TreeNode =>
      entry.state === 'damaged'
        ? { kind: 'damaged', id: entry.id, reason: entry.reason, name: entry.name, parent }
        : { kind: 'item', item: entry.item, parent },
    );
    return [...headings, ...items];
  }
}

/** The range of a long list that contains a member; undefined if it is among the first. */
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

/** Distinguishes a list from every other one in the view. */
export function listId(node: ListNode): string {
  if (node.kind === 'group') return groupId(node.grouping, node.group);
  const { start, count } = node.range;
  return `${node.parent ? listId(node.parent) : ''}/list ${String(start)} ${String(count)}`;
}
