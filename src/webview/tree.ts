import { decoration, element } from './elements';
import type { RowCommand, Row, RowSource } from './messages';
import {
  itemAt,
  itemsOf,
  rowsPerPage,
  repeat,
  groupOf,
  firstOf,
  lastOf,
  parentOf,
  next,
  previous,
} from './treeMoves';
import { TypeAhead, type Typed } from './treeMoves';

export interface TreeParts {
  /** The element with the role `tree`. */
  readonly root: HTMLElement;
  /** Loads rows. If it rejects, the message is shown instead of the rows. */
  readonly load: (source: RowSource) => Promise<readonly Row[]>;
  readonly run: (command: RowCommand, path: readonly number[]) => void;
  /** Ids of the rows that are expanded when they appear. */
  readonly expanded: Set<string>;
  readonly onDidExpand: () => void;
}

/** The tree of a value. Rows are requested when their parent is first expanded. */
export class Tree {
  private readonly rows = new WeakMap<Element, Row>();
  /** The only item that the Tab key reaches. */
  private current: HTMLElement | undefined;
  /** The id of the row that had the focus, until it appears again. */
  private wanted: string | undefined;
  /** Requests of rows by the item that is being expanded. */
  private readonly loading = new Map<Element, Promise<void>>();
  private readonly typeAhead = new TypeAhead((matches) => this.focusNext(matches));

  constructor(private readonly parts: TreeParts) {
    const { root } = parts;
    root.addEventListener('click', (event) => this.onClick(event));
    root.addEventListener('dblclick', ({ target }) => this.open(itemAt(target)));
    root.addEventListener('keydown', (event) => this.onKey(event));
    // The commands of the context menu apply to the focused row.
    root.addEventListener('contextmenu', ({ target }) => itemAt(target)?.focus());
    root.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement && this.rows.has(target)) this.makeCurrent(target);
      this.wanted = undefined;
    });
  }

  /** Replaces all rows. The focused row keeps the focus if it still exists. */
  show(rows: readonly Row[]): void {
    const { root } = this.parts;
    this.wanted = root.contains(document.activeElement) ? this.rowOf(this.current)?.id : undefined;
    this.current = undefined;
    this.append(root, rows, 1);
  }

  /** Whether the focus will go to a row that has not appeared yet. */
  get isRestoringFocus(): boolean {
    return this.wanted !== undefined;
  }

  focus(): void {
    this.current?.focus({ preventScroll: true });
  }

  /** Runs a command on the value of the focused row. */
  run(command: RowCommand): void {
    const path = this.rowOf(this.current)?.path;
    if (path !== undefined) this.parts.run(command, path);
  }

  /** Expands the rows that lead to a row, and focuses it. @param ids of these rows, from the top */
  async reveal(ids: readonly string[]): Promise<void> {
    let container: Element | undefined = this.parts.root;
    let found: HTMLElement | undefined;
    for (const [depth, id] of ids.entries()) {
      const item: HTMLElement | undefined =
        container && itemsOf(container).find((one) => this.rowOf(one)?.id === id);
      if (item === undefined) break;
      found = item;
      if (depth < ids.length - 1) await this.expand(item);
      container = groupOf(item);
    }
    found?.focus();
    found?.querySelector(':scope > .line')?.scrollIntoView({ block: 'nearest' });
  }

  /** Replaces the content of a container by rows. */
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
    if (row.path !== undefined) line.dataset.vscodeContext = menuContext(row);
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
    const item = itemAt(target);
    // A click that selects text must not move the focus.
    if (item === undefined || document.getSelection()?.isCollapsed === false) return;
    item.focus();
    this.toggle(item);
  }

  private onKey(event: KeyboardEvent): void {
    const item = this.current;
    if (item === undefined || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'c') this.copy(event.shiftKey ? 'copyPath' : 'copyValue');
    const isMove = !isCommand && !event.shiftKey && this.press(event.key, item);
    if (isMove) this.typeAhead.end();
    if (!isMove && (isCommand || !this.typeAhead.press(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns whether the tree handles the key */
  private press(key: string, item: HTMLElement): boolean {
    const moves: Record<string, () => HTMLElement | undefined> = {
      ArrowDown: () => next(item),
      ArrowUp: () => previous(item),
      Home: () => firstOf(this.parts.root),
      End: () => lastOf(this.parts.root),
      PageDown: () => repeat(item, next, rowsPerPage(item)),
      PageUp: () => repeat(item, previous, rowsPerPage(item)),
      ArrowRight: () => this.stepInto(item),
      ArrowLeft: () => this.stepOut(item),
      Enter: () => this.toggle(item),
      ' ': () => this.toggle(item),
    };
    const move = moves[key];
    move?.()?.focus();
    return move !== undefined;
  }

  /** Focuses the next visible row whose key begins with the text, and continues from the top after the last row. */
  private focusNext({ text, isSame }: Typed): void {
    const { current } = this;
    if (current === undefined) return;
    const fits = (item: HTMLElement): boolean =>
      this.rowOf(item)?.key.replace(/^["']/, '').toLowerCase().startsWith(text) ?? false;
    const first = isSame ? current : (next(current) ?? firstOf(this.parts.root));
    let item = first;
    while (item !== undefined && !fits(item)) {
      item = next(item) ?? firstOf(this.parts.root);
      if (item === first) return;
    }
    item?.focus();
  }

  private open(item: HTMLElement | undefined): void {
    const row = this.rowOf(item);
    if (row?.isData && row.path !== undefined) this.parts.run('openAsTable', row.path);
  }

  private stepInto(item: HTMLElement): HTMLElement | undefined {
    const group = groupOf(item);
    if (item.ariaExpanded === 'true') return group && firstOf(group);
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
    item.querySelector(':scope > .failure')?.remove();
    await (this.loading.get(item) ?? (groupOf(item) ? undefined : this.load(item, row.children)));
  }

  private load(item: HTMLElement, source: RowSource): Promise<void> {
    const loading = this.loadRows(item, source).finally(() => this.loading.delete(item));
    this.loading.set(item, loading);
    return loading;
  }

  private async loadRows(item: HTMLElement, source: RowSource): Promise<void> {
    const group = element('div', 'group');
    group.role = 'group';
    item.append(group);
    item.ariaBusy = 'true';
    try {
      this.append(group, await this.parts.load(source), Number(item.ariaLevel) + 1);
    } catch (error) {
      group.remove();
      this.showFailure(item, error instanceof Error ? error.message : String(error));
    }
    item.ariaBusy = 'false';
  }

  /** Shows an error instead of the rows. They are requested again when the item is expanded again. */
  private showFailure(item: HTMLElement, message: string): void {
    item.ariaExpanded = 'false';
    const failure = element('div', 'failure', message);
    failure.role = 'alert';
    item.append(failure);
  }

  private copy(command: RowCommand): void {
    // If text is selected, the browser copies that text.
    if (document.getSelection()?.isCollapsed !== false) this.run(command);
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

/** The context by which VS Code chooses the entries of the menu on a row with a value. */
function menuContext({ recognition }: Row): string {
  return JSON.stringify({
    webviewSection: 'value',
    preventDefaultContextMenuItems: true,
    ...(recognition && { recognition }),
  });
}
