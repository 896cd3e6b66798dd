/** An element with text. Data is only ever set as text, never read as HTML. */
export function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** An element that a screen reader leaves out. */
export function decoration(className: string, text = ''): HTMLElement {
  const made = element('span', className, text);
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** The element of the page that has the id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}
