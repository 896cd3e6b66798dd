import * as vscode from 'vscode';
import type { NodeInfo } from '../core/inspection';
import type { TypeName } from '../core/value';
import type { ReceivedItem } from '../core/wire/item';
import type { PartialItem } from '../inbox/inbox';
import { commandId } from './names';
import { timeOfItemId } from '../inbox/itemId';
import type { Grouping, ItemGroup, Sorting } from './arrangement';
import type { Range } from './ranges';
import {
  capitalize,
  describeKind,
  formatDay,
  formatSize,
  formatTime,
  itemTitle,
  senderHost,
} from './wording';

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

/** The row of a received item. */
export function receivedTreeItem(
  item: ReceivedItem,
  savedPath: string | undefined,
  isUnread: boolean,
): vscode.TreeItem {
  const isDictionary = item.kind === 'dictionary';
  const row = new vscode.TreeItem(itemTitle(item), isDictionary ? Collapsed : None);
  const facts = [formatTime(item.receivedAt), senderHost(item), formatSize(item.size)];
  row.id = item.id;
  row.description = (isUnread ? '● ' : '') + facts.join(' · ');
  row.iconPath = itemIcon(item);
  row.tooltip = itemTooltip(item, savedPath);
  row.contextValue = ['item', item.kind, 'readable', ...(savedPath === undefined ? [] : ['saved'])].join(' ');
  if (isUnread) facts.unshift(vscode.l10n.t('unread'));
  if (item.encrypted) facts.push(vscode.l10n.t('encrypted'));
  if (item.note !== undefined) facts.push(item.note);
  row.accessibilityInformation = { label: [itemTitle(item), describeKind(item), ...facts].join(', ') };
  if (!isDictionary) {
    row.command = {
      command: commandId('openItem'),
      title: vscode.l10n.t('Open'),
      arguments: [{ kind: 'item', item }],
    };
  }
  return row;
}

function itemIcon(item: ReceivedItem): vscode.ThemeIcon {
  if (item.note !== undefined)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  if (item.encrypted) return new vscode.ThemeIcon('lock');
  return new vscode.ThemeIcon(
    { dictionary: 'symbol-namespace', text: 'file-text', file: 'file-binary' }[item.kind],
  );
}

function itemTooltip(item: ReceivedItem, savedPath: string | undefined): vscode.MarkdownString {
  const rows: [string, string][] = [
    [vscode.l10n.t('Kind'), describeKind(item)],
    [vscode.l10n.t('From'), item.from],
    [vscode.l10n.t('Received'), new Date(item.receivedAt).toLocaleString(vscode.env.language)],
    [
      vscode.l10n.t('Size'),
      vscode.l10n.t('{0} ({1} bytes)', formatSize(item.size), item.size.toLocaleString(vscode.env.language)),
    ],
    [vscode.l10n.t('Encrypted on the way'), item.encrypted ? vscode.l10n.t('yes') : vscode.l10n.t('no')],
    [vscode.l10n.t('Protocol'), item.dialect],
    ['SHA-256', item.sha256],
  ];
  if (savedPath !== undefined) rows.push([vscode.l10n.t('Saved to'), savedPath]);
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(item.name);
  tooltip.appendMarkdown('\n\n');
  if (item.note !== undefined) tooltip.appendText(item.note).appendMarkdown('\n\n');
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
  row.accessibilityInformation = { label: vscode.l10n.t('{0}, {1} items', title, count) };
  return row;
}

/** Tells a group from every other row. */
export function groupId(grouping: Grouping, { key }: ItemGroup): string {
  return `group ${grouping} ${key}`;
}

function groupTitle(grouping: Grouping, key: string): string {
  if (key === '') return vscode.l10n.t('Damaged');
  return grouping === 'day' ? formatDay(key) : capitalize(key);
}

/** The row of some of a long list of items or groups. */
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
export function damagedTreeItem(id: string, reason: string): vscode.TreeItem {
  const row = new vscode.TreeItem(vscode.l10n.t('Damaged item'), None);
  row.id = id;
  row.description = reason;
  row.tooltip = vscode.l10n.t('{0}\nThe other items are not affected.', reason);
  row.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  row.contextValue = 'item damaged';
  row.accessibilityInformation = { label: vscode.l10n.t('Damaged item, {0}', reason) };
  return row;
}

