import type { Mark, ShownCell } from '../../core/data/questions';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import type { CellBlocks } from './cellBlocks';
import { lookOf } from './cellLook';
import type { ColumnLayout } from './columnLayout';
import { fill } from './host';
import type { Selection } from './selection';
import { idOf } from './selection';

/** The visible part of a table. */
export interface Viewport {
  readonly first: number;
  readonly count: number;
  /** A range of columns, with an exclusive end. */
  readonly from: number;
  readonly to: number;
  readonly scrollLeft: number;
}

/** A row on the screen, and the data from which it was made. */
interface ShownRow {
  readonly root: HTMLElement;
  readonly labels: readonly HTMLElement[];
  readonly cells: HTMLElement[];
  row: number;
  version: number;
  /** The version in which its cells were last moved to the positions of their columns. */
  placed: number;
}

export interface GridRowsParts {
  readonly layout: ColumnLayout;
  readonly blocks: CellBlocks;
  readonly selection: Selection;
  readonly texts: DataTexts;
  /** In pixels. */
  readonly rowHeight: number;
}

/** Rows are positioned relative to one of these, so that scrolling moves all of them at once. */
const BASE = 4096;

/**
 * The visible rows as elements. A row that stays visible keeps its element; the element of a row that disappears is used for one
 * that appears. For screen readers, the elements are sorted when scrolling stops; moving an element takes longer than filling it.
 * This class reads no sizes from the page, as each reading would cause a layout.
 */
export class GridRows {
  readonly body = element('div', 'body');
  /** Rows by their number modulo the length. */
  private rows: ShownRow[] = [];
  private version = 0;
  /** The version in which the positions of columns changed last. */
  private placed = 0;
  private viewport: Viewport = { first: 0, count: 0, from: 0, to: 0, scrollLeft: 0 };

  constructor(private readonly parts: GridRowsParts) {
    this.body.role = 'rowgroup';
  }

  /** To be called when the content or the style of cells has changed. */
  invalidate(): void {
    this.placed = ++this.version;
  }

  /** @param top height in pixels of the rows above the visible part */
  render(viewport: Viewport, top: number): void {
    const { rowHeight } = this.parts;
    const base = viewport.first - (viewport.first % BASE);
    const before = this.viewport;
    const isMoved = before.first - (before.first % BASE) !== base;
    const isSame =
      before.from === viewport.from && before.to === viewport.to && before.scrollLeft === viewport.scrollLeft;
    if (!isSame) this.invalidate();
    else if (isMoved) this.version++;
    this.viewport = viewport;
    this.createElements();
    for (const [row, shown] of this.inOrder()) {
      if (shown.row === row && shown.version === this.version) continue;
      shown.row = row;
      shown.version = this.version;
      shown.root.style.top = `${String((row - base) * rowHeight)}px`;
      this.renderRow(shown, row);
    }
    this.body.style.transform = `translateY(${String(base * rowHeight - top)}px)`;
  }

  /** Makes as many elements as there are visible rows. */
  private createElements(): void {
    const { rows, viewport } = this;
    for (const { root } of rows.splice(viewport.count)) root.remove();
    while (rows.length < viewport.count) rows.push(this.createRow());
  }

  /** The visible rows from top to bottom, with their numbers. */
  private *inOrder(): Generator<[row: number, shown: ShownRow]> {
    const { first, count } = this.viewport;
    for (let row = first; row < first + count; row++) {
      const shown = this.rows[row % count];
      if (shown) yield [row, shown];
    }
  }

  /** Sorts the elements from top to bottom, for screen readers. */
  putInOrder(): void {
    const roots = Array.from(this.inOrder(), ([, { root }]) => root);
    if (roots.some((root, place) => this.body.children[place] !== root)) this.body.append(...roots);
  }

  private createRow(): ShownRow {
    const { layout, rowHeight } = this.parts;
    const root = element('div', 'row');
    root.role = 'row';
    root.style.height = `${String(rowHeight)}px`;
    const corner = element('div', 'labels');
    const labels = layout.index.map((width, place) => {
      const label = element('div', 'label');
      label.role = 'rowheader';
      label.ariaColIndex = String(place + 1);
      label.style.width = `${String(width)}px`;
      return label;
    });
    corner.append(...labels);
    root.append(corner);
    this.body.append(root);
    return { root, labels, cells: [], row: -1, version: -1, placed: -1 };
  }

