import * as vscode from 'vscode';
import { testConnection } from '../../net/connectionTest';
import type { PeerWindows } from '../items/peerWindows';
import type { KeyCommands } from '../keys/keyCommands';
import type { Sending } from '../sending/sending';
import { checkedTarget, type Target } from '../sending/target';
import type { Server } from '../server/server';
import type { Services } from '../services';
import { EXTENSION } from '../shell/names';
import { ServerCommands } from './serverCommands';
import { createServerDrop } from './serverDrop';
import type { ServerNode } from './serverNodes';
import { ServersTree } from './serversTree';
import { ServerStates } from './serverStates';

export type Servers = ReturnType<typeof createServers>;

/** The view "Servers". */
export function createServers(
  { keyring, reporter, own }: Services,
  { sender, targets, picker, outbox }: Sending,
  keys: KeyCommands,
  { server, peers }: { readonly server: Server; readonly peers: PeerWindows },
  view: vscode.TreeView<ServerNode>,
) {
  const test = async (target: Target) => {
    const { host, port, dialect, key: name } = checkedTarget(target);
    const key = name === undefined ? undefined : await keyring.get(name);
    return testConnection({ host, port, dialect, ...(key && { key }) });
  };
  const states = own(new ServerStates(outbox, test));
  const tree = new ServersTree(targets, states, {
    get state() {
      return server.state;
    },
    get elsewhere() {
      return peers.receivesElsewhere;
    },
  });
  const refresh = (): void => tree.refresh();
  targets.onDidChange(refresh);
  states.onDidChange(refresh);
  own(server.onDidChangeState(refresh));
  own(peers.onDidChange(refresh));
  own(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(EXTENSION)) refresh();
    }),
  );
  const commands = new ServerCommands({
    known: targets,
    picker,
    sender,
    states,
    keys,
    reporter,
    view,
  });
  return { tree, commands: commands.handlers, drop: createServerDrop(sender, reporter) };
}