/** The row of an item that is not here whole. */
export function partialTreeItem(partial: PartialItem): vscode.TreeItem {
  const { transfer, received, size, isArriving, isDamaged } = partial;
  const name = isDamaged ? vscode.l10n.t('Damaged beginning of an item') : partial.name;
  const row = new vscode.TreeItem(name, None);
  const part = vscode.l10n.t('{0} of {1}', formatSize(received), formatSize(size ?? received));
  const state = isArriving ? vscode.l10n.t('arriving') : vscode.l10n.t('cut off');
  row.id = `partial ${transfer}`;
  row.description = `${state} · ${isDamaged ? formatSize(received) : part}`;
  row.tooltip = partialTooltip(partial);
  row.iconPath = isDamaged
    ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
    : new vscode.ThemeIcon(isArriving ? 'sync~spin' : 'debug-pause');
  row.contextValue = 'item partial';
  row.accessibilityInformation = { label: `${name}, ${state}, ${part}` };
  return row;
}

function partialTooltip({ isArriving, isDamaged }: PartialItem): string {
  if (isDamaged) return vscode.l10n.t('It cannot be continued. Delete it, and have the item sent again.');
  return isArriving
    ? vscode.l10n.t('This item is arriving.')
    : vscode.l10n.t('The transfer was cut off. It goes on when the same file is sent again, within a week.');
}

/** By type of a value. */
export const TYPE_ICONS: Record<TypeName, string> = {
  None: 'circle-slash',
  bool: 'symbol-boolean',
  int: 'symbol-number',
  float: 'symbol-ruler',
  str: 'symbol-string',
  bytes: 'file-binary',
  bytearray: 'file-binary',
  list: 'symbol-array',
  tuple: 'symbol-parameter',
  set: 'symbol-enum',
  frozenset: 'symbol-enum',
  dict: 'symbol-namespace',
  object: 'symbol-class',
};

/** The row of a value inside of a dictionary. */
export function valueTreeItem(item: ReceivedItem, info: NodeInfo): vscode.TreeItem {
  const row = new vscode.TreeItem(
    info.key === '' ? info.type : info.key,
    info.childCount > 0 ? Collapsed : None,
  );
  row.id = `${item.id}/${info.path.join('/')}`;
  const facts = info.refersTo === undefined ? [info.preview] : [];
  const same = info.refersTo ?? info.sharedWith;
  if (same !== undefined) facts.unshift(vscode.l10n.t('same as {0}', same));
  row.description = facts.join(' · ');
  row.iconPath = new vscode.ThemeIcon(TYPE_ICONS[info.type]);
  row.tooltip = valueTooltip(info);
  row.contextValue = `value ${info.type}`;
  row.accessibilityInformation = { label: [info.key, info.type, ...facts].join(', ') };
  return row;
}

function valueTooltip(info: NodeInfo): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendCodeblock(info.expression, 'python');
  tooltip.appendMarkdown(`**${info.type}** `).appendText(info.preview);
  const same = info.refersTo ?? info.sharedWith;
  if (same !== undefined)
    tooltip.appendMarkdown('\n\n').appendText(vscode.l10n.t('The same object as {0}', same));
  return tooltip;
}

/** The row of some of the children of a large value. */
export function rangeTreeItem(
  item: ReceivedItem,
  path: readonly number[],
  { start, count }: Range,
): vscode.TreeItem {
  const last = start + count - 1;
  const row = new vscode.TreeItem(`[${String(start)} … ${String(last)}]`, Collapsed);
  row.id = `${item.id}/${path.join('/')}/range ${String(start)} ${String(count)}`;
  row.iconPath = new vscode.ThemeIcon('ellipsis');
  row.contextValue = 'range';
  row.accessibilityInformation = { label: vscode.l10n.t('entries {0} to {1}', start, last) };
  return row;
}

/** A row that only says something. */
export function noticeTreeItem(text: string, item: ReceivedItem | undefined): vscode.TreeItem {
  const row = new vscode.TreeItem(text, None);
  row.id = `${item?.id ?? ''}/notice`;
  row.tooltip = text;
  row.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  row.contextValue = 'notice';
  return row;
}
