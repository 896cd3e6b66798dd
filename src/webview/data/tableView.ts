import type { Arrangement, SortKey } from '../../core/data/arrange';
import type { Tolerance } from '../../core/data/difference';
import type { DataInfo, Place, RangeForm, ViewState, TableInfo } from '../../core/data/questions';
import type { SliceChoice } from '../../core/data/slice';
import { COPIED_TEXT, WRITTEN_TEXT } from '../../core/limits';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { ColumnPanel } from './columnPanel';
import { button, field } from './controls';
import { differenceTools } from './differenceTools';
import { Grid } from './grid';
import { ask, copyText, fill, keep, kept, messageOf, post, type Asked } from './host';
import { searchField, tableTools } from './tableTools';

export interface TableViewParts {
  readonly slice: SliceChoice | undefined;
  readonly texts: DataTexts;
  /** The tolerance of a comparison. */
  readonly tolerance: Tolerance;
}

/** A table with its tools: sort, filter, find, go to, copy, save. */
export class TableView {
  readonly root = element('div', 'tableView');
  private arrangement: Arrangement = kept().arrangement ?? { sort: [], filters: [] };
  private onlyDiffering = kept().onlyDiffering ?? false;
  private readonly grid: Grid;
  private readonly panel: ColumnPanel;
  private readonly status = element('span', 'status');
  private readonly chips = element('div', 'chips');
  private readonly findField: HTMLInputElement;
  private readonly goToField: HTMLInputElement;
  private readonly table: TableInfo;
  private readonly texts: DataTexts;
  private counting: Asked<number> | undefined;
  private seeking: Asked<Place | undefined> | undefined;
  private shownRows: number;

  constructor(
    private readonly info: DataInfo & { table: TableInfo },
    private readonly parts: TableViewParts,
  ) {
    const { table } = info;
    const { texts } = parts;
    this.table = table;
    this.texts = texts;
    this.shownRows = table.rowCount;
    const leave = (): void => this.focus();
    this.findField = searchField(texts.find, ({ shiftKey }) => void this.find(shiftKey), leave);
    this.goToField = searchField(texts.goTo, () => this.goTo(this.goToField.value), leave);
    this.grid = new Grid(table, this.view, {
      texts,
      onDidMove: () => this.onMove(),
      onSort: (column, isAdded) => this.turnSorting(column, isAdded),
      onFail: (message) => this.say(message),
    });
    this.panel = new ColumnPanel({
      texts,
      onSort: (column, descending, isAdded) => this.sortBy(column, descending, isAdded),
      onFilter: (column, text) => this.filterBy(column, text),
      onClose: () => this.closePanel(),
    });
    this.status.role = 'status';
    const body = element('div', 'tableBody');
    body.append(this.grid.root, this.panel.root);
    this.root.append(...this.createDifferenceTools(), this.createTools(), this.chips, body);
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.restore();
  }

  focus(): void {
    this.grid.root.focus({ preventScroll: true });
  }

  /** Which rows are shown, and in which order. */
  get view(): ViewState {
    return { slice: this.parts.slice, arrangement: this.arrangement, onlyDiffering: this.onlyDiffering };
  }

  /** Restores the state from before the page was hidden. */
  private restore(): void {
    const { active, isDescribing } = kept();
    const { sort, filters } = this.arrangement;
    const isArranged = sort.length > 0 || filters.length > 0 || this.onlyDiffering;
    const show = (): void => {
      if (active) this.grid.goTo(active);
      if (isDescribing) this.showPanel();
    };
    this.tell();
    // The grid must be in the page to know its visible part.
    const begin = isArranged ? () => void this.rearrange().then(show) : show;
    requestAnimationFrame(begin);
  }

  private createTools(): HTMLElement {
    const { texts, findField: find, goToField: goTo, status } = this;
    const filter = field(texts.filter, texts.filter, 9);
    filter.value = this.arrangement.filters.find(({ column }) => column === undefined)?.text ?? '';
    filter.addEventListener('change', () => this.filterBy(undefined, filter.value));
    return tableTools(
      texts,
      { filter, find, goTo, status },
      {
        onColumn: () => (this.panel.root.hidden ? this.showPanel() : this.closePanel()),
        onCopy: (form) => void this.copy(form),
        onSaveCsv: () => this.saveCsv(),
        onSaveNpy: this.info.fitsNpy ? saveNpy : undefined,
      },
    );
  }

  private createDifferenceTools(): HTMLElement[] {
    const { texts, onlyDiffering } = this;
    const summary = this.info.difference;
    if (!summary) return [];
    const made = differenceTools({
      ...{ summary, texts, onlyDiffering, tolerance: this.parts.tolerance },
      onStep: (backwards) => void this.stepDifference(backwards),
      onOnlyDiffering: (isOnly) => {
        this.onlyDiffering = isOnly;
        keep({ onlyDiffering: isOnly });
        void this.rearrange();
      },
    });
    return [made];
  }

  private onKey(event: KeyboardEvent): void {
    const isCommand = event.ctrlKey || event.metaKey;
    const isInGrid = event.target === this.grid.root;
    const key = event.key.toLowerCase();
    if (isCommand && key === 'f') this.findField.select();
    else if (isCommand && key === 'g') this.goToField.select();
    else if (isCommand && key === 'c' && isInGrid) void this.copy('text');
    else if (event.key === 'F3') void this.find(event.shiftKey);
    else if (event.key === 'F7' && this.info.difference) void this.stepDifference(event.shiftKey);
    else if (event.key === 'Enter' && isInGrid) this.showPanel();
    else if (event.key === 'Escape' && !this.panel.root.hidden) this.closePanel();
    else return;
    event.preventDefault();
  }

