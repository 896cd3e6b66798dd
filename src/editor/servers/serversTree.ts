import * as vscode from 'vscode';
import type { Address } from '../../core/wire/address';
import { TARGET_SOURCES, type KnownTarget, type KnownTargets } from '../sending/knownTargets';
import type { ServerState as OwnState } from '../server/server';
import type { SharedState } from '../shared/sharedInboxes';
import { groupItem, ownItem, serverItem } from './serverRows';
import type { ServerNode } from './serverNodes';
import type { ServerStates } from './serverStates';

/** The description of this window's receive server in the view. */
export interface OwnServer {
  readonly state: OwnState;
  /** The address at which another window receives, if one does. */
  readonly elsewhere: Address | undefined;
}

/** Provides the view "Servers": this window's own receive server, and below it the servers to send to, grouped by source. */
export class ServersTree implements vscode.TreeDataProvider<ServerNode> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly known: KnownTargets,
    private readonly states: ServerStates,
    private readonly own: OwnServer,
    private readonly sharedState: (url: string) => SharedState | undefined = () => undefined,
  ) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  getChildren(node?: ServerNode): ServerNode[] {
    const known = this.known.list().filter(({ source }) => source !== 'own');
    if (!node) return [{ kind: 'own' }, ...groups(known)];
    if (node.kind !== 'group') return [];
    return known
      .filter(({ source }) => source === node.source)
      .map((one): ServerNode => ({ kind: 'server', ...one }));
  }

  getTreeItem(node: ServerNode): vscode.TreeItem {
    if (node.kind === 'own') return ownItem(this.own.state, this.own.elsewhere);
    if (node.kind === 'group') return groupItem(node.source);
    const { url } = node.target;
    return serverItem(
      node,
      this.states.of(node.target),
      url === undefined ? undefined : this.sharedState(url),
    );
  }
}

function groups(known: readonly KnownTarget[]): ServerNode[] {
  return TARGET_SOURCES.filter((source) => known.some((one) => one.source === source)).map((source) => ({
    kind: 'group',
    source,
  }));
}
