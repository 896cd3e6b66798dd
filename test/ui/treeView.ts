import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** A row of a tree as it is on the screen. */
export interface TreeRow {
  label: string;
  description: string;
  /** 1 for a root. */
  level: number;
  /** Undefined for a row that cannot be expanded. */
  isExpanded: boolean | undefined;
  /** Its place in the whole tree. */
  index: number;
}

const findTimeoutMs = 15_000;
const childrenTimeoutMs = 3_000;
const pollMs = 100;

/** A tree view in the side bar. A row is named by its label and those above it, from a root on. */
export class TreeView {
  constructor(
    private readonly workbench: Workbench,
    /** The view with its header and its actions. */
    readonly pane: Locator,
  ) {}

  /** The rows on the screen, from the top. */
  async rows(): Promise<TreeRow[]> {
    const rows = await this.pane.locator(rowSelector()).evaluateAll((elements: RowElement[]) =>
      elements.map((element) => ({
        label: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        level: Number(element.getAttribute('aria-level')),
        expanded: element.getAttribute('aria-expanded'),
        index: Number(element.getAttribute('data-index')),
      })),
    );
    return rows
      .map(({ expanded, ...row }) => ({
        ...row,
        isExpanded: expanded === null ? undefined : expanded === 'true',
      }))
      .sort((a, b) => a.index - b.index);
  }

  /** The labels of the rows on the screen, from the top. */
  async labels(): Promise<string[]> {
    return (await this.rows()).map((row) => row.label);
  }

  /** Waits for a row, expanding those above it. */
  async row(...path: string[]): Promise<Locator> {
    return this.#locator(await this.#find(path));
  }

  async expand(...path: string[]): Promise<void> {
    await this.#setExpanded(await this.#find(path), true);
  }

  async collapse(...path: string[]): Promise<void> {
    await this.#setExpanded(await this.#find(path), false);
  }

  /** Clicks an action that appears on a row when the mouse is there. */
  async clickInlineAction(path: string[], title: string): Promise<void> {
    const row = await this.row(...path);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${title}"]`).click();
  }

  /** Shows the rows of the view below its header, or hides them. */
  async setOpen(isOpen: boolean): Promise<void> {
    const header = this.pane.locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== String(isOpen)) await header.click();
    await this.pane.locator(`.pane-header[aria-expanded="${isOpen}"]`).waitFor();
  }

  /** Right-clicks a row and chooses an entry. */
  async chooseFromMenu(path: string[], entry: string): Promise<void> {
    await this.workbench.chooseFromMenu(await this.row(...path), entry);
  }

  /** Clicks an action in the header of the view, or in that of the side bar, where the only view of a container has it. */
  async clickTitleAction(title: string): Promise<void> {
    await this.pane.hover();
    const action = `.action-label[aria-label^="${title}"]:visible`;
    const ofSideBar = this.workbench.page.locator(`.part.sidebar > .title ${action}`);
    await this.pane.locator(`.pane-header ${action}`).or(ofSideBar).first().click();
  }

  async #find(path: string[]): Promise<TreeRow> {
    let parent: TreeRow | undefined;
    for (const label of path) {
      if (parent) await this.#setExpanded(parent, true);
      parent = await this.#findChild(label, parent);
    }
    if (!parent) throw new Error('A row is named by one label at least');
    return parent;
  }

  /** Searches downwards through a tree that is longer than the screen, and from the top again. */
  async #findChild(label: string, parent: TreeRow | undefined): Promise<TreeRow> {
    const deadline = Date.now() + findTimeoutMs;
    let rows: TreeRow[];
    do {
      rows = await this.rows();
      const child = childrenOf(parent, rows).find((row) => row.label === label);
      if (child) return child;
      // A child that is expanded while its parent is being refreshed stays without children in VS Code.
      if (parent && childrenOf(parent, rows).length === 0) await this.#expandAgain(parent);
      await this.#turnPage();
    } while (Date.now() < deadline);
    const seen = rows.map((row) => '  '.repeat(row.level) + row.label).join('\n');
    throw new Error(`No row "${label}"${parent ? ` below "${parent.label}"` : ''} in:\n${seen}`);
  }

  async #expandAgain(row: TreeRow): Promise<void> {
    if ((await this.#locator(row).getAttribute('aria-expanded')) === null) return;
    for (const isExpanded of [false, true]) await this.#setExpanded(row, isExpanded);
    await sleep(pollMs);
  }

  /** Moves the focus down by a page, or from the last row to the first. */
  async #turnPage(): Promise<void> {
    const list = this.pane.locator('.monaco-list');
    const focused = await list.getAttribute('aria-activedescendant');
    await list.press('PageDown');
    await sleep(pollMs);
    if ((await list.getAttribute('aria-activedescendant')) === focused) await list.press('Home');
  }

  async #setExpanded(row: TreeRow, isExpanded: boolean): Promise<void> {
    const locator = this.#locator(row);
    if ((await locator.getAttribute('aria-expanded')) === String(isExpanded)) return;
    await locator.locator('.monaco-tl-twistie').click();
    // What is expanded has been seen. Its row changes then, and VS Code asks for its children once more: they come and go.
    const seen = isExpanded ? ':not([aria-label*=", unread"])' : '';
    await this.pane.locator(`${rowSelector(row)}[aria-expanded="${isExpanded}"]${seen}`).waitFor();
    if (isExpanded) await this.#awaitChildren(row);
  }

  /** Waits until what follows the row is below it. Its children come later than it is expanded, and move the rows after it. */
  async #awaitChildren({ index, level }: TreeRow): Promise<void> {
    const other = `> .monaco-list-row[data-index="${index + 1}"]:not([aria-level="${level + 1}"])`;
    const settled = this.pane.locator(`.monaco-list-rows:not(:has(${other}))`);
    // They may stay away: see #findChild.
    await settled.waitFor({ timeout: childrenTimeoutMs }).catch(() => undefined);
  }

  #locator(row: TreeRow): Locator {
    return this.pane.locator(rowSelector(row));
  }
}

/** Not the copies of rows that stick to the top while the tree is scrolled. */
function rowSelector(row?: TreeRow): string {
  const index = row ? `[data-index="${row.index}"]` : '';
  return `.monaco-list-rows > .monaco-list-row${index}`;
}

function childrenOf(parent: TreeRow | undefined, rows: TreeRow[]): TreeRow[] {
  if (!parent) return rows.filter((row) => row.level === 1);
  const below = rows.filter((row) => row.index > parent.index);
  const end = below.findIndex((row) => row.level <= parent.level);
  return below.slice(0, end < 0 ? undefined : end).filter((row) => row.level === parent.level + 1);
}

/** What of a DOM element is read inside the page; the types of the DOM are not part of this project. */
interface RowElement {
  getAttribute(name: string): string | null;
  querySelector(selector: string): { textContent: string | null } | null;
}