  private onMove(): void {
    keep({ active: this.grid.selection.active });
    if (!this.panel.root.hidden) this.showPanel();
    this.tell();
  }

  private showPanel(): void {
    const { row, column } = this.grid.selection.active;
    const header = this.grid.header(column);
    keep({ isDescribing: true });
    if (header) this.panel.show(this.view, { row, column }, header);
  }

  private closePanel(): void {
    keep({ isDescribing: false });
    this.panel.close();
    this.focus();
  }

  /** Sorts a column ascending, then descending, then not at all. */
  private turnSorting(column: number, isAdded: boolean): void {
    const current = this.arrangement.sort.find((key) => key.column === column);
    const next = current === undefined ? false : current.descending ? undefined : true;
    this.sortBy(column, next, isAdded);
  }

  /** @param isAdded whether the rows stay sorted by other columns first */
  private sortBy(column: number, descending: boolean | undefined, isAdded = false): void {
    const { sort } = this.arrangement;
    const own: SortKey[] = descending === undefined ? [] : [{ column, descending }];
    const place = sort.findIndex((key) => key.column === column);
    if (!isAdded) this.arrange({ sort: own });
    else if (place < 0) this.arrange({ sort: [...sort, ...own] });
    else this.arrange({ sort: [...sort.slice(0, place), ...own, ...sort.slice(place + 1)] });
  }

  private filterBy(column: number | undefined, text: string): void {
    const others = this.arrangement.filters.filter((one) => one.column !== column);
    const own = text.trim() === '' ? [] : [{ text, ...(column !== undefined && { column }) }];
    this.arrange({ filters: [...others, ...own] });
  }

  private arrange(part: Partial<Arrangement>): void {
    this.arrangement = { ...this.arrangement, ...part };
    keep({ arrangement: this.arrangement });
    void this.rearrange();
  }

  private async rearrange(): Promise<void> {
    this.counting?.cancel();
    this.showChips();
    this.say(this.texts.working);
    const { view } = this;
    const counting = ask('count', { view });
    this.counting = counting;
    try {
      const count = await counting.answer;
      if (this.counting !== counting) return;
      this.shownRows = count;
      this.grid.update(view, count);
      this.onMove();
    } catch (error) {
      if (this.counting === counting) this.say(messageOf(error));
    }
  }

  private showChips(): void {
    const chips = this.arrangement.filters.map(({ column, text }) => {
      const name = column === undefined ? this.texts.filter : this.grid.nameOf(column);
      const chip = element('span', 'chip', `${name}: ${text} `);
      chip.append(button(`${this.texts.removeFilter}: ${name}`, () => this.filterBy(column, ''), '✕'));
      return chip;
    });
    this.chips.replaceChildren(...chips);
  }

  private async find(backwards: boolean): Promise<void> {
    const text = this.findField.value;
    const from = this.grid.selection.active;
    if (text !== '') await this.seek(ask('find', { view: this.view, text, from, backwards }));
  }

  private async stepDifference(backwards: boolean): Promise<void> {
    const from = this.grid.selection.active;
    await this.seek(ask('difference', { view: this.view, from, backwards }));
  }

  /** Goes to the match of a search, and cancels the previous search. */
  private async seek(seeking: Asked<Place | undefined>): Promise<void> {
    this.seeking?.cancel();
    this.seeking = seeking;
    this.say(this.texts.working);
    try {
      const found = await seeking.answer;
      if (this.seeking !== seeking) return;
      if (found) this.grid.goTo(found);
      else this.say(this.texts.notFound);
    } catch (error) {
      if (this.seeking === seeking) this.say(messageOf(error));
    }
  }

  /** Goes to a row by its number, a column by its name, or both: `12 price`. */
  private goTo(text: string): void {
    const [, row, name] = /^\s*(\d+)?\s*(.*?)\s*$/.exec(text) ?? [];
    const { active } = this.grid.selection;
    const column = name === undefined || name === '' ? active.column : this.grid.findColumn(name);
    if (column === undefined) {
      this.say(this.texts.notFound);
      return;
    }
    this.grid.goTo({ row: row === undefined ? active.row : Number(row), column });
    this.focus();
  }

  private async copy(form: RangeForm): Promise<void> {
    const { rows, columns, isRange } = this.grid.selection;
    const hasHeader = form !== 'text' && isRange;
    const { view } = this;
    try {
      copyText(await ask('range', { view, rows, columns, form, hasHeader, maxLength: COPIED_TEXT }).answer);
      this.tell();
    } catch (error) {
      this.say(messageOf(error));
    }
  }

  /** Saves the shown rows in their order. */
  private saveCsv(): void {
    const rows = { start: 0, count: this.shownRows };
    const columns = { start: 0, count: this.table.columnCount };
    const range = { name: 'range', form: 'csv', hasHeader: true, maxLength: WRITTEN_TEXT } as const;
    post({ kind: 'save', extension: 'csv', question: { ...range, view: this.view, rows, columns } });
  }

  private tell(): void {
    const { texts, table, shownRows } = this;
    const { rows, columns, isRange } = this.grid.selection;
    const count =
      shownRows === table.rowCount
        ? `${shownRows.toLocaleString()} × ${table.columnCount.toLocaleString()}`
        : fill(texts.rowsOf, shownRows.toLocaleString(), table.rowCount.toLocaleString());
    const range = isRange ? ` · ${rows.count.toLocaleString()} × ${columns.count.toLocaleString()}` : '';
    this.say(count + range);
  }

  private say(text: string): void {
    this.status.textContent = text;
    this.status.title = text;
  }
}

function saveNpy(): void {
  post({ kind: 'save', extension: 'npy', question: { name: 'npy' } });
}
