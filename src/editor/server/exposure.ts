import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { formatAddress, isLoopback, type Address } from '../../core/wire/address';
import { isEveryNetwork } from '../../net/networks';
import type { PeerWindows } from '../items/peerWindows';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';
import type { Server, ServerState } from './server';

/**
 * Who can reach a server: only programs of this machine; others too, who are distinguished; or others, from whom it accepts
 * everything.
 */
export type Exposure = 'machine' | 'network' | 'open';

/** The exposure of a server that listens at a host, by the current settings. */
export function exposureOf(host: string): Exposure {
  if (isLoopback(host)) return 'machine';
  const { accept, requireEncryption } = readSettings().receive;
  return accept === 'all' && !requireEncryption ? 'open' : 'network';
}

/** Says in a sentence or two who can reach a server that listens at a host. */
export function describeExposure(host: string): string {
  if (isLoopback(host)) return vscode.l10n.t('Only programs on {0} can reach it.', machineName());
  return `${describeReach(host)} ${describeAdmission()}`;
}

/** Whether this window, or the receiving one, accepts everything from everybody on a network. */
export function isExposed(state: ServerState, elsewhere: Address | undefined): boolean {
  const address = state.kind === 'listening' ? state : elsewhere;
  return address !== undefined && exposureOf(address.host) === 'open';
}

/** Calls back whenever who can reach the server, and who may send, may have changed. */
export function onDidChangeExposure(
  server: Pick<Server, 'onDidChangeState'>,
  peers: Pick<PeerWindows, 'onDidChange'>,
  update: () => void,
): vscode.Disposable {
  return vscode.Disposable.from(
    server.onDidChangeState(update),
    peers.onDidChange(update),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${EXTENSION}.receive`)) update();
    }),
  );
}

/** For a person whom others can reach without a question and without a key. */
export function openWarning(): string {
  return vscode.l10n.t('Anyone on the network can send to you without your consent.');
}

/** The address of a server, and its machine if that is not the one that shows the window. */
export function describePlace(address: Address, remoteName = vscode.env.remoteName): string {
  const place = formatAddress(address);
  if (remoteName === undefined) return place;
  const remote = REMOTES[remoteName];
  return remote === undefined
    ? vscode.l10n.t('{0} on {1}', place, hostname())
    : vscode.l10n.t('{0} on {1} ({2})', place, hostname(), remote);
}

/** The name of the machine that listens. */
export function machineName(remoteName = vscode.env.remoteName): string {
  return remoteName === undefined ? vscode.l10n.t('this machine') : hostname();
}

/** How VS Code reaches other machines, in words for a person. */
const REMOTES: Readonly<Record<string, string>> = {
  'ssh-remote': 'SSH',
  wsl: 'WSL',
  'dev-container': 'Dev Container',
  'attached-container': 'Container',
};

function describeReach(host: string): string {
  return isEveryNetwork(host)
    ? vscode.l10n.t('Everyone on any network can reach it.')
    : vscode.l10n.t('Everyone on this network can reach it.');
}

function describeAdmission(): string {
  const { accept, requireEncryption } = readSettings().receive;
  if (accept === 'paired' || requireEncryption) {
    const keyed = vscode.l10n.t('Only paired senders and those with one of your keys are accepted.');
    return accept === 'ask' ? `${keyed} ${asked()}` : keyed;
  }
  return accept === 'ask' ? asked() : vscode.l10n.t('Everything they send is accepted.');
}

function asked(): string {
  return vscode.l10n.t('You are asked before anything is received.');
}
