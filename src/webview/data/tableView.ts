import type { Arrangement, SortKey } from '../../core/data/arrange';
import type { DataInfo, RangeForm, Sight, TableInfo } from '../../core/data/questions';
import type { SliceChoice } from '../../core/data/slice';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { ColumnPanel } from './columnPanel';
import { button, choice, field, labelled } from './controls';
import { Grid } from './grid';
import { ask, copyText, fill, post, type Asked } from './host';

/** A table with what one does with it: sort, filter, find, go to, copy, save. */
export class TableView {
  readonly root = element('div', 'tableView');
  private arrangement: Arrangement = { sort: [], filters: [] };
  private onlyDiffering = false;
  private readonly grid: Grid;
  private readonly panel: ColumnPanel;
  private readonly status = element('span', 'status');
  private readonly chips = element('div', 'chips');
  private readonly findField: HTMLInputElement;
  private readonly goToField: HTMLInputElement;
  private readonly table: TableInfo;
  private counting: Asked<number> | undefined;
  private shownRows: number;

  constructor(
    { table, difference }: DataInfo & { table: TableInfo },
    private readonly slice: SliceChoice | undefined,
    private readonly texts: DataTexts,
  ) {
    this.table = table;
    this.shownRows = table.rowCount;
    this.findField = field(texts.find, texts.find, 11);
    this.goToField = field(texts.goTo, texts.goTo, 7);
    this.grid = new Grid(table, this.sight, {
      texts,
      onDidMove: () => this.onMove(),
      onSort: (column, isAdded) => this.turnSorting(column, isAdded),
      onFail: (message) => this.say(message),
    });
    this.panel = new ColumnPanel({
      texts,
      onSort: (column, descending) => this.sortBy(column, descending),
      onFilter: (column, text) => this.filterBy(column, text),
      onClose: () => this.closePanel(),
    });
    this.status.role = 'status';
    const body = element('div', 'tableBody');
    body.append(this.grid.root, this.panel.root);
    const tools = this.createTools();
    if (difference) tools.prepend(this.createDifferenceTools());
    this.root.append(tools, this.chips, body);
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.tell();
  }

  focus(): void {
    this.grid.root.focus({ preventScroll: true });
  }

  /** Of the rows that are shown now. */
  get sight(): Sight {
    return { slice: this.slice, arrangement: this.arrangement, onlyDiffering: this.onlyDiffering };
  }

