import * as vscode from 'vscode';
import type { AdmissionControl } from '../../core/admission/admissionControl';
import type { Question } from '../../core/admission/question';
import { describeQuestion } from '../items/senderWords';
import { commandId, RECEIVED_VIEW } from '../shell/names';
import type { Reporter } from '../shell/reporter';

/** Milliseconds in which the offers of a sender are collected before the person is asked. */
const GATHERING_TIME = 400;
/** Milliseconds in which a sender causes one notification at most, however often it asks. */
const QUIET_TIME = 60_000;
/** Notifications about senders that may be open at once. */
const OPEN_AT_ONCE = 3;

/**
 * Asks the person about waiting senders, in notifications that hold up nothing. Senders that ask again and again, or are too
 * many, only appear in the view.
 */
export class SenderQuestions implements vscode.Disposable {
  private readonly told = new Map<string, number>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly subscription: { dispose(): void };
  private open = 0;
  private tellsOfMany = false;

  constructor(
    private readonly admissionControl: AdmissionControl,
    private readonly reporter: Reporter,
    private readonly gatheringTime = GATHERING_TIME,
  ) {
    this.subscription = admissionControl.onDidAsk((question) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void this.tell(question);
      }, this.gatheringTime);
      this.timers.add(timer);
    });
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.subscription.dispose();
  }

  private async tell(question: Question): Promise<void> {
    const { id } = question.sender;
    if (this.admissionControl.questionOf(question.sender) !== question || !this.mayTell(id)) return;
    if (this.open >= OPEN_AT_ONCE) return this.tellOfMany();
    this.open++;
    try {
      await this.reporter.information(describeQuestion(question), ...this.actions(question));
    } finally {
      this.open--;
    }
  }

  private mayTell(id: string): boolean {
    const now = performance.now();
    for (const [other, at] of this.told) if (now - at >= QUIET_TIME) this.told.delete(other);
    if (this.told.has(id)) return false;
    this.told.set(id, now);
    return true;
  }

  private async tellOfMany(): Promise<void> {
    if (this.tellsOfMany) return;
    this.tellsOfMany = true;
    const show = {
      title: vscode.l10n.t('Show'),
      run: () => vscode.commands.executeCommand(`${RECEIVED_VIEW}.focus`),
    };
    const count = this.admissionControl.questions.length;
    await this.reporter.information(vscode.l10n.t('{0} senders wait for your answer.', count), show);
    this.tellsOfMany = false;
  }

  private actions(question: Question) {
    const run = (name: 'acceptSender' | 'declineSender' | 'answerSender') => () =>
      vscode.commands.executeCommand(commandId(name), { kind: 'question', question });
    return [
      { title: vscode.l10n.t('Accept'), run: run('acceptSender') },
      { title: vscode.l10n.t('Decline'), run: run('declineSender') },
      { title: vscode.l10n.t('More...'), run: run('answerSender') },
    ];
  }
}
