import type { ShownNumber } from '../../core/data/questions';
import { element } from '../elements';

export function button(title: string, onClick: () => void, text = title): HTMLButtonElement {
  const made = element('button', '', text) as HTMLButtonElement;
  if (text !== title) made.ariaLabel = made.title = title;
  made.addEventListener('click', onClick);
  return made;
}

export function field(label: string, hint: string, width: number): HTMLInputElement {
  const made = element('input', 'field') as HTMLInputElement;
  made.type = 'text';
  made.spellcheck = false;
  made.placeholder = hint;
  made.ariaLabel = label;
  made.style.width = `${String(width)}em`;
  return made;
}

/** A labeled selection of one of several entries. */
export function choice(
  label: string,
  entries: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChoose: (value: string) => void,
): HTMLElement {
  const select = element('select', '') as HTMLSelectElement;
  for (const [value, text] of entries) {
    const option = element('option', '', text) as HTMLOptionElement;
    option.value = value;
    select.append(option);
  }
  select.value = chosen;
  select.addEventListener('change', () => onChoose(select.value));
  return labelled(label, select);
}

export function labelled(label: string, control: HTMLElement): HTMLElement {
  const made = element('label', 'labelled');
  made.append(element('span', '', label), control);
  return made;
}

/** A number in a readable form, with few digits. */
export function numberText(number: ShownNumber): string {
  if (typeof number === 'string') return number;
  return Number(number.toPrecision(6)).toLocaleString(undefined, { maximumFractionDigits: 20 });
}
