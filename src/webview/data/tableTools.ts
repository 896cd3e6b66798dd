import type { RangeForm } from '../../core/data/questions';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { button, field } from './controls';
import { post } from './host';
import { menuButton } from './menuButton';

export interface TableToolsParts {
  readonly texts: DataTexts;
  /** The current filter of all columns. */
  readonly filter: string;
  readonly findField: HTMLInputElement;
  readonly goToField: HTMLInputElement;
  /** The element that describes the shown rows. */
  readonly status: HTMLElement;
  readonly fitsNpy: boolean;
  readonly onFilter: (text: string) => void;
  readonly onFind: (backwards: boolean) => void;
  readonly onGoTo: (text: string) => void;
  /** Called when Escape is pressed in a field. */
  readonly onLeave: () => void;
  readonly onColumn: () => void;
  readonly onCopy: (form: RangeForm) => void;
  readonly onSaveCsv: () => void;
}

/** The tool bar of a table. */
export function tableTools(parts: TableToolsParts): HTMLElement {
  const { texts, findField, goToField, onCopy, onLeave } = parts;
  const tools = element('div', 'tools');
  tools.role = 'toolbar';
  tools.ariaLabel = texts.table;
  const filter = field(texts.filter, texts.filter, 9);
  filter.value = parts.filter;
  filter.addEventListener('change', () => parts.onFilter(filter.value));
  onEnter(findField, ({ shiftKey }) => parts.onFind(shiftKey), onLeave);
  onEnter(goToField, () => parts.onGoTo(goToField.value), onLeave);
  tools.append(
    filter,
    findField,
    goToField,
    button(texts.column, parts.onColumn),
    menuButton(texts.copy, [
      [texts.copyText, () => onCopy('text')],
      [texts.copyCsv, () => onCopy('csv')],
      [texts.copyMarkdown, () => onCopy('markdown')],
      [texts.copyPython, () => onCopy('python')],
    ]),
    menuButton(texts.save, [
      [texts.saveCsv, parts.onSaveCsv],
      ...(parts.fitsNpy ? [[texts.saveNpy, saveNpy] as const] : []),
    ]),
    parts.status,
  );
  return tools;
}

function saveNpy(): void {
  post({ kind: 'save', extension: 'npy', question: { name: 'npy' } });
}

function onEnter(input: HTMLElement, onEnterKey: (event: KeyboardEvent) => void, onEscape: () => void): void {
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') onEnterKey(event);
    else if (event.key === 'Escape') onEscape();
    else return;
    event.preventDefault();
  });
}
