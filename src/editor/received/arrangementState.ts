import * as vscode from 'vscode';
import { Emitter } from '../../core/scheduling/event';
import { GROUPINGS, type Arrangement } from './arrangement';
import { SORTINGS } from './itemRows';

const KEY = 'arrangement';
const VALUES = { grouping: GROUPINGS, sorting: SORTINGS } as const;

/** How the person wants the received items to be listed, remembered for the workspace. */
export class ArrangementState {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: vscode.Memento) {}

  get current(): Arrangement {
    const { grouping, sorting, filter } = this.state.get<Partial<Arrangement>>(KEY, {});
    return {
      grouping: GROUPINGS.find((one) => one === grouping) ?? 'none',
      sorting: SORTINGS.find((one) => one === sorting) ?? 'newest',
      filter: filter ?? '',
    };
  }

  async change(change: Partial<Arrangement>): Promise<void> {
    await this.state.update(KEY, { ...this.current, ...change });
    this.changed.fire(undefined);
  }

  async askForFilter(): Promise<void> {
    const filter = await vscode.window.showInputBox({
      title: vscode.l10n.t('Filter received items'),
      prompt: vscode.l10n.t('Text in the name, the sender or the kind, such as "csv", "192.168" or "pickle"'),
      value: this.current.filter,
    });
    if (filter !== undefined) await this.change({ filter: filter.trim() });
  }

  askForGrouping(): Promise<void> {
    return this.askFor('grouping', vscode.l10n.t('Group received items by'), {
      none: vscode.l10n.t('Do not group'),
      day: vscode.l10n.t('Day'),
      sender: vscode.l10n.t('Sender'),
      kind: vscode.l10n.t('Kind'),
    });
  }

  askForSorting(): Promise<void> {
    return this.askFor('sorting', vscode.l10n.t('Sort received items by'), {
      newest: vscode.l10n.t('Newest first'),
      oldest: vscode.l10n.t('Oldest first'),
      name: vscode.l10n.t('Name'),
      size: vscode.l10n.t('Size, largest first'),
    });
  }

  private async askFor<Aspect extends keyof typeof VALUES>(
    aspect: Aspect,
    title: string,
    labels: Readonly<Record<(typeof VALUES)[Aspect][number], string>>,
  ): Promise<void> {
    const picks = VALUES[aspect].map((value: (typeof VALUES)[Aspect][number]) => ({
      label: labels[value],
      change: { [aspect]: value },
      ...(value === this.current[aspect] && { description: vscode.l10n.t('current') }),
    }));
    const picked = await vscode.window.showQuickPick(picks, { title });
    if (picked) await this.change(picked.change);
  }
}
