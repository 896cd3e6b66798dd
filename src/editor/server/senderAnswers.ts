import * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import type { Answer, Question } from '../../core/admission/question';
import { formatSize } from '../../core/amounts';
import { describeQuestion, describeSender, describeWaiting, waitingTitle } from '../items/senderWords';
import { inertText, withoutIcons } from '../shell/foreignText';
import { PreconditionError } from '../shell/reporter';

/** The row of a waiting sender, or its equivalent elsewhere. */
export interface QuestionTarget {
  readonly question: Question;
}

interface AnswerRow extends vscode.QuickPickItem {
  answer(): Promise<Answer | undefined>;
}

/** The person's answers to waiting senders. Without a target, it is the only one, or one that the person chooses. */
export class SenderAnswers {
  constructor(private readonly admissionControl: AdmissionControl) {}

  accept(target?: QuestionTarget): Promise<void> {
    return this.give({ kind: 'accept', scope: 'connection' }, target);
  }

  decline(target?: QuestionTarget): Promise<void> {
    return this.give({ kind: 'decline' }, target);
  }

  /** Asks for one of all possible answers. */
  async ask(target?: QuestionTarget): Promise<void> {
    const question = target?.question ?? (await this.chooseQuestion());
    if (!question) return;
    const title = withoutIcons(describeQuestion(question));
    const picked = await vscode.window.showQuickPick(answersTo(question), { title });
    const answer = await picked?.answer();
    if (answer) await this.give(answer, { question });
  }

  private async give(answer: Answer, target: QuestionTarget | undefined): Promise<void> {
    const question = target?.question ?? (await this.chooseQuestion());
    if (question && !this.admissionControl.answer(question, answer))
      throw new PreconditionError(
        vscode.l10n.t('{0} no longer waits for an answer.', describeSender(question.sender)),
      );
  }

  private async chooseQuestion(): Promise<Question | undefined> {
    const { questions } = this.admissionControl;
    const [first] = questions;
    if (!first) throw new PreconditionError(vscode.l10n.t('No sender waits for your answer.'));
    if (questions.length === 1) return first;
    const rows = questions.map((question) => ({
      label: withoutIcons(describeSender(question.sender)),
      description: withoutIcons(describeWaiting(question.items)),
      question,
    }));
    return (await vscode.window.showQuickPick(rows, { title: vscode.l10n.t('Answer which sender?') }))
      ?.question;
  }
}

/** All that can be answered. */
export function answersTo(question: Question): AnswerRow[] {
  const { key, host } = question.sender;
  const row = (label: string, detail: string, answer: Answer): AnswerRow => ({
    label,
    detail,
    answer: () => Promise.resolve(answer),
  });
  const rows = [
    row(vscode.l10n.t('$(check) Accept once'), vscode.l10n.t('These items, and the rest of this transfer'), {
      kind: 'accept',
      scope: 'connection',
    }),
    row(
      vscode.l10n.t('$(check-all) Accept until the server stops'),
      vscode.l10n.t('Everything from this sender'),
      {
        kind: 'accept',
        scope: 'server',
      },
    ),
  ];
  if (key !== undefined)
    rows.push(
      row(
        vscode.l10n.t('$(verified) Always accept from {0}', withoutIcons(inertText(key))),
        vscode.l10n.t('Everything from anyone with this key, without asking'),
        { kind: 'accept', scope: 'always' },
      ),
    );
  if (question.items.length > 1)
    rows.push({ label: vscode.l10n.t('$(checklist) Accept some...'), answer: () => chooseItems(question) });
  rows.push(
    row(vscode.l10n.t('$(close) Decline'), vscode.l10n.t('These items, and the rest of this transfer'), {
      kind: 'decline',
    }),
    row(
      vscode.l10n.t('$(circle-slash) Block'),
      key === undefined
        ? vscode.l10n.t('Refuse all connections from {0} from now on', host)
        : vscode.l10n.t('Refuse everything from anyone with this key'),
      { kind: 'block' },
    ),
  );
  return rows;
}

async function chooseItems({ items }: Question): Promise<Answer | undefined> {
  const rows = items.map((item) => ({
    label: withoutIcons(waitingTitle(item)),
    description: item.size === undefined ? '' : formatSize(item.size),
    number: item.number,
  }));
  const title = vscode.l10n.t('Accept which items? The others are declined.');
  const picked = await vscode.window.showQuickPick(rows, { title, canPickMany: true });
  return picked && { kind: 'some', numbers: new Set(picked.map(({ number }) => number)) };
}
