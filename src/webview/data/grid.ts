import type { ColumnHeader, Place, ViewState, TableInfo } from '../../core/data/questions';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { CellBlocks } from './cellBlocks';
import { ColumnLayout, type CharacterPixels } from './columnLayout';
import { GridHead } from './gridHead';
import { GridRows, setAttribute, type Viewport } from './gridRows';
import { PassingRows } from './passingRows';
import { ScrollSpace } from './scrollSpace';
import { idOf, placeAfterKey, Selection } from './selection';

export interface GridParts {
  readonly texts: DataTexts;
  readonly onDidMove: () => void;
  readonly onSort: (column: number, isAdded: boolean) => void;
  readonly onFail: (message: string) => void;
}

/** Milliseconds without scrolling after which the rows are at rest. */
const REST = 100;
/** Rows pass if a frame moves them by more than this share of the visible ones. */
const PASSING = 1 / 4;

/**
 * A table of any length and width, of which only the visible part is in the page. It has the role `grid`. Sizes and positions
 * are read from the page only when they may have changed. Reading them while it is drawn would cause another layout each time.
 */
export class Grid {
  readonly root = element('div', 'grid');
  readonly selection = new Selection();
  private readonly sizer = element('div', 'sizer');
  private readonly layer = element('div', 'layer');
  private readonly rowHeight: number;
  private readonly space: ScrollSpace;
  private readonly layout: ColumnLayout;
  private readonly blocks: CellBlocks;
  private readonly head: GridHead;
  private readonly rows: GridRows;
  private readonly passing: PassingRows;
  private rowCount: number;
  private frame: number | undefined;
  private rest: ReturnType<typeof setTimeout> | undefined;
  /** The first row that was drawn last, and the height in pixels of the rows above what was shown then. */
  private lastFirst = 0;
  private lastTop = 0;
  /** The size of the area for cells and the height of the headers, in pixels. */
  private view = { width: 0, height: 0, head: 0 };
  /** The last positions of the scroll bars, in pixels. */
  private scrollTop = 0;
  /** The scroll bar is to be put there with the next frame. */
  private isScrollBarBehind = false;
  private scrollLeft = 0;

  constructor(
    private readonly info: TableInfo,
    view: ViewState,
    private readonly parts: GridParts,
  ) {
    const { root, layer, sizer, selection } = this;
    const { texts, onSort } = parts;
    const rowHeight = measure('Mg').height + 6;
    this.rowHeight = rowHeight;
    this.space = new ScrollSpace(rowHeight);
    const layout = new ColumnLayout(info, measureCharacters());
    const blocks = new CellBlocks(view, info.rowCount, () => this.redrawSoon(), parts.onFail);
    this.layout = layout;
    this.blocks = blocks;
    this.head = new GridHead({ info, layout, blocks, onSort, onResize: () => this.resize() });
    this.rows = new GridRows({ layout, blocks, selection, texts, rowHeight });
    this.passing = new PassingRows({ layout, blocks, selection, rowHeight, baseline: measureBaseline() });
    this.rowCount = info.rowCount;
    root.role = 'grid';
    root.tabIndex = 0;
    root.ariaLabel = texts.gridLabel;
    root.ariaMultiSelectable = 'true';
    root.setAttribute('aria-colcount', String(info.columnCount + Math.max(1, info.index.length)));
    layer.append(this.head.root, this.rows.body, this.passing.root);
    sizer.append(layer);
    root.append(sizer);
    this.listen();
    this.resize();
  }

  /** Shows other rows, or the same ones in another order. */
  update(view: ViewState, rowCount: number): void {
    this.blocks.reset(view, rowCount);
    this.head.showSort(view.arrangement.sort);
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
    this.redraw();
    this.parts.onDidMove();
  }

  /** The name of a column; a negative number means a level of the index. */
  nameOf(column: number): string {
    if (column < 0) return this.info.index[-1 - column]?.name ?? '';
    return this.info.names[column] ?? this.header(column)?.name ?? String(column);
  }

