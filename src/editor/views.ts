import type * as vscode from 'vscode';
import type { TreeNode } from './received/receivedNodes';
import type { QueueEntry } from './sending/outbox';
import type { ServerNode } from './servers/serverNodes';

/** The views, which are there from the beginning. */
export interface Views {
  readonly received: vscode.TreeView<TreeNode>;
  readonly sent: vscode.TreeView<QueueEntry>;
  readonly servers: vscode.TreeView<ServerNode>;
}
