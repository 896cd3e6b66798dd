import * as vscode from 'vscode';
import type { ReceivedItem } from '../core/wire/item';
import { madeUpName } from '../inbox/safeName';
import type { Reporter } from './report';
import { describeKind, formatSize, senderHost } from './wording';

/** Arrivals within this time, in milliseconds, share one notification. */
const GROUPING_TIME = 400;

/** Tells the person what has arrived: one notification for one item, one for many that come together. */
export class Arrivals implements vscode.Disposable {
  private waiting: ReceivedItem[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly reporter: Reporter,
    private readonly open: (item: ReceivedItem) => Promise<void>,
    private readonly show: (item: ReceivedItem) => Promise<void>,
  ) {}

  add(item: ReceivedItem): void {
    this.waiting.push(item);
    // While more keep coming, the notification waits for them.
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(() => void this.notify(), GROUPING_TIME);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async notify(): Promise<void> {
    const items = this.waiting;
    this.waiting = [];
    this.timer = undefined;
    const last = items.at(-1);
    if (!last) return;
    const show = { title: vscode.l10n.t('Show'), run: () => this.reporter.guard(() => this.show(last)) };
    if (items.length > 1) {
      const senders = [...new Set(items.map(senderHost))].join(', ');
      await this.reporter.information(
        vscode.l10n.t('Received {0} items from {1}.', items.length, senders),
        show,
      );
      return;
    }
    const open = { title: vscode.l10n.t('Open'), run: () => this.reporter.guard(() => this.open(last)) };
    await this.reporter.information(describeArrival(last), open, show);
  }
}

function describeArrival(item: ReceivedItem): string {
  const facts = [describeKind(item), formatSize(item.size)];
  if (item.name !== madeUpName(item)) facts.unshift(item.name);
  if (item.encrypted) facts.push(vscode.l10n.t('encrypted'));
  const message = vscode.l10n.t('Received from {0}: {1}.', senderHost(item), facts.join(', '));
  return item.note === undefined ? message : `${message} ${item.note}`;
}
