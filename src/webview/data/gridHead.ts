import type { SortKey } from '../../core/data/arrange';
import type { TableInfo } from '../../core/data/questions';
import { element } from '../elements';
import type { CellBlocks } from './cellBlocks';
import type { ColumnLayout } from './columnLayout';
import { placeCell, type Viewport } from './gridRows';

export interface GridHeadParts {
  readonly info: TableInfo;
  readonly layout: ColumnLayout;
  readonly blocks: CellBlocks;
  readonly onSort: (column: number, isAdded: boolean) => void;
  /** Called when the width of a column has changed. */
  readonly onResize: () => void;
}

/** The headers of a table: names and types, the sort order, and the borders that change the width of a column. */
export class GridHead {
  readonly root = element('div', 'head');
  private sort: readonly SortKey[] = [];
  /** The data from which the headers were made. */
  private key = '';

  constructor(private readonly parts: GridHeadParts) {
    const { root } = this;
    root.role = 'row';
    root.ariaRowIndex = '1';
    // Rows begin at a whole pixel, so that elements and a picture of them are at the same place.
    root.style.height = `round(${String(HEIGHT + LINE * (this.levels - 1))}em, 1px)`;
    root.addEventListener('click', ({ target, shiftKey }) => {
      const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
      if (!cell || (target instanceof Element && target.classList.contains('handle'))) return;
      parts.onSort(Number(cell.dataset.column), shiftKey);
    });
    root.addEventListener('pointerdown', (event) => this.onHandle(event));
  }

  /** The number of lines of names. */
  private get levels(): number {
    return Math.max(1, this.parts.info.levelNames?.length ?? 1);
  }

  showSort(sort: readonly SortKey[]): void {
    this.sort = sort;
  }

  /** Makes the headers if they have changed. Most moves do not change them, and making them takes as long as everything else. */
  render({ from, to, scrollLeft }: Viewport): void {
    const { layout, info, blocks } = this.parts;
    const shown = [];
    for (let column = from; column < to; column++)
      shown.push([blocks.header(column), layout.left(column), layout.columnWidth(column)]);
    const key = JSON.stringify([from, scrollLeft, this.sort, shown]);
    if (key === this.key) return;
    this.key = key;
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
      const type = element('span', 'type', level?.type ?? '');
      label.append(...this.levelNames(place === 0), ...(this.levels > 1 ? [line(name, type)] : [name, type]));
      corner.append(label);
    }
    const headers: HTMLElement[] = [];
    for (let column = from; column < to; column++) headers.push(this.createHeader(column, scrollLeft));
    this.root.replaceChildren(corner, ...headers);
  }

  /** The names of the levels of column labels. */
  private levelNames(isFirst: boolean): HTMLElement[] {
    const names = this.parts.info.levelNames ?? [];
    if (this.levels <= 1) return [];
    return names.map((name) => element('span', 'level', isFirst ? name : ''));
  }

  private createHeader(column: number, scrollLeft: number): HTMLElement {
    const { layout, blocks } = this.parts;
    const header = blocks.header(column);
    const cell = element('div', `header ${header?.kind ?? ''}`);
    cell.role = 'columnheader';
    cell.dataset.column = String(column);
    cell.ariaColIndex = String(column + layout.index.length + 1);
    placeCell(cell, column, layout, scrollLeft);
    const names = header?.levels ?? [header?.name ?? ''];
    const spans = names.map((text) => element('span', 'name', text));
    const last = spans.at(-1);
    if (last) this.showSorting(cell, last, column);
    cell.append(...spans, element('span', 'type', header?.type ?? ''), element('span', 'handle'));
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

  /** Changes the width of a column while the border of its header is dragged. */
  private onHandle(event: PointerEvent): void {
    const { target, clientX, pointerId } = event;
    if (!(target instanceof HTMLElement) || !target.classList.contains('handle')) return;
    const { layout, onResize } = this.parts;
    const column = Number(target.parentElement?.dataset.column);
    const width = layout.columnWidth(column);
    const { root } = this;
    root.setPointerCapture(pointerId);
    const drag = (moved: PointerEvent): void => {
      layout.setColumnWidth(column, width + moved.clientX - clientX);
      onResize();
    };
    const stop = (): void => root.removeEventListener('pointermove', drag);
    root.addEventListener('pointermove', drag);
    root.addEventListener('lostpointercapture', stop, { once: true });
    event.preventDefault();
  }
}

/** The height of a header with a name and a type, and that of each further name, in em. */
const HEIGHT = 3.2;
const LINE = 1.2;

function line(...parts: readonly HTMLElement[]): HTMLElement {
  const all = element('span', 'line');
  all.append(...parts);
  return all;
}
