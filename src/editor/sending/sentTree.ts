import * as vscode from 'vscode';
import { baseName } from '../shell/formatting';
import type { SendRequest, Outbox, QueueEntry } from './outbox';
import { deliveryState, describeSafety } from './sharedDelivery';
import { targetTitle } from './target';
import { formatSize } from '../../core/amounts';
import { formatMoment, formatTime } from '../shell/formatting';

/** Provides the view "Sent": requests that were sent, are under way, or wait; the last change first. */
export class SentTree implements vscode.TreeDataProvider<QueueEntry> {
  readonly onDidChangeTreeData: vscode.Event<undefined>;

  constructor(private readonly outbox: Outbox) {
    this.onDidChangeTreeData = outbox.onDidChange;
  }

  getChildren(entry?: QueueEntry): QueueEntry[] {
    return entry ? [] : [...this.outbox.entries];
  }

  getTreeItem(entry: QueueEntry): vscode.TreeItem {
    const title = rowTitle(entry);
    const row = new vscode.TreeItem(title);
    const facts = [stateText(entry), targetTitle(entry.request.target), formatTime(entry.at)];
    if (title !== entry.title) facts.splice(1, 0, entry.title);
    if (entry.size !== undefined) facts.push(formatSize(entry.size));
    row.id = entry.id;
    row.description = facts.join(' · ');
    row.iconPath = stateIcon(entry);
    row.tooltip = tooltip(entry);
    row.contextValue = `sent ${entry.state}`;
    row.accessibilityInformation = {
      label: [title, ...facts, ...(entry.reason === undefined ? [] : [entry.reason])].join(', '),
    };
    return row;
  }
}

/** Most files or folders that a row and its tooltip name. */
const NAMED_IN_ROW = 3;
const NAMED = 10;

/** For several files, the title names the chosen ones, since "2 files" in a list would say nothing. */
function rowTitle({ title, total, request }: QueueEntry): string {
  return total > 1 ? sources(request, NAMED_IN_ROW) : title;
}

/** The names of the chosen files and folders. */
function sources({ uris, selection }: SendRequest, limit = NAMED): string {
  const names = uris.slice(0, limit).map((uri) => baseName(vscode.Uri.parse(uri)));
  if (uris.length > limit) names.push(vscode.l10n.t('{0} more', uris.length - limit));
  return selection ? vscode.l10n.t('selection in {0}', names.join(', ')) : names.join(', ');
}

function stateText({ state, verified, confirmed, request, total, shared }: QueueEntry): string {
  switch (state) {
    case 'sending':
      return vscode.l10n.t('sending');
    case 'waiting':
      return vscode.l10n.t('waiting');
    case 'failed':
      return request.delivered?.length
        ? vscode.l10n.t('failed, {0} of {1} sent', request.delivered.length, total)
        : vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
    case 'sent':
      if (shared) return deliveryState(shared);
      if (verified) return vscode.l10n.t('verified');
      return confirmed ? vscode.l10n.t('confirmed') : vscode.l10n.t('not confirmed');
  }
}

function stateIcon({ state, verified, shared }: QueueEntry): vscode.ThemeIcon {
  switch (state) {
    case 'sending':
      return new vscode.ThemeIcon('sync~spin');
    case 'waiting':
      return new vscode.ThemeIcon('watch');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
    case 'sent':
      if (shared) return new vscode.ThemeIcon(shared.fetchedBy.length > 0 ? 'check-all' : 'check');
      return new vscode.ThemeIcon(verified ? 'verified' : 'check');
  }
}

function tooltip(entry: QueueEntry): vscode.MarkdownString {
  const { request, reason, sha256, shared } = entry;
  const rows: [string, string][] = [
    [vscode.l10n.t('What'), sources(request)],
    [vscode.l10n.t('To'), sentTo(request)],
    [vscode.l10n.t('When'), formatMoment(entry.at)],
    [
      vscode.l10n.t('Encrypted in transit'),
      request.keyName === undefined ? vscode.l10n.t('no') : vscode.l10n.t('yes'),
    ],
  ];
  if (sha256 !== undefined) rows.push(['SHA-256', sha256]);
  if (shared) {
    rows.push([vscode.l10n.t('Receipt'), vscode.l10n.t('number {0} of the inbox', shared.sequence)]);
    rows.push([vscode.l10n.t('Safety'), describeSafety(shared)]);
    if (shared.fetchedBy.length > 0) rows.push([vscode.l10n.t('Fetched by'), shared.fetchedBy.join(', ')]);
  }
  const text = new vscode.MarkdownString().appendText(`${entry.title}: ${stateText(entry)}`);
  text.appendMarkdown('\n\n');
  if (reason !== undefined) text.appendText(reason).appendMarkdown('\n\n');
  for (const [name, value] of rows) text.appendMarkdown(`- ${name}: `).appendText(value).appendMarkdown('\n');
  return text;
}

function sentTo({ target }: SendRequest): string {
  const { url, dialect } = target;
  return `${targetTitle(target)} (${url ?? dialect})`;
}
