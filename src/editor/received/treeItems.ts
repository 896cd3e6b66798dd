import * as vscode from 'vscode';
import { namesCode } from '../../core/codecs/formats';
import { hostOf } from '../../core/wire/address';
import { protectionOf, SHARED_INBOX } from '../../core/wire/dialects';
import { MAXIMUM_MESSAGE, type ReceivedItem } from '../../core/item/item';
import type { PartialItem } from '../../inbox/inbox';
import { documentUri } from '../inspect/documents';
import { inertText } from '../shell/foreignText';
import { commandId } from '../shell/names';
import { timeOfItemId } from '../../inbox/items/itemId';
import type { Grouping, ItemGroup } from './arrangement';
import type { Sorting } from './itemRows';
import type { Range } from '../inspect/ranges';
import { formatSize } from '../../core/amounts';
import {
  capitalize,
  describeKind,
  formatName,
  formatDay,
  formatMoment,
  formatTime,
  itemTitle,
  protectionWords,
  senderHost,
} from '../shell/formatting';

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

/** Data about an item in addition to the item itself. */
export interface ItemState {
  readonly savedPath: string | undefined;
  readonly isUnread: boolean;
  /** Why its value cannot be shown, if that has been tried. */
  readonly problem: string | undefined;
  /** Whether its value is shown as its stored call. */
  readonly isStored: boolean;
}

/** Most characters of a sender's name for its item in a tooltip. */
const SHOWN_NAME = 300;

/** The row of a received item, without its tooltip. */
export function receivedTreeItem(item: ReceivedItem, state: ItemState): vscode.TreeItem {
  const isDictionary = item.kind === 'dictionary';
  const title = itemTitle(item);
  const kind = describeKind(item);
  const row = new vscode.TreeItem(title, isDictionary ? Collapsed : None);
  const facts = [formatTime(item.receivedAt), senderHost(item), formatSize(item.size)];
  const encrypted = protectionWords(item);
  // An item without a name already has its kind as its label.
  const shownKind = title === capitalize(kind) ? [] : [formatName(item)];
  row.id = item.id;
  row.description = (state.isUnread ? '● ' : '') + [...shownKind, ...facts, ...encrypted].join(' · ');
  row.iconPath = itemIcon(item, state);
  row.resourceUri = rowUri(item);
  row.contextValue = [
    'item',
    item.kind,
    'readable',
    ...(state.savedPath === undefined ? [] : ['saved']),
    ...(!namesCode(item.format) ? [] : state.isStored ? ['stored'] : ['pickle']),
  ].join(' ');
  if (state.isUnread) facts.unshift(vscode.l10n.t('unread'));
  for (const remark of [item.note, state.problem]) if (remark !== undefined) encrypted.push(remark);
  row.accessibilityInformation = { label: [title, kind, ...facts, ...encrypted].join(', ') };
  if (!isDictionary) row.command = openCommand({ kind: 'item', item });
  return row;
}

function itemIcon(item: ReceivedItem, { problem }: ItemState): vscode.ThemeIcon {
  if (item.note !== undefined || problem !== undefined)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  if (item.kind === 'file') return vscode.ThemeIcon.File;
  return new vscode.ThemeIcon({ dictionary: 'symbol-namespace', text: 'file-text' }[item.kind]);
}

function describeProtection(item: ReceivedItem): string {
  const protection = protectionOf(item);
  if (protection === undefined) return vscode.l10n.t('no');
  return protection === 'parts'
    ? vscode.l10n.t('in parts: order and completeness are not protected')
    : vscode.l10n.t('yes');
}

function describeSender({ key, dialect }: ReceivedItem): string {
  if (dialect === SHARED_INBOX.name)
    return vscode.l10n.t(
      'sealed with the key "{0}"; its name is the one that the NATS server let it use',
      key ?? '',
    );
  return key === undefined ? vscode.l10n.t('not verified') : vscode.l10n.t('verified by the key "{0}"', key);
}

/**
 * The URI of the content: by its name, the file theme chooses an icon, and the explorer copies it where it is dropped.
 * Nothing is ever open at this very URI, so the row is not decorated like open read-only files.
 */
function rowUri(item: ReceivedItem): vscode.Uri {
  return documentUri(item, 'content').with({ fragment: 'row' });
}

/** For a row without children, so that a click or Enter opens it. @param node as in the tree */
export function openCommand(node: object): vscode.Command {
  return { command: commandId('openItem'), title: vscode.l10n.t('Open'), arguments: [node] };
}

