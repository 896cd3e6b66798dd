import { messageOf } from '../../core/errors';
import type { PickleActions } from '../../core/codecs/pickle/codec';
import { actionsSentence } from '../inspect/pickleNotices';
import { RANGE_SIZE, splitIntoRanges, type Range } from '../inspect/ranges';
import type { ReceivedItems } from '../items/receivedItems';
import type { ItemNode, NoticeNode, RangeNode, TreeNode, ValueNode } from './receivedNodes';

/** The rows below the row of a dictionary: its values, long ones in ranges, or why they cannot be shown. */
export class ValueRows {
  constructor(private readonly items: Pick<ReceivedItems, 'knownProblem' | 'values'>) {}

  async below(node: ItemNode | ValueNode | RangeNode): Promise<TreeNode[]> {
    switch (node.kind) {
      case 'item':
        return this.belowItem(node);
      case 'value':
        return this.children(node, node.info.path, { start: 0, count: node.info.childCount });
      case 'range':
        return this.children(node, node.path, node.range);
    }
  }

  private async belowItem(node: ItemNode): Promise<TreeNode[]> {
    const problem = this.items.knownProblem(node.item.id);
    // Opening the item tries again.
    if (problem !== undefined) return [{ kind: 'notice', text: problem, parent: node }];
    try {
      const {
        root,
        actions,
        notices: texts,
      } = await this.items.values.use(node.item.id, (value) => Promise.resolve(value));
      const notices: NoticeNode[] = [
        ...(actions === undefined ? [] : levelNotices(actions, node)),
        ...texts.map((text): NoticeNode => ({ kind: 'notice', text, parent: node })),
      ];
      if (root.childCount === 0)
        return [...notices, { kind: 'value', item: node.item, info: root, parent: node }];
      return [...notices, ...(await this.children(node, [], { start: 0, count: root.childCount }))];
    } catch (error) {
      return [{ kind: 'notice', text: messageOf(error), parent: node }];
    }
  }

  private async children(
    parent: ItemNode | ValueNode | RangeNode,
    path: readonly number[],
    range: Range,
  ): Promise<TreeNode[]> {
    const { item } = parent;
    if (range.count > RANGE_SIZE) {
      return splitIntoRanges(range).map((part) => ({ kind: 'range', item, path, range: part, parent }));
    }
    const children = await this.items.values.use(item.id, (value) =>
      value.ask('children', path, range.start, range.count),
    );
    return children.map((info) => ({ kind: 'value', item, info, parent }));
  }
}

/** Plain data goes without saying: it is what a dictionary is expected to be. */
function levelNotices(actions: PickleActions, parent: ItemNode): NoticeNode[] {
  return actions.level === 'plain'
    ? []
    : [{ kind: 'notice', text: actionsSentence(actions), isHarmless: actions.level === 'known', parent }];
}
