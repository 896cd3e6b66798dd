import type { KnownTarget, TargetSource } from '../sending/knownTargets';
import { targetId, type Target } from '../sending/target';

/** A row of the view "Servers". */
export type ServerNode = OwnNode | GroupNode | ServerRow;

/** The receive server of this window. */
export interface OwnNode {
  readonly kind: 'own';
}

export interface GroupNode {
  readonly kind: 'group';
  readonly source: TargetSource;
}

export interface ServerRow extends KnownTarget {
  readonly kind: 'server';
}

/** The same for the same row, even after it has been read again. */
export function nodeId(node: ServerNode): string {
  if (node.kind === 'own') return 'own';
  return node.kind === 'group' ? node.source : rowId(node.source, node.target);
}

function rowId(source: TargetSource, target: Target): string {
  return `${source} ${targetId(target)}`;
}
