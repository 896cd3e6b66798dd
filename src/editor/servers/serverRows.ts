import * as vscode from 'vscode';
import type { Address } from '../../core/wire/address';
import { outcomeWords, type TestOutcome } from '../../net/connectionTest';
import { defaultServer } from '../sending/savedServers';
import { problemOf, targetAddress, targetDetail, targetTitle } from '../sending/target';
import type { TargetSource } from '../sending/knownTargets';
import { describeExposure, describePlace, exposureOf } from '../server/exposure';
import type { ServerState as OwnState } from '../server/server';
import { formatTime } from '../shell/formatting';
import { localize, localizedMessage } from '../shell/localize';
import type { SharedState } from '../shared/sharedInboxes';
import { nodeId, type ServerRow } from './serverNodes';
import type { ServerState } from './serverStates';

/** A server that one can send to. */
export function serverItem(row: ServerRow, state: ServerState, shared?: SharedState): vscode.TreeItem {
  const { source, target } = row;
  const title = targetTitle(target) || vscode.l10n.t('Without a name');
  const problem = problemOf(target);
  const words = problem ?? (shared && state.kind !== 'sending' ? sharedWords(shared) : stateWords(state));
  const isDefault = target.name !== undefined && target.name === defaultServer();
  const facts = [words, ...(isDefault ? [vscode.l10n.t('default')] : []), targetDetail(target)].filter(
    (fact) => fact !== '',
  );
  const item = new vscode.TreeItem(title);
  item.id = nodeId(row);
  item.description = facts.join(' · ');
  const icon = shared && state.kind !== 'sending' ? sharedIcon(shared) : stateIcon(state);
  item.iconPath = problem === undefined ? icon : warningIcon('warning');
  item.tooltip = tooltip(row, words, state);
  const kinds = [...(target.url === undefined ? [] : ['inbox']), ...(isDefault ? ['default'] : [])];
  item.contextValue = ['server', source, ...kinds].join(' ');
  item.accessibilityInformation = { label: [title, ...facts].join(', ') };
  return item;
}

export function groupItem(source: TargetSource): vscode.TreeItem {
  const item = new vscode.TreeItem(groupTitle(source), vscode.TreeItemCollapsibleState.Expanded);
  item.id = source;
  item.contextValue = 'servers';
  return item;
}

/**
 * The receive server of this window, which may be on a remote machine.
 * @param elsewhere address at which another window receives
 */
export function ownItem(state: OwnState, elsewhere: Address | undefined): vscode.TreeItem {
  const title = vscode.l10n.t('Receive server of this window');
  const item = new vscode.TreeItem(title);
  const isExposed = state.kind === 'listening' && exposureOf(state.host) === 'open';
  const words = ownWords(state, elsewhere);
  const detail = state.kind === 'listening' ? describeExposure(state.host) : undefined;
  item.id = 'own';
  item.description = words;
  item.iconPath = isExposed
    ? warningIcon('warning')
    : new vscode.ThemeIcon(state.kind === 'listening' ? 'inbox' : 'circle-outline');
  item.contextValue = `own ${state.kind}`;
  item.tooltip = detail === undefined ? words : `${words}\n${detail}`;
  item.accessibilityInformation = {
    label: [title, words, ...(detail === undefined ? [] : [detail])].join(', '),
  };
  return item;
}

function groupTitle(source: TargetSource): string {
  switch (source) {
    case 'paired':
      return vscode.l10n.t('Paired');
    case 'saved':
      return vscode.l10n.t('Saved');
    case 'recent':
      return vscode.l10n.t('Used recently');
    case 'nearby':
      return vscode.l10n.t('Found nearby');
    case 'own':
      return vscode.l10n.t('This machine');
  }
}

function ownWords(state: OwnState, elsewhere: Address | undefined): string {
  switch (state.kind) {
    case 'listening':
      return vscode.l10n.t('listening at {0}', describePlace(state));
    case 'starting':
      return vscode.l10n.t('starting');
    case 'failed':
      return vscode.l10n.t('failed: {0}', localizedMessage(state.error));
    default:
      return elsewhere === undefined
        ? vscode.l10n.t('stopped')
        : vscode.l10n.t('another window receives at {0}', describePlace(elsewhere));
  }
}

