import * as vscode from 'vscode';
import type { NodeInfo } from '../../core/inspection/inspection';
import type { ReceivedItem } from '../../core/item/item';
import { inEnglish } from '../../core/text';
import type { TypeName } from '../../core/values/value';
import type { Range } from '../inspect/ranges';
import { rangeWords, shownType, valueFacts } from '../inspect/rowWords';
import { localize } from '../shell/localize';
import type { NoticeNode } from './receivedNodes';
import { openCommand } from './treeItems';

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

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

/** The icons of these do not tell them from others. */
const NAMED_TYPES: readonly TypeName[] = ['bytes', 'bytearray', 'set', 'frozenset'];

/** Hebrew, Arabic and their relatives. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Before a number or a quotation mark, which would otherwise be shown as a part of the words before it, on their other side. */
const LEFT_TO_RIGHT_MARK = '\u200e';

/** The row of a value inside of a dictionary. */
export function valueTreeItem(item: ReceivedItem, info: NodeInfo): vscode.TreeItem {
  const row = new vscode.TreeItem(
    info.key === '' ? info.type : info.key,
    info.childCount > 0 ? Collapsed : None,
  );
  row.id = `${item.id}/${info.path.join('/')}`;
  const facts = valueFacts(info);
  const type = NAMED_TYPES.includes(info.type) && info.key !== '' ? [info.type] : [];
  row.description =
    (RIGHT_TO_LEFT.test(info.key) ? LEFT_TO_RIGHT_MARK : '') + [...type, ...facts].join(' · ');
  row.iconPath = new vscode.ThemeIcon(TYPE_ICONS[info.type]);
  row.tooltip = valueTooltip(info);
  row.contextValue = `value ${info.type}${recognition(info)}`;
  const spoken = [info.key, shownType(info), ...facts].filter((word) => word !== '');
  row.accessibilityInformation = { label: spoken.join(', ') };
  // A value that the row shows completely needs no document.
  if (info.childCount === 0 && inEnglish(info.preview).includes('…'))
    row.command = openCommand({ kind: 'value', item, info });
  return row;
}

/** For menus: whether a value is shown as what its stored call is known to make, or as that call. */
function recognition({ known }: NodeInfo): '' | ' known' | ' stored' {
  return known === undefined ? '' : known.isStored ? ' stored' : ' known';
}

function valueTooltip(info: NodeInfo): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendCodeblock(info.expression, 'python');
  const type = shownType(info);
  if (type !== '') tooltip.appendMarkdown('**').appendText(type).appendMarkdown('** ');
  tooltip.appendText(localize(info.preview));
  const same = info.refersTo ?? info.sharedWith;
  if (same !== undefined)
    tooltip.appendMarkdown('\n\n').appendText(vscode.l10n.t('The same object as {0}', same));
  return tooltip;
}

/** The row of some of the children of a large value. */
export function rangeTreeItem(item: ReceivedItem, path: readonly number[], range: Range): vscode.TreeItem {
  const { title, spoken } = rangeWords(range);
  const row = new vscode.TreeItem(title, Collapsed);
  row.id = `${item.id}/${path.join('/')}/range ${String(range.start)} ${String(range.count)}`;
  row.iconPath = new vscode.ThemeIcon('ellipsis');
  row.contextValue = 'range';
  row.accessibilityInformation = { label: spoken };
  return row;
}

/** A row that only says something. */
export function noticeTreeItem({ text, isHarmless, parent }: NoticeNode): vscode.TreeItem {
  const row = new vscode.TreeItem(text, None);
  row.id = `${parent?.item.id ?? ''}/notice`;
  row.tooltip = text;
  row.iconPath = isHarmless
    ? new vscode.ThemeIcon('info')
    : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  row.contextValue = 'notice';
  return row;
}