  private createTools(): HTMLElement {
    const { texts } = this;
    const tools = element('div', 'tools');
    tools.role = 'toolbar';
    const filter = field(texts.filter, texts.filter, 11);
    filter.addEventListener('change', () => this.filterBy(undefined, filter.value));
    this.findField.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') void this.find(event.shiftKey);
      else if (event.key === 'Escape') this.focus();
    });
    this.goToField.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.goTo(this.goToField.value);
      else if (event.key === 'Escape') this.focus();
    });
    const forms: [RangeForm, string][] = [
      ['text', texts.copy],
      ['csv', texts.copyCsv],
      ['markdown', texts.copyMarkdown],
      ['python', texts.copyPython],
    ];
    const copy = choice('', [['', texts.copy], ...forms.slice(1)], '', (form) => {
      void this.copy(form === '' ? 'text' : (form as RangeForm));
      copySelect.value = '';
    });
    const copySelect = copy.querySelector('select') as HTMLSelectElement;
    copySelect.ariaLabel = texts.copy;
    tools.append(
      filter,
      this.findField,
      this.goToField,
      button(texts.column, () => (this.panel.root.hidden ? this.showPanel() : this.closePanel())),
      copy,
      button(texts.saveCsv, () => this.save()),
      this.status,
    );
    return tools;
  }

  private createDifferenceTools(): HTMLElement {
    const { texts } = this;
    const tools = element('span', 'tools');
    const only = element('input', '') as HTMLInputElement;
    only.type = 'checkbox';
    only.addEventListener('change', () => {
      this.onlyDiffering = only.checked;
      void this.rearrange();
    });
    const tolerance = field(texts.tolerance, '0', 5);
    tolerance.addEventListener('change', () => {
      const absolute = Math.max(0, Number(tolerance.value) || 0);
      post({ kind: 'tolerate', absolute, relative: 0 });
    });
    tools.append(
      labelled(texts.onlyDiffering, only),
      labelled(texts.tolerance, tolerance),
      button(texts.compareAsText, () => post({ kind: 'compareAsText' })),
    );
    return tools;
  }

  private onKey(event: KeyboardEvent): void {
    const isCommand = event.ctrlKey || event.metaKey;
    const isInGrid = event.target === this.grid.root;
    const key = event.key.toLowerCase();
    if (isCommand && key === 'f') this.findField.select();
    else if (isCommand && key === 'g') this.goToField.select();
    else if (isCommand && key === 'c' && isInGrid) void this.copy('text');
    else if (event.key === 'F3') void this.find(event.shiftKey);
    else if (event.key === 'Enter' && isInGrid) this.showPanel();
    else if (event.key === 'Escape' && !this.panel.root.hidden) this.closePanel();
    else return;
    event.preventDefault();
  }

  private onMove(): void {
    if (!this.panel.root.hidden) this.showPanel();
    this.tell();
  }

  private showPanel(): void {
    const { column } = this.grid.selection.active;
    const header = this.grid.header(column);
    if (header) this.panel.show(this.sight, column, header);
  }

  private closePanel(): void {
    this.panel.close();
    this.focus();
  }

  /** From unsorted to ascending to descending. */
  private turnSorting(column: number, isAdded: boolean): void {
    const current = this.arrangement.sort.find((key) => key.column === column);
    const next = current === undefined ? false : current.descending ? undefined : true;
    this.sortBy(column, next, isAdded);
  }

  private sortBy(column: number, descending: boolean | undefined, isAdded = false): void {
    const others = isAdded ? this.arrangement.sort.filter((key) => key.column !== column) : [];
    const own: SortKey[] = descending === undefined ? [] : [{ column, descending }];
    this.arrangement = { ...this.arrangement, sort: [...others, ...own] };
    void this.rearrange();
  }

  private filterBy(column: number | undefined, text: string): void {
    const others = this.arrangement.filters.filter((one) => one.column !== column);
    const own = text.trim() === '' ? [] : [{ text, ...(column !== undefined && { column }) }];
    this.arrangement = { ...this.arrangement, filters: [...others, ...own] };
    void this.rearrange();
  }

  private async rearrange(): Promise<void> {
    this.counting?.cancel();
    this.showChips();
    this.say(this.texts.working);
    const { sight } = this;
    const counting = ask('count', { sight });
    this.counting = counting;
    try {
      const count = await counting.answer;
      if (this.counting !== counting) return;
      this.shownRows = count;
      this.grid.update(sight, count);
      this.onMove();
    } catch (error) {
      if (this.counting === counting) this.say(error instanceof Error ? error.message : String(error));
    }
  }

  private showChips(): void {
    const chips = this.arrangement.filters.map(({ column, text }) => {
      const name =
        column === undefined ? this.texts.filter : (this.grid.header(column)?.name ?? String(column));
      const chip = element('span', 'chip', `${name}: ${text} `);
      chip.append(button(this.texts.removeFilter, () => this.filterBy(column, ''), '✕'));
      return chip;
    });
    this.chips.replaceChildren(...chips);
  }

  private async find(backwards: boolean): Promise<void> {
    const text = this.findField.value;
    if (text === '') return;
    const from = this.grid.selection.active;
    const found = await ask('find', { sight: this.sight, text, from, backwards }).answer;
    if (found) this.grid.goTo(found);
    else this.say(this.texts.notFound);
  }

  /** A number is a row, a name is a column; both may be given: `12 price`. */
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
    copyText(await ask('range', { sight: this.sight, rows, columns, form, hasHeader }).answer);
  }

  private save(): void {
    const { columnCount } = this.table;
    const rows = { start: 0, count: this.shownRows };
    const columns = { start: 0, count: columnCount };
    const question = {
      name: 'range',
      sight: this.sight,
      rows,
      columns,
      form: 'csv',
      hasHeader: true,
    } as const;
    post({ kind: 'save', extension: 'csv', question });
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
  }
}