/** In a few words, which come first in a row, as it is often truncated. */
export function stateWords(state: ServerState): string {
  switch (state.kind) {
    case 'not-tested':
      return vscode.l10n.t('Not tested');
    case 'testing':
      return vscode.l10n.t('Testing...');
    case 'sending':
      return state.count === 1 ? vscode.l10n.t('Sending...') : vscode.l10n.t('Sending {0}...', state.count);
    case 'tested':
      return localize(outcomeWords(state.outcome));
  }
}

/** The description of a shared inbox. */
function sharedWords(shared: SharedState): string {
  switch (shared.kind) {
    case 'connecting':
      return vscode.l10n.t('Connecting...');
    case 'online':
      if (shared.waiting === 0) return vscode.l10n.t('Nothing to fetch');
      return vscode.l10n.t('Items waiting: {0}', shared.waiting);
    case 'offline':
      return vscode.l10n.t('Offline');
    case 'write-only':
      return vscode.l10n.t('Send only');
    case 'failed':
      return shared.reason;
  }
}

function sharedIcon({ kind }: SharedState): vscode.ThemeIcon {
  switch (kind) {
    case 'connecting':
      return new vscode.ThemeIcon('sync~spin');
    case 'failed':
      return warningIcon('warning');
    case 'offline':
      return new vscode.ThemeIcon('debug-disconnect');
    default:
      return new vscode.ThemeIcon('inbox');
  }
}

function stateIcon(state: ServerState): vscode.ThemeIcon {
  switch (state.kind) {
    case 'not-tested':
      return new vscode.ThemeIcon('server');
    case 'testing':
    case 'sending':
      return new vscode.ThemeIcon('sync~spin');
    case 'tested':
      return outcomeIcon(state.outcome);
  }
}

function outcomeIcon({ kind }: TestOutcome): vscode.ThemeIcon {
  switch (kind) {
    case 'fine':
      return new vscode.ThemeIcon('verified-filled', new vscode.ThemeColor('testing.iconPassed'));
    case 'unverified':
      return new vscode.ThemeIcon('unverified', new vscode.ThemeColor('testing.iconPassed'));
    case 'listens':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'untestable':
      return new vscode.ThemeIcon('server');
    case 'unreachable':
      return new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('list.errorForeground'));
    case 'wrong-key':
      return warningIcon('key');
    case 'declined':
      return warningIcon('circle-slash');
    case 'busy':
      return warningIcon('watch');
    case 'other-program':
    case 'silent':
      return warningIcon('question');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  }
}

function warningIcon(id: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, new vscode.ThemeColor('list.warningForeground'));
}

function tooltip({ target, source }: ServerRow, words: string, state: ServerState): vscode.MarkdownString {
  const text = new vscode.MarkdownString().appendText(targetTitle(target)).appendMarkdown('\n\n');
  text.appendText(words).appendMarkdown('\n\n');
  if (state.kind === 'tested' && 'advice' in state.outcome)
    text.appendText(localize(state.outcome.advice)).appendMarkdown('\n\n');
  // An entry of the settings may contain anything.
  const { dialect, key }: Record<'dialect' | 'key', unknown> = { key: undefined, ...target };
  const rows: [string, string][] = [
    [vscode.l10n.t('Address'), targetAddress(target)],
    ...(target.url === undefined ? [[vscode.l10n.t('Protocol'), String(dialect)] as [string, string]] : []),
  ];
  if (typeof key === 'string') rows.push([vscode.l10n.t('Key'), key]);
  if (state.kind === 'tested') rows.push([vscode.l10n.t('Tested'), formatTime(state.at)]);
  for (const [name, value] of rows) text.appendMarkdown(`- ${name}: `).appendText(value).appendMarkdown('\n');
  if (source === 'nearby')
    text
      .appendMarkdown('\n\n')
      .appendText(vscode.l10n.t('Anybody on the network can choose this name. Only a key proves who it is.'));
  return text;
}
