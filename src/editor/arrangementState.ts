import * as vscode from 'vscode';
import { Emitter } from '../core/event';
import { GROUPINGS, SORTINGS, type Arrangement, type Grouping, type Sorting } from './arrangement';

const KEY = 'arrangement';

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

  async askForGrouping(): Promise<void> {
    const labels: Record<Grouping, string> = {
      none: vscode.l10n.t('Do not group'),
      day: vscode.l10n.t('Day'),
      sender: vscode.l10n.t('Sender'),
      kind: vscode.l10n.t('Kind'),
    };
    const title = vscode.l10n.t('Group received items by');
    const grouping = await choose(title, GROUPINGS, labels, this.current.grouping);
    if (grouping) await this.change({ grouping });
  }

  async askForSorting(): Promise<void> {
    const labels: Record<Sorting, string> = {
      newest: vscode.l10n.t('Newest first'),
      oldest: vscode.l10n.t('Oldest first'),
      name: vscode.l10n.t('Name'),
      size: vscode.l10n.t('Size, largest first'),
    };
    const title = vscode.l10n.t('Sort received items by');
    const sorting = await choose(title, SORTINGS, labels, this.current.sorting);
    if (sorting) await this.change({ sorting });
  }
}

async function choose<T extends string>(
  title: string,
  values: readonly T[],
  labels: Record<T, string>,
  current: T,
): Promise<T | undefined> {
  const picks = values.map((value) => ({
    label: labels[value],
    value,
    ...(value === current && { description: vscode.l10n.t('current') }),
  }));
  return (await vscode.window.showQuickPick(picks, { title }))?.value;
}
