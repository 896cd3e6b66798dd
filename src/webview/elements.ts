/** Creates an element with text. Data are always set as text, never parsed as HTML. */
export function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** Creates an element that is hidden from screen readers. */
export function decoration(className: string, text = ''): HTMLElement {
  const made = element('span', className, text);
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** The element of the page with an id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}