  private renderRow(shown: ShownRow, row: number): void {
    const { root, labels, cells } = shown;
    const { blocks, texts, layout } = this.parts;
    const { from, to } = this.viewport;
    root.ariaRowIndex = String(row + 2);
    root.classList.toggle('odd', row % 2 === 0);
    const names = blocks.labels(row, from);
    const mark = blocks.mark(row, from);
    for (const [place, label] of labels.entries()) {
      const text = names?.[place] ?? '';
      // Color alone must not carry the meaning.
      const shownText = mark !== undefined && place === 0 ? `${SIGNS[mark]} ${text}` : text;
      setText(label, shownText);
      label.classList.toggle('clipped', !layout.fits(shownText, -1 - place));
      if (mark === undefined) label.removeAttribute('aria-label');
      else label.ariaLabel = `${text}, ${texts[mark]}`;
    }
    while (cells.length < to - from) {
      const cell = element('div', 'cell');
      cell.role = 'gridcell';
      root.append(cell);
      cells.push(cell);
    }
    for (const [place, cell] of cells.entries()) {
      const column = from + place;
      const isHidden = column >= to;
      if (cell.hidden !== isHidden) cell.hidden = isHidden;
      if (isHidden) continue;
      if (shown.placed !== this.placed) this.placeCell(cell, column);
      this.renderCell(cell, row, column);
    }
    shown.placed = this.placed;
  }

  /** Sets the width of a cell. Cells follow one another; the first one has a margin that depends on the scroll position. */
  private placeCell(cell: HTMLElement, column: number): void {
    const { layout } = this.parts;
    const { from, scrollLeft } = this.viewport;
    setAttribute(cell, 'aria-colindex', String(column + layout.index.length + 1));
    cell.style.width = `${String(layout.columnWidth(column))}px`;
    cell.style.marginLeft = column === from ? `${String(layout.left(from) - scrollLeft)}px` : '';
  }

  private renderCell(cell: HTMLElement, row: number, column: number): void {
    const { layout, texts } = this.parts;
    const { shown, text, isActive, isSelected, className } = lookOf(this.parts, row, column);
    const isClipped = shown?.before !== undefined || !layout.fits(text, column);
    const classes = isClipped ? `${className} clipped` : className;
    if (cell.className !== classes) cell.className = classes;
    // Only the focused cell needs an id. Updating the browser's table of ids takes time.
    if (isActive) cell.id = idOf({ row, column });
    else if (cell.id !== '') cell.removeAttribute('id');
    setAttribute(cell, 'aria-selected', String(isSelected));
    const label = shown && markLabel(shown, texts);
    if (label !== undefined) cell.ariaLabel = label;
    else if (cell.ariaLabel !== null) cell.removeAttribute('aria-label');
    if (shown?.before === undefined) setText(cell, text);
    else cell.replaceChildren(element('span', 'before', shown.before), element('span', 'after', text));
    const title = shown && text.length > LONG ? shown.text : '';
    if (cell.title !== title) cell.title = title;
  }
}

/** A text with more characters than this may not fit into its cell, and gets a tooltip. */
const LONG = 20;

const SIGNS: Readonly<Record<Mark, string>> = { added: '+', removed: '−', changed: '~' };

function markLabel({ mark, text, before }: ShownCell, texts: DataTexts): string | undefined {
  if (mark === undefined) return undefined;
  return mark === 'changed' ? fill(texts.wasBefore, text, before ?? '') : `${text}, ${texts[mark]}`;
}

/** Sets a text if it has changed. Setting an unchanged one would cause another layout. */
function setText(target: Element, text: string): void {
  const { firstChild } = target;
  if (firstChild instanceof Text && firstChild === target.lastChild) {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (firstChild !== null || text !== '') target.textContent = text;
}

/** An unchanged value is not set again. */
export function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/** Moves a cell or header to the position of its column. */
export function placeCell(cell: HTMLElement, column: number, layout: ColumnLayout, scrollLeft: number): void {
  const left = `${String(layout.indexWidth + layout.left(column) - scrollLeft)}px`;
  const width = `${String(layout.columnWidth(column))}px`;
  if (cell.style.left !== left) cell.style.left = left;
  if (cell.style.width !== width) cell.style.width = width;
}
