import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { NodeInfo } from '../../core/inspection/inspection';
import type { SearchQuery } from '../../core/inspection/search';
import type { ReceivedItem } from '../../core/item/item';
import { withoutIcons } from '../shell/foreignText';
import { localize } from '../shell/localize';
import { CONTEXT_KEYS } from '../shell/names';
import type { ReceivedItems } from '../items/receivedItems';
import type { TreeNode } from './receivedNodes';
import type { ReceivedView } from './receivedView';
import { PreconditionError, type Reporter } from '../shell/reporter';
import { hasValue, targetLabel, type CommandTarget } from '../items/commandTarget';
import { TYPE_ICONS } from './valueTreeItems';
import { describeFound } from '../shell/formatting';
import type { Unread } from '../items/unread';
import { SHOWN_DEPTH } from '../inspect/ranges';
import { isSameRow, valueNodeAt } from './valueNodes';
import { searchValue, type FindProgress } from '../inspect/valueSearch';

/** Milliseconds without a keystroke after which a search begins. */
const TYPING_PAUSE = 200;

export interface FinderParts {
  readonly items: ReceivedItems;
  readonly list: ReceivedView;
  readonly unread: Unread;
  readonly reporter: Reporter;
}

/** The matches of the last search, and the one that is shown in the view. */
interface Found {
  readonly item: ReceivedItem;
  readonly places: readonly NodeInfo[];
  readonly current: number;
}

/** Finds keys and values inside a dictionary, and steps through the matches in the view. */
export class Finder {
  private found: Found | undefined;
  /** Says which place is shown. */
  private message: vscode.Disposable | undefined;

  constructor(private readonly parts: FinderParts) {}

  /** Asks for a text, and lists the matches while they are found. */
  find(target: CommandTarget | undefined): void {
    if (!target || !hasValue(target))
      throw new PreconditionError(vscode.l10n.t('Select a dictionary in the view "Received" first.'));
    const { items, reporter } = this.parts;
    const list = new FindList(target, (query) =>
      searchSteps(items, target, query, (error) => void reporter.error(error)),
    );
    list.show((places, current) => {
      this.found = { item: target.item, places, current };
      void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.hasFound, true);
      void reporter.guard(() => this.reveal(this.found));
    });
  }

  /** Shows the next match, or with -1 the previous one; after the last comes the first. */
  async step(by: 1 | -1): Promise<void> {
    if (!this.found) throw new PreconditionError(vscode.l10n.t('Use "Find in dictionary" on an item first.'));
    const { places, current } = this.found;
    this.found = { ...this.found, current: (current + by + places.length) % places.length };
    await this.reveal(this.found);
  }

  /** A filter that hides the item is cleared, because the person wants to see the match. */
  private async rowOf(item: ReceivedItem, place: NodeInfo): Promise<TreeNode> {
    const { items } = this.parts;
    const { tree, arrangement } = this.parts.list;
    if (!(await tree.find(item)) && arrangement.current.filter !== '')
      await arrangement.change({ filter: '' });
    const row = await tree.find(item);
    if (row) {
      tree.uncover(row, place.path);
      return valueNodeAt(row, place.path, items.values);
    }
    throw new PicklepostError(
      'no-such-item',
      vscode.l10n.t('The item in which this was found is no longer there.'),
    );
  }

  private async reveal(found: Found | undefined): Promise<void> {
    const place = found?.places[found.current];
    if (!found || !place) return;
    // Before, because it changes rows, and a view that is expanding them handles that badly.
    await this.parts.unread.markRead([found.item.id]);
    const node = await this.rowOf(found.item, place);
    const { tree, view } = this.parts.list;
    // VS Code requests the rows above, one after another, with pauses in between.
    await tree.undisturbed(async () => view.reveal(node, { select: true, focus: true }));
    this.say(positionText(found, place), node);
  }

  /** In the status bar, for a while, or until another row is selected. */
  private say(text: string, node: TreeNode): void {
    this.message?.dispose();
    const message = vscode.window.setStatusBarMessage(text, 10_000);
    const subscription = this.parts.list.view.onDidChangeSelection(({ selection }) => {
      if (selection.some((row) => !isSameRow(row, node))) this.message?.dispose();
    });
    this.message = vscode.Disposable.from(message, subscription);
  }
}

