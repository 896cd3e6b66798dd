import { element } from '../elements';
import { button } from './controls';

export type MenuEntry = readonly [title: string, onChoose: () => void];

/** A button that opens a menu, which arrow keys, Home, End and Escape work in. */
export function menuButton(title: string, entries: readonly MenuEntry[]): HTMLElement {
  const root = element('span', 'menuButton');
  const menu = element('div', 'menu');
  const opener = button(title, () => (menu.hidden ? open() : close()), `${title} ▾`);
  opener.ariaHasPopup = 'menu';
  opener.ariaExpanded = 'false';
  menu.role = 'menu';
  menu.hidden = true;
  const items = entries.map(([name, onChoose]) => {
    const item = button(name, () => {
      close();
      onChoose();
    });
    item.role = 'menuitem';
    item.tabIndex = -1;
    return item;
  });
  menu.append(...items);
  root.append(opener, menu);

  function open(): void {
    menu.hidden = false;
    opener.ariaExpanded = 'true';
    items[0]?.focus();
  }

  function close(): void {
    if (menu.hidden) return;
    menu.hidden = true;
    opener.ariaExpanded = 'false';
    opener.focus();
  }

  menu.addEventListener('keydown', (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    const next = placeAfter(event.key, at, items.length);
    if (event.key === 'Escape') close();
    else if (next !== undefined) items[next]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && root.contains(relatedTarget)) return;
    menu.hidden = true;
    opener.ariaExpanded = 'false';
  });
  return root;
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
