import type { ColumnHeader, Mark, Place, ShownCell, Sight, TableInfo } from '../../core/data/questions';
import type { SortKey } from '../../core/data/arrange';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { CellBlocks } from './cellBlocks';
import { ColumnLayout } from './columnLayout';
import { fill } from './host';
import { ScrollSpace } from './scrollSpace';
import { placeAfterKey, Selection } from './selection';

export interface GridParts {
  readonly texts: DataTexts;
  readonly onDidMove: () => void;
  readonly onSort: (column: number, isAdded: boolean) => void;
  readonly onFail: (message: string) => void;
}

/** A row on the screen. */
interface ShownRow {
  readonly root: HTMLElement;
  readonly labels: HTMLElement;
  readonly cells: HTMLElement[];
}

/** A table of any length and width, of which only what is seen is in the page. It has the role `grid`. */
export class Grid {
  readonly root = element('div', 'grid');
  readonly selection = new Selection();
  private readonly sizer = element('div', 'sizer');
  private readonly layer = element('div', 'layer');
  private readonly head = element('div', 'head');
  private readonly body = element('div', 'body');
  private readonly rowHeight: number;
  private readonly space: ScrollSpace;
  private readonly layout: ColumnLayout;
  private readonly blocks: CellBlocks;
  private readonly shown: ShownRow[] = [];
  private rowCount: number;
  private sort: readonly SortKey[] = [];
  private frame: number | undefined;
  /** What the headers were made of. */
  private headKey = '';

  constructor(
    private readonly info: TableInfo,
    sight: Sight,
    private readonly parts: GridParts,
  ) {
    const { root, layer, head, body, sizer } = this;
    this.rowHeight = measure('Mg').height + 6;
    this.space = new ScrollSpace(this.rowHeight);
    this.layout = new ColumnLayout(info, measure('0000000000').width / 10);
    this.blocks = new CellBlocks(sight, () => this.render(), parts.onFail);
    this.rowCount = info.rowCount;
    root.role = 'grid';
    root.tabIndex = 0;
    root.ariaLabel = parts.texts.gridLabel;
    root.ariaMultiSelectable = 'true';
    body.role = 'rowgroup';
    head.role = 'row';
    head.ariaRowIndex = '1';
    root.setAttribute('aria-colcount', String(info.columnCount + Math.max(1, info.index.length)));
    layer.append(head, body);
    sizer.append(layer);
    root.append(sizer);
    this.listen();
    this.resize();
  }

  /** Shows rows in another order, or others. */
  update(sight: Sight, rowCount: number): void {
    this.blocks.reset(sight);
    this.sort = sight.arrangement.sort;
    this.rowCount = rowCount;
    const { active } = this.selection;
    this.selection.moveTo({ ...active, row: Math.min(active.row, Math.max(0, rowCount - 1)) }, false);
    this.resize();
  }

  goTo(place: Place, extendsRange = false): void {
    if (this.rowCount === 0 || this.info.columnCount === 0) return;
    const row = Math.min(Math.max(0, place.row), this.rowCount - 1);
    const column = Math.min(Math.max(0, place.column), this.info.columnCount - 1);
    this.selection.moveTo({ row, column }, extendsRange);
    this.scrollTo({ row, column });
    this.render();
    this.parts.onDidMove();
  }

  /** Of a column, or with a negative number of a level of the index. */
  nameOf(column: number): string {
    if (column < 0) return this.info.index[-1 - column]?.name ?? '';
    return this.info.names[column] ?? this.header(column)?.name ?? String(column);
  }

  /** Undefined for one that has not been seen yet. */
  header(column: number): ColumnHeader | undefined {
    const header = this.blocks.header(column);
    return header ?? this.info.numeric.find(({ place }) => place === column);
  }

  /** The first column whose name is the text, or else begins with it. */
  findColumn(name: string): number | undefined {
    const wanted = name.toLowerCase();
    const names = this.info.names.map((one) => one.toLowerCase());
    const found = [names.indexOf(wanted), names.findIndex((one) => one.startsWith(wanted))];
    return found.find((column) => column >= 0);
  }

