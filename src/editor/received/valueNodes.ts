import { wayTo } from '../inspect/rows';
import type { ItemNode, RangeNode, TreeNode, ValueNode } from './receivedNodes';
import type { ValueCache } from '../../worker/valueCache';

/**
 * The row of the value at a path, with all rows above it, as the view makes them when they are expanded one by one ({@link wayTo}).
 * @throws PicklepostError `no-such-item` if the path leads nowhere
 */
export async function valueNodeAt(
  root: ItemNode,
  path: readonly number[],
  values: ValueCache,
): Promise<ItemNode | ValueNode> {
  const { item } = root;
  let node: ItemNode | ValueNode = root;
  for (const { above, ranges, info } of await values.use(item.id, (value) => wayTo(value, path))) {
    let parent: ItemNode | ValueNode | RangeNode = node;
    for (const range of ranges) parent = { kind: 'range', item, path: above, range, parent };
    node = { kind: 'value', item, info, parent };
  }
  return node;
}

/** Whether two nodes stand for the same item or value: the view has its own nodes for rows that it has expanded itself. */
export function isSameRow(one: TreeNode, other: TreeNode): boolean {
  const place = addressOf(one);
  return place !== undefined && place === addressOf(other);
}

function addressOf(node: TreeNode): string | undefined {
  if (node.kind === 'item') return node.item.id;
  return node.kind === 'value' ? [node.item.id, ...node.info.path].join('/') : undefined;
}
