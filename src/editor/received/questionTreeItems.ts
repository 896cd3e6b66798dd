import * as vscode from 'vscode';
import { formatSize } from '../../core/amounts';
import { describeQuestion, describeSender, messages, sizeOf, waitingTitle } from '../items/senderWords';
import type { OfferedNode, QuestionNode } from './questionRows';

const { Expanded, None } = vscode.TreeItemCollapsibleState;

/** The row of a sender that waits for an answer. */
export function questionTreeItem({ question }: QuestionNode): vscode.TreeItem {
  const { sender, items } = question;
  const title = describeSender(sender);
  const row = new vscode.TreeItem(title, Expanded);
  const waits = vscode.l10n.t('waits for your answer');
  const size = sizeOf(items);
  row.id = `question ${sender.id}`;
  row.description = [waits, ...messages(items), ...(size === undefined ? [] : [size])].join(' · ');
  row.tooltip = describeQuestion(question);
  row.iconPath = new vscode.ThemeIcon(
    sender.key === undefined ? 'unverified' : 'verified-filled',
    new vscode.ThemeColor(sender.key === undefined ? 'list.warningForeground' : 'charts.green'),
  );
  row.contextValue = 'question';
  row.accessibilityInformation = { label: `${describeQuestion(question)} ${waits}` };
  return row;
}

/** The row of an item that its sender wants to send. */
export function offeredTreeItem({ item, more, parent }: OfferedNode): vscode.TreeItem {
  const title = item ? waitingTitle(item) : vscode.l10n.t('{0} more', more);
  const row = new vscode.TreeItem(title, None);
  row.id = `question ${parent.question.sender.id}/${item ? String(item.number) : 'more'}`;
  row.description = item?.size === undefined ? '' : formatSize(item.size);
  row.tooltip = title;
  row.iconPath = new vscode.ThemeIcon(item ? 'cloud-upload' : 'ellipsis');
  row.contextValue = 'offered';
  return row;
}