/** The status bar would turn the name of an icon into one. */
function positionText({ places, current }: Found, place: NodeInfo): string {
  const position = vscode.l10n.t(
    '{0} of {1}: {2}',
    current + 1,
    places.length,
    withoutIcons(place.expression),
  );
  if (place.path.length <= SHOWN_DEPTH) return position;
  return vscode.l10n.t('{0} (deeper than the {1} levels shown)', position, SHOWN_DEPTH);
}

type Searching = AsyncIterable<FindProgress>;

/** The steps of a search in an item or value; an error is reported, and ends the search. */
async function* searchSteps(
  items: ReceivedItems,
  { item, info }: CommandTarget,
  query: SearchQuery,
  tell: (error: unknown) => void,
): AsyncGenerator<FindProgress, void> {
  try {
    yield* searchValue(items.values, item.id, info?.path ?? [], query);
  } catch (error) {
    tell(error);
  }
}

interface Row extends vscode.QuickPickItem {
  /** Position among the matches; undefined for a row that only shows a text. */
  readonly index?: number;
}

const SCOPES: readonly SearchQuery['where'][] = ['both', 'keys', 'values'];

/** The list in which a person types a text, and chooses a match. */
class FindList {
  private readonly list = vscode.window.createQuickPick<Row>();
  private where: SearchQuery['where'] = 'both';
  private places: readonly NodeInfo[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Counts searches, so that an outdated one notices. */
  private run = 0;

  constructor(
    private readonly target: CommandTarget,
    private readonly search: (query: SearchQuery) => Searching,
  ) {}

  show(choose: (places: readonly NodeInfo[], index: number) => void): void {
    const { list } = this;
    this.describe();
    list.buttons = [
      {
        iconPath: new vscode.ThemeIcon('filter'),
        tooltip: vscode.l10n.t('Keys and values, only keys, only values'),
      },
    ];
    list.onDidTriggerButton(() => {
      this.where = SCOPES[(SCOPES.indexOf(this.where) + 1) % SCOPES.length] ?? 'both';
      this.describe();
      void this.start();
    });
    list.onDidChangeValue(() => {
      // Enter must not go to a match of another text.
      this.clear();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.start(), TYPING_PAUSE);
    });
    list.onDidAccept(() => {
      const index = list.selectedItems[0]?.index;
      if (index === undefined) return;
      const { places } = this;
      list.hide();
      choose(places, index);
    });
    list.onDidHide(() => {
      this.run++;
      clearTimeout(this.timer);
      list.dispose();
    });
    list.show();
  }

  private async start(): Promise<void> {
    this.clear();
    const { list, where, run } = this;
    const text = list.value;
    if (text === '') return;
    for await (const progress of this.search({ text, where })) {
      // Leaving the loop ends the search in the worker.
      if (run !== this.run) return;
      this.update(progress);
    }
    if (run === this.run) list.busy = false;
  }

  /** Ends the running search. */
  private clear(): void {
    this.run++;
    this.places = [];
    this.list.items = [];
    this.list.busy = this.list.value !== '';
    this.describe();
  }

  private update({ places, count, isDone }: FindProgress): void {
    const { list } = this;
    // Fewer matches than before come from a search that had to start again, and finds the same ones again.
    if (places.length > this.places.length) {
      const added = places.slice(this.places.length).map((place, i) => row(place, this.places.length + i));
      list.keepScrollPosition = true;
      list.items = [...list.items, ...added];
      this.places = [...places];
    }
    if (isDone && count === 0) list.items = [{ label: vscode.l10n.t('Nothing found'), alwaysShow: true }];
    this.describe(count, isDone);
  }

  private describe(count?: number, isDone = true): void {
    const title = vscode.l10n.t('Find in {0}', targetLabel(this.target));
    const found = count === undefined ? undefined : describeFound(count, this.places.length, isDone);
    this.list.title = found === undefined ? title : `${title} · ${found}`;
    this.list.placeholder = {
      both: vscode.l10n.t('A part of a key or value'),
      keys: vscode.l10n.t('A part of a key'),
      values: vscode.l10n.t('A part of a value'),
    }[this.where];
  }
}

function row(place: NodeInfo, index: number): Row {
  return {
    index,
    label: withoutIcons(place.expression),
    description: withoutIcons(localize(place.preview)),
    iconPath: new vscode.ThemeIcon(TYPE_ICONS[place.type]),
    // The search has already filtered the rows, so the list must not.
    alwaysShow: true,
  };
}
