// Moves between the items of the tree in the page, by keys and by typed letters.

export function itemAt(target: EventTarget | null): HTMLElement | undefined {
  return (target instanceof Element && target.closest<HTMLElement>('[role=treeitem]')) || undefined;
}

export function itemsOf(container: Element): HTMLElement[] {
  return [...container.querySelectorAll<HTMLElement>(':scope > .item')];
}

/** The number of rows by which Page Up and Page Down move: those that fit into the window, less one that stays visible. */
export function rowsPerPage(item: HTMLElement): number {
  const height = item.querySelector<HTMLElement>(':scope > .line')?.offsetHeight ?? 0;
  return height > 0 ? Math.max(1, Math.floor(window.innerHeight / height) - 1) : 1;
}

/** Repeats a step, and stops where there is no further item. */
export function repeat(
  item: HTMLElement,
  step: (from: HTMLElement) => HTMLElement | undefined,
  times: number,
): HTMLElement {
  let at = item;
  for (let left = times; left > 0; left--) at = step(at) ?? at;
  return at;
}

export function groupOf(item: HTMLElement): HTMLElement | undefined {
  return item.querySelector<HTMLElement>(':scope > .group') ?? undefined;
}

export function firstOf(container: Element): HTMLElement | undefined {
  return container.querySelector<HTMLElement>(':scope > .item') ?? undefined;
}

/** The last row that is visible below a container of items. */
export function lastOf(container: Element): HTMLElement | undefined {
  const last = itemsOf(container).at(-1);
  if (last === undefined) return undefined;
  const group = last.ariaExpanded === 'true' ? groupOf(last) : undefined;
  return (group && lastOf(group)) ?? last;
}

export function parentOf(item: HTMLElement): HTMLElement | undefined {
  return item.parentElement?.closest<HTMLElement>('.item') ?? undefined;
}

/** The next visible row. */
export function next(item: HTMLElement): HTMLElement | undefined {
  const group = item.ariaExpanded === 'true' ? groupOf(item) : undefined;
  const child = group && firstOf(group);
  if (child !== undefined) return child;
  for (let at: HTMLElement | undefined = item; at !== undefined; at = parentOf(at))
    if (at.nextElementSibling instanceof HTMLElement) return at.nextElementSibling;
  return undefined;
}

/** The previous visible row. */
export function previous(item: HTMLElement): HTMLElement | undefined {
  const before = item.previousElementSibling;
  if (!(before instanceof HTMLElement) || !before.classList.contains('item')) return parentOf(item);
  const group = before.ariaExpanded === 'true' ? groupOf(before) : undefined;
  return (group && lastOf(group)) ?? before;
}

/** Milliseconds after which the next letter begins a new word. */
const PAUSE = 800;

/** The beginning of a key that a person has typed in order to go to it. */
export interface Typed {
  /** The letters in lower case. */
  readonly text: string;
  /** Whether the current row may match as well, because a letter was added to the word. */
  readonly isSame: boolean;
}

/** Joins letters that are typed in quick succession into a word. */
export class TypeAhead {
  private text = '';
  private lastTime = 0;

  constructor(private readonly go: (typed: Typed) => void) {}

  /** Ends the word. The next letter begins a new one. */
  end(): void {
    this.text = '';
  }

  /** @returns whether the key is a character */
  press(key: string): boolean {
    if (!/^.$/u.test(key)) return false;
    const now = performance.now();
    if (now - this.lastTime > PAUSE) this.text = '';
    this.lastTime = now;
    this.text += key.toLowerCase();
    this.go({ text: this.text, isSame: this.text.length > key.length });
    return true;
  }
}
