import type { NodeInfo } from '../../core/inspection/inspection';
import type { ReceivedItem } from '../../core/item/item';
import type { Grouping, ItemGroup } from './arrangement';
import type { PartialNode } from './arrivingRows';
import type { OfferedNode, QuestionNode } from './questionRows';
import type { Range } from '../inspect/ranges';

/** A row of the view "Received". */
export type TreeNode =
  | ItemNode
  | DamagedNode
  | PartialNode
  | QuestionNode
  | OfferedNode
  | GroupNode
  | ListRangeNode
  | ValueNode
  | RangeNode
  | NoticeNode;

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

/** A range of a long list of items or groups. */
export interface ListRangeNode {
  readonly kind: 'listRange';
  readonly members: readonly Member[];
  readonly range: Range;
  readonly parent: ListNode | undefined;
}

export type ListNode = GroupNode | ListRangeNode;

/** A member of a list: the id of an item, or a group. */
export type Member = string | ItemGroup;

export interface DamagedNode {
  readonly kind: 'damaged';
  readonly id: string;
  readonly reason: string;
  /** If only the content is damaged. */
  readonly name: string | undefined;
  readonly parent?: ListNode | undefined;
}

/** A value inside a received dictionary. */
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

/** A sentence before or in place of children, such as why an item cannot be shown, or what its pickle would run. */
export interface NoticeNode {
  readonly kind: 'notice';
  readonly text: string;
  /** Whether it warns of nothing. */
  readonly isHarmless?: boolean;
  /** Undefined if it stands in place of all items. */
  readonly parent: ItemNode | undefined;
}