  /** The header of a column; undefined if the column has not been visible yet. */
  header(column: number): ColumnHeader | undefined {
    const header = this.blocks.header(column);
    return header ?? this.info.numeric.find(({ place }) => place === column);
  }

  /** The first column with this name, or else the first whose name begins with it. */
  findColumn(name: string): number | undefined {
    const wanted = name.toLowerCase();
    const names = this.info.names.map((one) => one.toLowerCase());
    const found = [names.indexOf(wanted), names.findIndex((one) => one.startsWith(wanted))];
    return found.find((column) => column >= 0);
  }

  private listen(): void {
    const { root } = this;
    const { body } = this.rows;
    root.addEventListener('scroll', () => this.onScroll());
    root.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    root.addEventListener('keydown', (event) => this.onKey(event));
    new ResizeObserver(() => this.resize()).observe(root);
    for (const area of [body, this.passing.root]) {
      area.addEventListener('pointerdown', (event) => {
        if (event.button !== 0) return;
        const place = this.placeAt(event);
        if (place) this.goTo(place, event.shiftKey);
      });
      area.addEventListener('pointermove', (event) => {
        const place = (event.buttons & 1) === 1 && this.placeAt(event);
        if (place) this.goTo(place, true);
      });
    }
  }

  private onScroll(): void {
    const { root, space } = this;
    const { scrollTop } = root;
    this.scrollLeft = root.scrollLeft;
    // A position that was set by the page is known more exactly than the scroll bar reports it.
    if (!this.isScrollBarBehind && Math.abs(scrollTop - this.scrollTop) > 1) {
      space.follow(scrollTop, this.view.height);
      this.scrollTop = scrollTop;
    }
    this.renderSoon();
  }

  /** Moves by some rows per turn of the wheel. If the scroll bar is scaled, the browser would move by many more. */
  private onWheel(event: WheelEvent): void {
    if (!this.space.isScaled || event.ctrlKey || event.deltaY === 0 || event.shiftKey) return;
    event.preventDefault();
    // Otherwise, VS Code would send a message to its window for each event.
    event.stopPropagation();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? this.rowHeight : 1;
    this.moveTo(this.space.top + event.deltaY * unit);
  }

  /** The scroll bar follows when the rows are drawn, as setting its position in between causes another layout. */
  private moveTo(offset: number): void {
    this.scrollTop = this.space.moveTo(offset, this.view.height);
    this.isScrollBarBehind = true;
    this.renderSoon();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      this.selection.selectAll(this.rowCount, this.info.columnCount);
      this.redraw();
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

  private get pageRows(): number {
    return Math.max(1, Math.floor(this.view.height / this.rowHeight) - 1);
  }

  private firstRow(): number {
    return Math.min(this.space.firstRow(), Math.max(0, this.rowCount - 1));
  }

  private scrollTo({ row, column }: Place): void {
    const { root, layout, view } = this;
    const top = row * this.rowHeight;
    if (top < this.space.top) this.moveTo(top);
    else if (top + this.rowHeight > this.space.top + view.height)
      this.moveTo(top + this.rowHeight - view.height);
    const visible = view.width - layout.indexWidth;
    const [left, width] = [layout.left(column), layout.columnWidth(column)];
    if (left < this.scrollLeft) root.scrollLeft = left;
    else if (left + width > this.scrollLeft + visible)
      root.scrollLeft = Math.min(left, left + width - visible);
    this.scrollLeft = root.scrollLeft;
  }

  private resize(): void {
    const { space, layout, root, sizer, layer } = this;
    root.setAttribute('aria-rowcount', String(this.rowCount + 1));
    space.setRowCount(this.rowCount);
    const head = this.head.root.offsetHeight;
    sizer.style.width = `${String(layout.indexWidth + layout.width)}px`;
    sizer.style.height = `${String(space.height + head)}px`;
    const [width, height] = [root.clientWidth, root.clientHeight];
    layer.style.width = `${String(width)}px`;
    layer.style.height = `${String(height)}px`;
    this.view = { width, height: Math.max(0, height - head), head };
    this.scrollLeft = root.scrollLeft;
    this.moveTo(space.top);
    this.redraw();
  }

  private renderSoon(): void {
    this.frame ??= requestAnimationFrame(() => this.render());
  }

  /** Draws everything again, because the content or the style of cells may have changed. */
  private redraw(): void {
    this.rows.invalidate();
    this.passing.hide();
    this.lastFirst = this.firstRow();
    this.render();
  }

  private redrawSoon(): void {
    this.rows.invalidate();
    this.renderSoon();
  }

  private render(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (this.isScrollBarBehind) this.root.scrollTop = this.scrollTop;
    this.isScrollBarBehind = false;
    const viewport = this.viewport();
    const { first, count, from, to } = viewport;
    // Labels of rows come with a column, also where there is none.
    const isWhole = this.blocks.need([first, first + Math.max(1, count)], [from, Math.max(to, from + 1)]);
    setAttribute(this.root, 'aria-busy', String(!isWhole));
    this.head.render(viewport);
    if (this.isPassing(viewport)) this.passing.draw(viewport, this.space.top, this.view);
    else this.rows.render(viewport, this.space.top);
    this.lastTop = this.space.top;
    this.nameActive(viewport);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.stop(), REST);
  }

