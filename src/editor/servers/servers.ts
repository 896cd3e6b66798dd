import * as vscode from 'vscode';
import type { Address } from '../../core/wire/address';
import { testConnection, type TestOutcome } from '../../net/connectionTest';
import { isHere } from '../../net/networks';
import type { PeerWindows } from '../items/peerWindows';
import type { KeyCommands } from '../keys/keyCommands';
import type { Keyring } from '../keys/keyring';
import { type KnownTargets, TARGET_SOURCES, type KnownTarget } from '../sending/knownTargets';
import type { Sending } from '../sending/sending';
import { checkedTarget, type Target } from '../sending/target';
import type { Server, ServerState as OwnState } from '../server/server';
import { logError, type Services } from '../services';
import { DRAGGED_ITEMS, DROPPED_FILES, EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';
import { NearbyServers } from './nearbyServers';
import type { SharedInboxes, SharedState } from '../shared/sharedInboxes';
import { askForCredentials, testInbox } from './inboxAccess';
import { ServerCommands } from './serverCommands';
import type { ServerNode } from './serverNodes';
import { ServerStates } from './serverStates';
import type { Sender } from '../sending/sender';
import { PreconditionError, type Reporter } from '../shell/reporter';
import { groupItem, ownItem, serverItem } from './serverRows';

export type Servers = ReturnType<typeof createServers>;

/** The parts of this window that receive or fetch items. */
export interface Receivers {
  readonly server: Server;
  readonly peers: PeerWindows;
  readonly shared: SharedInboxes;
}

/** The view "Servers". */
export function createServers(
  { keyring, reporter, own, log }: Services,
  sending: Pick<Sending, 'sender' | 'outbox' | 'targets' | 'picker'>,
  keys: KeyCommands,
  receivers: Receivers,
  view: vscode.TreeView<ServerNode>,
) {
  const { sender, targets, outbox } = sending;
  const { server, shared } = receivers;
  const states = own(new ServerStates(outbox, (target) => testTarget(target, keyring)));
  const tree = new ServersTree(targets, states, ownServer(receivers), (url) => shared.stateOf(url));
  const nearby = own(createNearby(targets, server, log));
  const look = (): void =>
    void nearby.look(view.visible && readSettings().discovery.browse).catch(logError(log));
  look();
  own(view.onDidChangeVisibility(look));
  own(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(EXTENSION)) look();
    }),
  );
  own(refreshOnChanges(tree, targets, states, receivers));
  const setCredentials = async (target: Target): Promise<void> => {
    if ((await askForCredentials(keyring, target)) && target.url !== undefined) shared.retry(target.url);
  };
  const commands = new ServerCommands({ sending, states, keys, reporter, view, setCredentials });
  return { tree, commands: commands.handlers, drop: createServerDrop(sender, reporter) };
}

async function testTarget(target: Target, keyring: Keyring): Promise<TestOutcome> {
  const { host, port, dialect, key: name, url } = checkedTarget(target);
  const key = name === undefined ? undefined : await keyring.get(name);
  if (url !== undefined) return testInbox(url, key, await keyring.credentials(url));
  return testConnection({ host, port, dialect, ...(key && { key }) });
}

/** The server of this machine in its current state. */
function ownServer({ server, peers }: Receivers) {
  return {
    get state() {
      return server.state;
    },
    get elsewhere() {
      return peers.receivesElsewhere;
    },
  };
}

function refreshOnChanges(
  tree: ServersTree,
  targets: KnownTargets,
  states: ServerStates,
  { server, peers, shared }: Receivers,
): vscode.Disposable {
  const refresh = (): void => tree.refresh();
  return vscode.Disposable.from(
    targets.onDidChange(refresh),
    states.onDidChange(refresh),
    shared.onDidChange(refresh),
    server.onDidChangeState(refresh),
    peers.onDidChange(refresh),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(EXTENSION)) refresh();
    }),
  );
}

function createNearby(known: KnownTargets, server: Server, log: vscode.LogOutputChannel): NearbyServers {
  const isOwn = ({ host, port }: Address): boolean =>
    server.state.kind === 'listening' && server.state.port === port && isHere(host) === true;
  const nearby = new NearbyServers(isOwn, (error) => log.warn(`cannot look for servers: ${error.message}`));
  known.add(nearby);
  return nearby;
}

/** Sends dropped items to the server; if they were dropped beside one, the person chooses. */
export function createServerDrop(
  sender: Sender,
  reporter: Reporter,
): Pick<vscode.TreeDragAndDropController<ServerNode>, 'handleDrop'> {
  return {
    handleDrop: async (node, dropped, token) => {
      await reporter.guard(async () => {
        const uris = await droppedUris(dropped);
        if (token.isCancellationRequested || uris.length === 0) return;
        await sender.sendFiles(uris, node?.kind === 'server' ? [node.target] : undefined);
      });
    },
  };
}

/** @throws PreconditionError for files whose path VS Code does not tell, such as those of a browser's system */
async function droppedUris(dropped: vscode.DataTransfer): Promise<vscode.Uri[]> {
  // A received item is forwarded unchanged, and not as it is shown.
  const items = await addressesIn(dropped, DRAGGED_ITEMS);
  const uris = items.length > 0 ? items : await addressesIn(dropped, DROPPED_FILES[0]);
  if (uris.length > 0) return uris.map((uri) => vscode.Uri.parse(uri, true));
  const files = [...dropped].flatMap(([, item]) => item.asFile() ?? []);
  const missing = files.find(({ uri }) => uri === undefined);
  if (missing)
    throw new PreconditionError(
      vscode.l10n.t('VS Code does not say where "{0}" is. Use "Send file" of the server.', missing.name),
    );
  return files.flatMap(({ uri }) => uri ?? []);
}

/** Data that are dragged from another view may be there twice: VS Code appends them to an empty text. */
async function addressesIn(dropped: vscode.DataTransfer, type: string): Promise<string[]> {
  const ofType = [...dropped].filter(([mime]) => mime === type);
  const texts = await Promise.all(ofType.map(([, item]) => item.asString()));
  const lines = texts.flatMap((text) => text.split(/\r?\n/));
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}

/** The description of this window's receive server in the view. */
interface OwnServer {
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
