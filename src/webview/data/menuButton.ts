import { element } from '../elements';
import { button } from './controls';

export type MenuEntry = readonly [title: string, onChoose: () => void];

/** A button that opens a menu, with arrow keys, Home, End and Escape. */
export function menuButton(title: string, entries: readonly MenuEntry[]): HTMLElement {
  return new MenuButton(title, entries).root;
}

class MenuButton {
  readonly root = element('span', 'menuButton');
  private readonly menu = element('div', 'menu');
  private readonly opener: HTMLElement;
  private readonly items: readonly HTMLElement[];

  constructor(title: string, entries: readonly MenuEntry[]) {
    const { root, menu } = this;
    this.opener = button(title, () => (menu.hidden ? this.open() : this.close()), `${title} ▾`);
    this.opener.ariaHasPopup = 'menu';
    this.items = entries.map((entry) => this.createItem(entry));
    menu.role = 'menu';
    menu.append(...this.items);
    this.setOpen(false);
    root.append(this.opener, menu);
    menu.addEventListener('keydown', (event) => this.onKey(event));
    root.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) this.setOpen(false);
    });
  }

  private createItem([name, onChoose]: MenuEntry): HTMLElement {
    const item = button(name, () => {
      this.close();
      onChoose();
    });
    item.role = 'menuitem';
    item.tabIndex = -1;
    return item;
  }

  private setOpen(isOpen: boolean): void {
    this.menu.hidden = !isOpen;
    this.opener.ariaExpanded = String(isOpen);
  }

  private open(): void {
    this.setOpen(true);
    this.items[0]?.focus();
  }

  private close(): void {
    if (this.menu.hidden) return;
    this.setOpen(false);
    this.opener.focus();
  }

  private onKey(event: KeyboardEvent): void {
    const { items } = this;
    const at = items.findIndex((item) => item === document.activeElement);
    const next = placeAfter(event.key, at, items.length);
    if (event.key === 'Escape') this.close();
    else if (next !== undefined) items[next]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function placeAfter(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
