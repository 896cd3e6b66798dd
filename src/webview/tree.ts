import { decoration, element } from './elements';
import type { Row, RowSource } from './messages';

export interface TreeParts {
  /** With role `tree`. */
  readonly root: HTMLElement;
  /** May reject with what is then shown in place of the rows. */
  readonly load: (source: RowSource) => Promise<readonly Row[]>;
  readonly copy: (path: readonly number[]) => void;
  /** Ids of the rows that are to be expanded when they appear. */
  readonly expanded: Set<string>;
  readonly onDidExpand: () => void;
}

/** The tree of a value: rows are asked for when their parent is first expanded. */
export class Tree {
  private readonly rows = new WeakMap<Element, Row>();
  /** The only item that the tabulator key leads to. */
  private current: HTMLElement | undefined;
  /** The id of the row that had the focus, until it is there again. */
  private wanted: string | undefined;

  constructor(private readonly parts: TreeParts) {
    const { root } = parts;
    root.addEventListener('click', (event) => this.onClick(event));
    root.addEventListener('keydown', (event) => this.onKey(event));
    root.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement && this.rows.has(target)) this.makeCurrent(target);
      this.wanted = undefined;
    });
  }

  /** Shows other rows in place of those that are there; the row that has the focus keeps it, where it is still there. */
  show(rows: readonly Row[]): void {
    const { root } = this.parts;
    this.wanted = root.contains(document.activeElement) ? this.rowOf(this.current)?.id : undefined;
    this.current = undefined;
    this.append(root, rows, 1);
  }

  /** Puts rows into a container, in place of what is there. */
  private append(container: HTMLElement, rows: readonly Row[], level: number): void {
    const items = this.createItems(rows, level);
    container.replaceChildren(...items);
    if (level === 1 && items[0] !== undefined) this.makeCurrent(items[0]);
    const wanted = this.wanted === undefined ? -1 : rows.findIndex(({ id }) => id === this.wanted);
    if (wanted < 0) return;
    this.wanted = undefined;
    items[wanted]?.focus();
  }

  private createItems(rows: readonly Row[], level: number): HTMLElement[] {
    return rows.map((row, index) => {
      const item = this.createItem(row, level);
      item.setAttribute('aria-posinset', String(index + 1));
      item.setAttribute('aria-setsize', String(rows.length));
      return item;
    });
  }

  private createItem(row: Row, level: number): HTMLElement {
    const item = element('div', 'item');
    this.rows.set(item, row);
    item.role = 'treeitem';
    item.tabIndex = -1;
    item.ariaLabel = row.label;
    item.ariaLevel = String(level);
    const line = element('div', 'line');
    line.title = row.tooltip;
    line.append(decoration('twistie'), element('span', 'key', row.key));
    if (row.type !== '') line.append(element('span', 'type', row.type));
    const text = element('span', 'text', row.text);
    text.dataset.type = row.type;
    line.append(text);
    item.append(line);
    if (row.children !== undefined) {
      item.ariaExpanded = 'false';
      if (this.parts.expanded.has(row.id)) void this.expand(item);
    }
    return item;
  }

  private onClick({ target }: Event): void {
    const item = target instanceof Element ? target.closest<HTMLElement>('[role=treeitem]') : null;
    // Text that was just selected is to be copied.
    if (item === null || document.getSelection()?.isCollapsed === false) return;
    item.focus();
    this.toggle(item);
  }

  private onKey(event: KeyboardEvent): void {
    const item = this.current;
    if (item === undefined || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'c') this.copy(item);
    if (isCommand || event.shiftKey || !this.press(event.key, item)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns whether the key means something here */
  private press(key: string, item: HTMLElement): boolean {
    const moves: Record<string, () => HTMLElement | undefined> = {
      ArrowDown: () => next(item),
      ArrowUp: () => previous(item),
      Home: () => firstOf(this.parts.root),
      End: () => lastOf(this.parts.root),
      ArrowRight: () => this.stepInto(item),
      ArrowLeft: () => this.stepOut(item),
      Enter: () => this.toggle(item),
      ' ': () => this.toggle(item),
    };
    const move = moves[key];
    move?.()?.focus();
    return move !== undefined;
  }

  private stepInto(item: HTMLElement): HTMLElement | undefined {
    if (item.ariaExpanded === 'true') return next(item);
    if (item.ariaExpanded === 'false') void this.expand(item);
    return undefined;
  }

  private stepOut(item: HTMLElement): HTMLElement | undefined {
    if (item.ariaExpanded !== 'true') return parentOf(item);
    this.collapse(item);
    return undefined;
  }

  private toggle(item: HTMLElement): undefined {
    if (item.ariaExpanded === 'true') this.collapse(item);
    else if (item.ariaExpanded === 'false') void this.expand(item);
  }

  private collapse(item: HTMLElement): void {
    item.ariaExpanded = 'false';
    const row = this.rowOf(item);
    if (row !== undefined) this.parts.expanded.delete(row.id);
    this.parts.onDidExpand();
  }

  private async expand(item: HTMLElement): Promise<void> {
    const row = this.rowOf(item);
    if (row?.children === undefined) return;
    item.ariaExpanded = 'true';
    this.parts.expanded.add(row.id);
    this.parts.onDidExpand();
    if (groupOf(item) !== undefined) return;
    const group = element('div', 'group');
    group.role = 'group';
    item.append(group);
    item.ariaBusy = 'true';
    try {
      this.append(group, await this.parts.load(row.children), Number(item.ariaLevel) + 1);
    } catch (error) {
      group.remove();
      this.showFailure(item, error instanceof Error ? error.message : String(error));
    }
    item.ariaBusy = 'false';
  }

  /** In place of the rows; they are asked for again when the item is expanded anew. */
  private showFailure(item: HTMLElement, message: string): void {
    item.ariaExpanded = 'false';
    item.querySelector(':scope > .failure')?.remove();
    const failure = element('div', 'failure', message);
    failure.role = 'alert';
    item.append(failure);
  }

  private copy(item: HTMLElement): void {
    const path = this.rowOf(item)?.path;
    if (path !== undefined && document.getSelection()?.isCollapsed !== false) this.parts.copy(path);
  }

  private makeCurrent(item: HTMLElement): void {
    if (this.current !== undefined) this.current.tabIndex = -1;
    this.current = item;
    item.tabIndex = 0;
  }

  private rowOf(item: HTMLElement | undefined): Row | undefined {
    return item && this.rows.get(item);
  }
}

function groupOf(item: HTMLElement): HTMLElement | undefined {
  return item.querySelector<HTMLElement>(':scope > .group') ?? undefined;
}

function firstOf(container: Element): HTMLElement | undefined {
  return container.querySelector<HTMLElement>(':scope > .item') ?? undefined;
}

/** The last row that is visible below a container of items. */
function lastOf(container: Element): HTMLElement | undefined {
  const last = [...container.querySelectorAll<HTMLElement>(':scope > .item')].at(-1);
  if (last === undefined) return undefined;
  const group = last.ariaExpanded === 'true' ? groupOf(last) : undefined;
  return (group && lastOf(group)) ?? last;
}

function parentOf(item: HTMLElement): HTMLElement | undefined {
  return item.parentElement?.closest<HTMLElement>('.item') ?? undefined;
}

/** The next visible row. */
function next(item: HTMLElement): HTMLElement | undefined {
  const group = item.ariaExpanded === 'true' ? groupOf(item) : undefined;
  const child = group && firstOf(group);
  if (child !== undefined) return child;
  for (let at: HTMLElement | undefined = item; at !== undefined; at = parentOf(at))
    if (at.nextElementSibling instanceof HTMLElement) return at.nextElementSibling;
  return undefined;
}

/** The visible row before. */
function previous(item: HTMLElement): HTMLElement | undefined {
  const before = item.previousElementSibling;
  if (!(before instanceof HTMLElement) || !before.classList.contains('item')) return parentOf(item);
  const group = before.ariaExpanded === 'true' ? groupOf(before) : undefined;
  return (group && lastOf(group)) ?? before;
}