  private listen(): void {
    const { root, body, head } = this;
    root.addEventListener('scroll', () => this.onScroll());
    root.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    root.addEventListener('keydown', (event) => this.onKey(event));
    new ResizeObserver(() => this.resize()).observe(root);
    body.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const place = this.placeAt(event);
      if (place) this.goTo(place, event.shiftKey);
    });
    body.addEventListener('pointermove', (event) => {
      const place = (event.buttons & 1) === 1 && this.placeAt(event);
      if (place) this.goTo(place, true);
    });
    head.addEventListener('click', ({ target, shiftKey }) => {
      const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
      if (!cell || (target instanceof Element && target.classList.contains('handle'))) return;
      this.parts.onSort(Number(cell.dataset.column), shiftKey);
    });
    head.addEventListener('pointerdown', (event) => this.onHandle(event));
  }

  /** The border of a header is dragged. */
  private onHandle(event: PointerEvent): void {
    const { target, clientX, pointerId } = event;
    if (!(target instanceof HTMLElement) || !target.classList.contains('handle')) return;
    const column = Number(target.parentElement?.dataset.column);
    const width = this.layout.columnWidth(column);
    this.head.setPointerCapture(pointerId);
    const drag = (moved: PointerEvent): void => {
      this.layout.setColumnWidth(column, width + moved.clientX - clientX);
      this.resize();
    };
    this.head.addEventListener('pointermove', drag);
    this.head.addEventListener(
      'lostpointercapture',
      () => this.head.removeEventListener('pointermove', drag),
      {
        once: true,
      },
    );
    event.preventDefault();
  }

  private onScroll(): void {
    const { root, space } = this;
    const expected = this.scrollTop;
    // What the page has set itself is known more exactly than the place of the scroll bar says.
    if (Math.abs(root.scrollTop - expected) > 1) {
      space.follow(root.scrollTop, this.viewHeight);
      this.scrollTop = root.scrollTop;
    }
    this.renderSoon();
  }

  private scrollTop = 0;

  /** While the bar stands for a share of the rows, a turn of the wheel still moves by some rows. */
  private onWheel(event: WheelEvent): void {
    if (!this.space.isScaled || event.ctrlKey || event.deltaY === 0 || event.shiftKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? this.rowHeight : 1;
    this.moveTo(this.space.top + event.deltaY * unit);
  }

  private moveTo(offset: number): void {
    this.scrollTop = this.space.moveTo(offset, this.viewHeight);
    this.root.scrollTop = this.scrollTop;
    this.scrollTop = this.root.scrollTop;
    this.renderSoon();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      this.selection.selectAll(this.rowCount, this.info.columnCount);
      this.render();
      this.parts.onDidMove();
      event.preventDefault();
      return;
    }
    const size = { rows: this.rowCount, columns: this.info.columnCount, page: this.pageRows };
    const place = placeAfterKey(event, this.selection.active, size);
    if (!place) return;
    event.preventDefault();
    this.goTo(place, event.shiftKey);
  }

  private get viewHeight(): number {
    return Math.max(0, this.root.clientHeight - this.head.offsetHeight);
  }

  private get pageRows(): number {
    return Math.max(1, Math.floor(this.viewHeight / this.rowHeight) - 1);
  }

  private firstRow(): number {
    return Math.min(this.space.firstRow(), Math.max(0, this.rowCount - 1));
  }

  private scrollTo({ row, column }: Place): void {
    const [top, height] = [row * this.rowHeight, this.viewHeight];
    if (top < this.space.top) this.moveTo(top);
    else if (top + this.rowHeight > this.space.top + height) this.moveTo(top + this.rowHeight - height);
    const { root, layout } = this;
    const visible = root.clientWidth - layout.indexWidth;
    const [left, width] = [layout.left(column), layout.columnWidth(column)];
    if (left < root.scrollLeft) root.scrollLeft = left;
    else if (left + width > root.scrollLeft + visible)
      root.scrollLeft = Math.min(left, left + width - visible);
  }

  private resize(): void {
    const { space, layout, root, sizer, layer } = this;
    root.setAttribute('aria-rowcount', String(this.rowCount + 1));
    space.setRowCount(this.rowCount);
    sizer.style.width = `${String(layout.indexWidth + layout.width)}px`;
    sizer.style.height = `${String(space.height + this.head.offsetHeight)}px`;
    layer.style.width = `${String(root.clientWidth)}px`;
    layer.style.height = `${String(root.clientHeight)}px`;
    this.moveTo(space.top);
    this.render();
  }

  private renderSoon(): void {
    this.frame ??= requestAnimationFrame(() => this.render());
  }

  private render(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    const { root, layout, space } = this;
    const first = this.firstRow();
    const count = Math.min(this.rowCount - first, Math.ceil(this.viewHeight / this.rowHeight) + 1);
    const from = layout.columnAt(root.scrollLeft);
    const right = root.scrollLeft + root.clientWidth - layout.indexWidth;
    const to = this.info.columnCount === 0 ? 0 : layout.columnAt(Math.max(0, right)) + 1;
    this.blocks.need([first, first + Math.max(1, count)], [Math.max(0, from), to]);
    this.renderHead(Math.max(0, from), to);
    while (this.shown.length < count) this.shown.push(this.createRow());
    for (const [place, row] of this.shown.entries()) {
      row.root.hidden = place >= count;
      if (place < count) this.renderRow(row, first + place, Math.max(0, from), to);
    }
    this.body.style.transform = `translateY(${String(first * this.rowHeight - space.top)}px)`;
    const { active } = this.selection;
    root.setAttribute('aria-activedescendant', idOf(active));
  }

  private createRow(): ShownRow {
    const root = element('div', 'row');
    root.role = 'row';
    root.style.height = `${String(this.rowHeight)}px`;
    const labels = element('div', 'labels');
    for (const [place, width] of this.layout.index.entries()) {
      const label = element('div', 'label');
      label.role = 'rowheader';
      label.ariaColIndex = String(place + 1);
      label.style.width = `${String(width)}px`;
      labels.append(label);
    }
    root.append(labels);
    this.body.append(root);
    return { root, labels, cells: [] };
  }

  /** Most moves leave the headers as they are, and making them takes as long as all else. */
  private renderHead(from: number, to: number): void {
    const { head, layout, info } = this;
    const shown = [];
    for (let column = from; column < to; column++)
      shown.push([this.blocks.header(column), layout.left(column), layout.columnWidth(column)]);
    const key = JSON.stringify([from, this.root.scrollLeft, this.sort, shown]);
    if (key === this.headKey) return;
    this.headKey = key;
    const corner = element('div', 'labels');
    for (const [place, width] of layout.index.entries()) {
      const level = info.index[place];
      const label = element('div', 'label');
      label.role = 'columnheader';
      label.style.width = `${String(width)}px`;
      label.ariaColIndex = String(place + 1);
      const name = element('span', 'name', level && level.name !== 'None' ? level.name : '');
      if (level) {
        label.dataset.column = String(-1 - place);
        this.showSorting(label, name, -1 - place);
      }
      label.append(name, element('span', 'type', level?.type ?? ''));
      corner.append(label);
    }
    const headers: HTMLElement[] = [];
    for (let column = from; column < to; column++) headers.push(this.createHeader(column));
    head.replaceChildren(corner, ...headers);
  }

  private createHeader(column: number): HTMLElement {
    const header = this.blocks.header(column);
    const cell = element('div', `header ${header?.kind ?? ''}`);
    cell.role = 'columnheader';
    cell.dataset.column = String(column);
    cell.ariaColIndex = String(column + this.layout.index.length + 1);
    this.place(cell, column);
    const name = element('span', 'name', header?.name ?? '');
    this.showSorting(cell, name, column);
    cell.append(name, element('span', 'type', header?.type ?? ''), element('span', 'handle'));
    cell.title = header ? `${header.name}\n${header.type}` : '';
    return cell;
  }

  private showSorting(header: HTMLElement, name: HTMLElement, column: number): void {
    const key = this.sort.findIndex((one) => one.column === column);
    const sorted = this.sort[key];
    header.ariaSort = sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none';
    if (!sorted) return;
    const number = this.sort.length > 1 ? String(key + 1) : '';
    name.append(element('span', 'sorted', ` ${sorted.descending ? '▼' : '▲'}${number}`));
  }

  private renderRow({ root, labels, cells }: ShownRow, row: number, from: number, to: number): void {
    root.ariaRowIndex = String(row + 2);
    const texts = this.blocks.labels(row, from);
    const mark = this.blocks.mark(row, from);
    for (const [place, label] of [...labels.children].entries()) {
      const text = texts?.[place] ?? '';
      // Not by colour alone.
      setText(label, mark !== undefined && place === 0 ? `${SIGNS[mark]} ${text}` : text);
      if (mark === undefined) label.removeAttribute('aria-label');
      else label.ariaLabel = `${text}, ${this.parts.texts[mark]}`;
    }
    while (cells.length < to - from) {
      const cell = element('div', 'cell');
      cell.role = 'gridcell';
      root.append(cell);
      cells.push(cell);
    }
    for (const [place, cell] of cells.entries()) {
      const column = from + place;
      cell.hidden = column >= to;
      if (!cell.hidden) this.renderCell(cell, row, column);
    }
  }

  private renderCell(cell: HTMLElement, row: number, column: number): void {
    const shown = this.blocks.cell(row, column);
    const { selection } = this;
    const isActive = selection.active.row === row && selection.active.column === column;
    const isSelected = selection.holds(row, column);
    const classes = [
      shown ? shown.kind : 'loading',
      shown?.mark,
      isActive && 'active',
      isSelected && 'selected',
    ];
    cell.className = ['cell', ...classes.filter(Boolean)].join(' ');
    cell.id = idOf({ row, column });
    cell.ariaColIndex = String(column + this.layout.index.length + 1);
    cell.ariaSelected = String(isSelected);
    this.place(cell, column);
    this.fillCell(cell, shown, this.blocks.header(column)?.kind);
  }

  private fillCell(
    cell: HTMLElement,
    shown: ShownCell | undefined,
    kind: ColumnHeader['kind'] | undefined,
  ): void {
    const plain = shown?.text ?? '…';
    // Among values of other types, a text could be taken for one of them.
    const isDoubtful = shown?.kind === 'text' && kind !== 'text' && LOOKS_OTHERWISE.test(plain);
    const text = isDoubtful ? `'${plain}'` : plain;
    const label = shown && markLabel(shown, this.parts.texts);
    if (label === undefined) cell.removeAttribute('aria-label');
    else cell.ariaLabel = label;
    if (shown?.before === undefined) setText(cell, text.replace(/[\r\n]+/g, '⏎'));
    else cell.replaceChildren(element('span', 'before', shown.before), element('span', 'after', text));
    cell.title = text.length > 20 ? text : '';
  }

  private place(cell: HTMLElement, column: number): void {
    const { layout, root } = this;
    cell.style.left = `${String(layout.indexWidth + layout.left(column) - root.scrollLeft)}px`;
    cell.style.width = `${String(layout.columnWidth(column))}px`;
  }

  private placeAt({ clientX, clientY }: MouseEvent): Place | undefined {
    const { left, top } = this.root.getBoundingClientRect();
    const x = clientX - left - this.layout.indexWidth + this.root.scrollLeft;
    const y = clientY - top - this.head.offsetHeight + this.space.top;
    const row = Math.floor(y / this.rowHeight);
    if (x < 0 || row < 0 || row >= this.rowCount) return undefined;
    return { row, column: this.layout.columnAt(x) };
  }
}

const SIGNS: Readonly<Record<Mark, string>> = { added: '+', removed: '−', changed: '~' };

/** A text that looks as if it were a number, a boolean, a date, or missing. */
const LOOKS_OTHERWISE = /^(|[-+]?[\d.].*|[-+]?(inf|nan)|true|false|none|null|nat|<?na>?)$/i;

function markLabel({ mark, text, before }: ShownCell, texts: DataTexts): string | undefined {
  if (mark === undefined) return undefined;
  return mark === 'changed' ? fill(texts.wasBefore, text, before ?? '') : `${text}, ${texts[mark]}`;
}

function setText(target: Element, text: string): void {
  if (target.textContent !== text || target.childElementCount > 0) target.textContent = text;
}

function idOf({ row, column }: Place): string {
  return `cell-${String(row)}-${String(column)}`;
}

/** How much room a text takes in a cell. */
function measure(text: string): { width: number; height: number } {
  const probe = element('span', 'probe', text);
  document.body.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return { width, height: Math.ceil(height) };
}