  /** Names the focused cell for screen readers, as long as it is visible. */
  private nameActive({ first, count, from, to }: Viewport): void {
    const { row, column } = this.selection.active;
    const isVisible = row >= first && row < first + count && column >= from && column < to;
    if (isVisible) setAttribute(this.root, 'aria-activedescendant', idOf({ row, column }));
    else this.root.removeAttribute('aria-activedescendant');
  }

  /** Whether rows move too fast for elements. Those of a comparison have marks, which only elements show. */
  private isPassing({ first, count }: Viewport): boolean {
    const isFast = Math.abs(first - this.lastFirst) > count * PASSING;
    this.lastFirst = first;
    return this.passing.isShown || (isFast && !this.info.isCompared);
  }

  /** Shows the rows as elements, in their order, as they have stopped. */
  private stop(): void {
    if (this.passing.isShown) this.rows.render(this.viewport(), this.space.top);
    this.passing.hide();
    this.rows.putInOrder();
  }

  private viewport(): Viewport {
    const { layout, view, scrollLeft } = this;
    const first = this.firstRow();
    const count = Math.min(this.rowCount - first, Math.ceil(view.height / this.rowHeight) + 1);
    const right = Math.max(0, scrollLeft + view.width - layout.indexWidth);
    const to = this.info.columnCount === 0 ? 0 : layout.columnAt(right) + 1;
    return {
      first,
      count: Math.max(0, count),
      from: Math.max(0, layout.columnAt(scrollLeft)),
      to,
      scrollLeft,
    };
  }

  /** The cell that is shown at a place, which may have been scrolled since. */
  private placeAt({ clientX, clientY }: MouseEvent): Place | undefined {
    const { left, top } = this.root.getBoundingClientRect();
    const x = clientX - left - this.layout.indexWidth + this.scrollLeft;
    const y = clientY - top - this.view.head + this.lastTop;
    const row = Math.floor(y / this.rowHeight);
    if (x < 0 || row < 0 || row >= this.rowCount) return undefined;
    return { row, column: this.layout.columnAt(x) };
  }
}

function measureCharacters(): CharacterPixels {
  const [digit = 0, ...others] = ['0', 'W', 'M', 'm', '@', '%'].map(
    (one) => measure(one.repeat(10)).width / 10,
  );
  return { digit, widest: Math.max(digit, ...others) };
}

/** Pixels between the top of a row and the baseline of its text. */
function measureBaseline(): number {
  const cell = element('div', 'cell probe', 'Mg');
  const end = element('span', 'baseline');
  cell.append(end);
  document.body.append(cell);
  const baseline = end.getBoundingClientRect().bottom - cell.getBoundingClientRect().top;
  cell.remove();
  return baseline;
}

/** Measures the size of a text in a cell, in pixels. */
function measure(text: string): { width: number; height: number } {
  const probe = element('span', 'probe', text);
  document.body.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return { width, height: Math.ceil(height) };
}
