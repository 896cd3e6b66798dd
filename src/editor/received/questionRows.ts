import * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import type { Question, WaitingItem } from '../../core/admission/question';
import type { Disposable } from '../../core/scheduling/event';
import { formatSize } from '../../core/amounts';
import { describeQuestion, describeSender, messages, sizeOf, waitingTitle } from '../items/senderWords';

/** A sender that waits for an answer. */
export interface QuestionNode {
  readonly kind: 'question';
  readonly question: Question;
  readonly parent?: undefined;
}

/** An item that a sender wants to send, or the number of further ones. */
export interface OfferedNode {
  readonly kind: 'offered';
  readonly item: WaitingItem | undefined;
  /** Number of items without a row of their own. */
  readonly more: number;
  readonly parent: QuestionNode;
}

/** Most items of one sender that are shown. */
const SHOWN = 100;
/** Milliseconds between two updates when senders come and go quickly. */
const INTERVAL = 300;

/** The rows of senders that wait for an answer. */
export class QuestionRows implements Disposable {
  private shown: readonly QuestionNode[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param onChange called with a row whose items have changed, or without one if there are other rows */
  constructor(
    private readonly admissionControl: AdmissionControl,
    private readonly onChange: (row?: QuestionNode) => void,
  ) {}

  /** The current rows; those that existed before are the same objects. */
  rows(): readonly QuestionNode[] {
    this.shown = this.admissionControl.questions.map(
      (question) => this.shown.find((row) => row.question === question) ?? { kind: 'question', question },
    );
    return this.shown;
  }

  noteChange(): void {
    this.timer ??= setTimeout(() => this.look(), INTERVAL);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    this.timer = undefined;
    const { questions } = this.admissionControl;
    const isSame =
      questions.length === this.shown.length &&
      questions.every((question, index) => this.shown[index]?.question === question);
    if (isSame) for (const row of this.shown) this.onChange(row);
    else this.onChange();
  }
}

/** The rows below that of a sender. */
export function offeredRows(parent: QuestionNode): OfferedNode[] {
  const { items } = parent.question;
  const rows: OfferedNode[] = items
    .slice(0, SHOWN)
    .map((item) => ({ kind: 'offered', item, more: 0, parent }));
  if (items.length > SHOWN)
    rows.push({ kind: 'offered', item: undefined, more: items.length - SHOWN, parent });
  return rows;
}

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