/** The tooltip of a received item; hundreds of them take VS Code some time. */
export function itemTooltip(item: ReceivedItem, { savedPath, problem }: ItemState): vscode.MarkdownString {
  const rows: [string, string][] = [
    [vscode.l10n.t('Kind'), describeKind(item)],
    [vscode.l10n.t('From'), item.from],
    [vscode.l10n.t('Received'), formatMoment(item.receivedAt)],
    [
      vscode.l10n.t('Size'),
      vscode.l10n.t('{0} ({1} bytes)', formatSize(item.size), item.size.toLocaleString(vscode.env.language)),
    ],
    [vscode.l10n.t('Encrypted in transit'), describeProtection(item)],
    [vscode.l10n.t('Sender'), describeSender(item)],
    [vscode.l10n.t('Protocol'), item.dialect],
    [item.isHashClaimed ? vscode.l10n.t('SHA-256 from the sender') : 'SHA-256', item.sha256],
  ];
  if (item.message !== undefined)
    rows.push([vscode.l10n.t('Message'), inertText(item.message, MAXIMUM_MESSAGE)]);
  if (item.sentName !== undefined)
    rows.push([vscode.l10n.t('Name as it was sent'), inertText(item.sentName, SHOWN_NAME)]);
  if (item.path !== undefined)
    rows.push([vscode.l10n.t('Place in the folder that was sent'), inertText(item.path, SHOWN_NAME)]);
  if (item.mode !== undefined) rows.push([vscode.l10n.t('Executable'), vscode.l10n.t('yes')]);
  if (savedPath !== undefined) rows.push([vscode.l10n.t('Saved to'), savedPath]);
  const tooltip = new vscode.MarkdownString('', true);
  if (item.encrypted) tooltip.appendMarkdown('$(lock) ');
  tooltip.appendText(item.name);
  tooltip.appendMarkdown('\n\n');
  for (const remark of [item.note, problem])
    if (remark !== undefined) tooltip.appendText(remark).appendMarkdown('\n\n');
  for (const [name, value] of rows)
    tooltip.appendMarkdown(`- ${name}: `).appendText(value).appendMarkdown('\n');
  return tooltip;
}

/** The row of a heading, with the number of the items below it. */
export function groupTreeItem(grouping: Grouping, group: ItemGroup): vscode.TreeItem {
  const title = groupTitle(grouping, group.key);
  const row = new vscode.TreeItem(title, Collapsed);
  const count = group.ids.length.toLocaleString(vscode.env.language);
  row.id = groupId(grouping, group);
  row.description = count;
  row.contextValue = 'group';
  row.accessibilityInformation = { label: vscode.l10n.t('{0}, items: {1}', title, count) };
  return row;
}

/** Distinguishes a group from every other row. */
export function groupId(grouping: Grouping, { key }: ItemGroup): string {
  return `group ${grouping} ${key}`;
}

function groupTitle(grouping: Grouping, key: string): string {
  if (key === '') return vscode.l10n.t('Damaged');
  return grouping === 'day' ? formatDay(key) : capitalize(key);
}

/** The row of a range of a long list of items or groups. */
export function listRangeTreeItem(
  id: string,
  members: readonly (string | ItemGroup)[],
  { start, count }: Range,
  sorting: Sorting,
): vscode.TreeItem {
  const [from, to] = [start + 1, start + count].map((place) => place.toLocaleString(vscode.env.language));
  const row = new vscode.TreeItem(`${String(from)} … ${String(to)}`, Collapsed);
  row.id = id;
  const [first, last] = [members[start], members[start + count - 1]];
  const isByTime = sorting === 'newest' || sorting === 'oldest';
  if (isByTime && typeof first === 'string' && typeof last === 'string')
    row.description = [...new Set([first, last].map((one) => formatTime(timeOfItemId(one))))].join(' … ');
  row.iconPath = new vscode.ThemeIcon('ellipsis');
  row.contextValue = 'range';
  row.accessibilityInformation = {
    label: [vscode.l10n.t('{0} to {1}', String(from), String(to)), row.description]
      .filter((part) => part !== undefined)
      .join(', '),
  };
  return row;
}

/** The row of an item whose file in the inbox is damaged. */
export function damagedTreeItem(id: string, reason: string, name: string | undefined): vscode.TreeItem {
  const label = name === undefined ? vscode.l10n.t('Damaged item') : vscode.l10n.t('{0} (damaged)', name);
  const row = new vscode.TreeItem(label, None);
  row.id = id;
  row.description = reason;
  row.tooltip = vscode.l10n.t('{0}\nThe other items are not affected.', reason);
  row.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  row.contextValue = 'item damaged';
  row.accessibilityInformation = { label: `${label}, ${reason}` };
  return row;
}

/** The row of an incomplete item. */
export function partialTreeItem(partial: PartialItem): vscode.TreeItem {
  const { transfer, received, size, isArriving, isDamaged } = partial;
  const name = isDamaged ? vscode.l10n.t('Damaged beginning of an item') : partial.name;
  const row = new vscode.TreeItem(name, None);
  const part = vscode.l10n.t('{0} of {1}', formatSize(received), formatSize(size ?? received));
  const state = isArriving ? vscode.l10n.t('arriving') : vscode.l10n.t('cut off');
  const about = isDamaged ? [state, formatSize(received)] : [state, part, hostOf(partial.from)];
  row.id = `partial ${transfer}`;
  row.description = about.join(' · ');
  row.tooltip = partialTooltip(partial);
  row.iconPath = isDamaged
    ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
    : new vscode.ThemeIcon(isArriving ? 'sync~spin' : 'debug-pause');
  row.contextValue = 'item partial';
  row.accessibilityInformation = { label: [name, ...about].join(', ') };
  return row;
}

function partialTooltip({ isArriving, isDamaged }: PartialItem): string {
  if (isDamaged) return vscode.l10n.t('It cannot be resumed. Delete it and have the item sent again.');
  return isArriving
    ? vscode.l10n.t('This item is arriving.')
    : vscode.l10n.t(
        'The transfer was interrupted. It resumes when the same file is sent again within a week.',
      );
}
