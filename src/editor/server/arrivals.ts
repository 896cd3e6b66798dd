import * as vscode from 'vscode';
import type { AnnouncedItem, ReceivedItem } from '../../core/item/item';
import { madeUpName } from '../../inbox/output/safeName';
import { withoutIcons } from '../shell/foreignText';
import type { Reporter } from '../shell/reporter';
import { formatSize } from '../../core/amounts';
import { describeKind, itemTitle, protectionWords, senderHost } from '../shell/formatting';

/** Arrivals within this time, in milliseconds, share one notification. */
const GROUPING_TIME = 400;
/** Milliseconds after the first of them within which the notification appears, however many keep arriving. */
const LONGEST_TIME = 2_000;

/** Notifies the person of arrived items: one notification for one item, one for many that arrive together. */
export class Arrivals implements vscode.Disposable {
  private waiting: AnnouncedItem[] = [];
  private timer: NodeJS.Timeout | undefined;
  private latest: NodeJS.Timeout | undefined;

  constructor(
    private readonly reporter: Reporter,
    private readonly open: (item: ReceivedItem) => Promise<void>,
    private readonly show: (item: ReceivedItem) => Promise<void>,
    private readonly times = { grouping: GROUPING_TIME, longest: LONGEST_TIME },
  ) {}

  add(item: AnnouncedItem): void {
    this.waiting.push(item);
    // While more keep arriving, the notification waits for them.
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(() => void this.notify(), this.times.grouping);
    this.latest ??= setTimeout(() => void this.notify(), this.times.longest);
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.latest);
  }

  private async notify(): Promise<void> {
    this.dispose();
    this.timer = this.latest = undefined;
    const items = this.waiting;
    this.waiting = [];
    const last = items.at(-1);
    if (!last) return;
    const show = { title: vscode.l10n.t('Show'), run: () => this.reporter.guard(() => this.show(last)) };
    const open = {
      title: items.length > 1 ? vscode.l10n.t('Open...') : vscode.l10n.t('Open'),
      run: () => this.reporter.guard(() => this.openOneOf(items)),
    };
    await this.reporter.information(describeArrivals(items, last), open, show);
  }

  /** Asks for one if there are several, the newest first. */
  private async openOneOf(items: readonly ReceivedItem[]): Promise<void> {
    const rows = items.toReversed().map((item) => ({
      label: withoutIcons(itemTitle(item)),
      description: [describeKind(item), formatSize(item.size), senderHost(item)].join(' · '),
      item,
    }));
    const [first] = rows;
    const title = vscode.l10n.t('Open which item?');
    const picked = rows.length === 1 ? first : await vscode.window.showQuickPick(rows, { title });
    if (picked) await this.open(picked.item);
  }
}

/** Most changed names that are listed. */
const NAMED = 3;

function describeArrivals(items: readonly AnnouncedItem[], last: ReceivedItem): string {
  const senders = [...new Set(items.map(senderHost))].join(', ');
  const message =
    items.length === 1
      ? describeArrival(last)
      : vscode.l10n.t('Received {0} items from {1}.', items.length, senders);
  const renamed = items.flatMap(
    ({ name, sentName, savedAs }) => savedAs ?? (sentName === undefined ? [] : name),
  );
  if (renamed.length === 0) return message;
  const named = renamed.slice(0, NAMED);
  if (renamed.length > NAMED) named.push(vscode.l10n.t('{0} more', renamed.length - NAMED));
  return `${message} ${vscode.l10n.t('Under changed names: {0}.', named.join(', '))}`;
}

function describeArrival(item: ReceivedItem): string {
  const facts = [describeKind(item), formatSize(item.size)];
  if (item.name !== madeUpName(item)) facts.unshift(item.name);
  facts.push(...protectionWords(item));
  const message = vscode.l10n.t('Received from {0}: {1}.', senderHost(item), facts.join(', '));
  return item.note === undefined ? message : `${message} ${item.note}`;
}
