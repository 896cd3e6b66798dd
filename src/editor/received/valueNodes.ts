import type { NodeInfo } from '../../core/inspection/inspection';
import { rangesAround, SHOWN_DEPTH } from '../inspect/ranges';
import type { ItemNode, RangeNode, TreeNode, ValueNode } from './receivedNodes';
import type { ValueCache } from '../../worker/valueCache';

/**
 * The row of the value at a path, with all rows above it, as the view makes them when they are expanded one by one. Of what lies deeper
 * than {@link SHOWN_DEPTH} it is the row of the nearest value above.
 * @throws PicklepostError `no-such-item` if the path leads nowhere
 */
export async function valueNodeAt(
  root: ItemNode,
  path: readonly number[],
  values: ValueCache,
): Promise<ItemNode | ValueNode> {
  const { item } = root;
  const shown = path.slice(0, SHOWN_DEPTH);
  const infos = await values.use(item.id, (value) => value.ask('nodesAlong', shown));
  let node: ItemNode | ValueNode = root;
  for (const [depth, ordinal] of shown.entries()) {
    const [above, below] = [infos[depth] as NodeInfo, infos[depth + 1] as NodeInfo];
    const info = { ...below, path: shown.slice(0, depth + 1) };
    let parent: ItemNode | ValueNode | RangeNode = node;
    for (const range of rangesAround(ordinal, above.childCount))
      parent = { kind: 'range', item, path: shown.slice(0, depth), range, parent };
    node = { kind: 'value', item, info, parent };
  }
  return node;
}

/** Whether two nodes stand for one item or value: the view has its own for what it has expanded itself. */
export function isSameRow(one: TreeNode, other: TreeNode): boolean {
  const place = addressOf(one);
  return place !== undefined && place === addressOf(other);
}

function addressOf(node: TreeNode): string | undefined {
  if (node.kind === 'item') return node.item.id;
  return node.kind === 'value' ? [node.item.id, ...node.info.path].join('/') : undefined;
}
