import * as vscode from 'vscode';
import type { Address } from '../../core/wire/address';
import { testConnection } from '../../net/connectionTest';
import { isHere } from '../../net/networks';
import type { PeerWindows } from '../items/peerWindows';
import type { KeyCommands } from '../keys/keyCommands';
import type { KnownTargets } from '../sending/knownTargets';
import type { Sending } from '../sending/sending';
import { checkedTarget, type Target } from '../sending/target';
import type { Server } from '../server/server';
import { logError, type Services } from '../services';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';
import { NearbyServers } from './nearbyServers';
import type { SharedInboxes } from '../shared/sharedInboxes';
import { askForCredentials } from './inboxCredentials';
import { testInbox } from './inboxTest';
import { ServerCommands } from './serverCommands';
import { createServerDrop } from './serverDrop';
import type { ServerNode } from './serverNodes';
import { ServersTree } from './serversTree';
import { ServerStates } from './serverStates';

export type Servers = ReturnType<typeof createServers>;

/** The view "Servers". */
export function createServers(
  { keyring, reporter, own, log }: Services,
  { sender, targets, picker, outbox }: Sending,
  keys: KeyCommands,
  {
    server,
    peers,
    shared,
  }: { readonly server: Server; readonly peers: PeerWindows; readonly shared: SharedInboxes },
  view: vscode.TreeView<ServerNode>,
) {
  const test = async (target: Target) => {
    const { host, port, dialect, key: name, url } = checkedTarget(target);
    const key = name === undefined ? undefined : await keyring.get(name);
    if (url !== undefined) return testInbox(url, key, await keyring.credentials(url));
    return testConnection({ host, port, dialect, ...(key && { key }) });
  };
  const states = own(new ServerStates(outbox, test));
  const tree = new ServersTree(
    targets,
    states,
    {
      get state() {
        return server.state;
      },
      get elsewhere() {
        return peers.receivesElsewhere;
      },
    },
    (url) => shared.stateOf(url),
  );
  const nearby = own(createNearby(targets, server, log));
  const look = (): void =>
    void nearby.look(view.visible && readSettings().discovery.browse).catch(logError(log));
  look();
  own(view.onDidChangeVisibility(look));
  const refresh = (): void => tree.refresh();
  targets.onDidChange(refresh);
  states.onDidChange(refresh);
  own(shared.onDidChange(refresh));
  own(server.onDidChangeState(refresh));
  own(peers.onDidChange(refresh));
  own(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(EXTENSION)) return;
      look();
      refresh();
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
    setCredentials: async (target) => {
      if ((await askForCredentials(keyring, target)) && target.url !== undefined) shared.retry(target.url);
    },
  });
  return { tree, commands: commands.handlers, drop: createServerDrop(sender, reporter) };
}

function createNearby(known: KnownTargets, server: Server, log: vscode.LogOutputChannel): NearbyServers {
  const isOwn = ({ host, port }: Address): boolean =>
    server.state.kind === 'listening' && server.state.port === port && isHere(host) === true;
  const nearby = new NearbyServers(isOwn, (error) => log.warn(`cannot look for servers: ${error.message}`));
  known.add(nearby);
  return nearby;
}
