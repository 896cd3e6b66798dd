import type { NodeInfo } from '../../core/inspection/inspection';
import type { PickleActions } from '../../core/codecs/pickle/format';
import { actionsSentence } from '../inspect/pickleNotices';
import type { Range } from '../inspect/ranges';
import { rowsBelow } from '../inspect/rows';
import { StoredPlaces } from '../inspect/storedPlaces';
import type { ReceivedItems } from '../items/receivedItems';
import type { ItemNode, NoticeNode, RangeNode, TreeNode, ValueNode } from './receivedNodes';
import { localize, localizedMessage } from '../shell/localize';

/** The rows below a dictionary: its values, long ones in ranges, or why they cannot be shown. */
export class ValueRows {
  /** By id of the item. */
  private readonly stored = new Map<string, StoredPlaces>();

  constructor(private readonly items: Pick<ReceivedItems, 'knownProblem' | 'values'>) {}

  /** The values of an item that are shown as stored. */
  storedIn(id: string): StoredPlaces {
    const known = this.stored.get(id) ?? new StoredPlaces();
    this.stored.set(id, known);
    return known;
  }

  /** Whether an item as a whole is a recognized value. */
  isRecognized(id: string): Promise<boolean> {
    return this.items.values.use(id, ({ root }) => Promise.resolve(root.known !== undefined));
  }

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
    if (problem !== undefined) return [{ kind: 'notice', text: localize(problem), parent: node }];
    try {
      const {
        root,
        actions,
        notices: texts,
      } = await this.items.values.use(node.item.id, (value) => Promise.resolve(value));
      const notices: NoticeNode[] = [
        ...(actions === undefined ? [] : levelNotices(actions, node)),
        ...texts.map((words): NoticeNode => ({ kind: 'notice', text: localize(words), parent: node })),
      ];
      const [info = root] = await this.turned(node.item.id, [root]);
      if (info.childCount === 0) return [...notices, { kind: 'value', item: node.item, info, parent: node }];
      return [...notices, ...(await this.children(node, info.path, { start: 0, count: info.childCount }))];
    } catch (error) {
      return [{ kind: 'notice', text: localizedMessage(error), parent: node }];
    }
  }

  private async children(
    parent: ItemNode | ValueNode | RangeNode,
    path: readonly number[],
    range: Range,
  ): Promise<TreeNode[]> {
    const { item } = parent;
    const rows = await this.items.values.use(item.id, (value) =>
      rowsBelow(value, path, range, this.stored.get(item.id)),
    );
    return rows.map((row) =>
      row.kind === 'range'
        ? { kind: 'range', item, path, range: row.range, parent }
        : { kind: 'value', item, info: row.info, parent },
    );
  }

  private turned(id: string, infos: readonly NodeInfo[]): Promise<NodeInfo[]> {
    const places = this.stored.get(id);
    if (!places) return Promise.resolve([...infos]);
    return places.turned(infos, (path) => this.items.values.use(id, (value) => value.ask('node', path)));
  }
}

/** Plain data is not mentioned: a dictionary is expected to be plain. */
function levelNotices(actions: PickleActions, parent: ItemNode): NoticeNode[] {
  return actions.level === 'plain'
    ? []
    : [{ kind: 'notice', text: actionsSentence(actions), isHarmless: actions.level === 'known', parent }];
}
