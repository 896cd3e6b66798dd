import type { RangeForm } from '../../core/data/questions';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { button, field } from './controls';
import { menuButton } from './menuButton';

/** The elements of the tool bar that its table reads and changes. */
export interface TableFields {
  /** Filters all columns. */
  readonly filter: HTMLInputElement;
  readonly find: HTMLInputElement;
  readonly goTo: HTMLInputElement;
  /** Describes the shown rows. */
  readonly status: HTMLElement;
}

export interface TableActions {
  readonly onColumn: () => void;
  readonly onCopy: (form: RangeForm) => void;
  readonly onSaveCsv: () => void;
  /** Undefined for a table that does not fit into a `.npy` file. */
  readonly onSaveNpy: (() => void) | undefined;
}

/** The tool bar of a table. */
export function tableTools(texts: DataTexts, fields: TableFields, actions: TableActions): HTMLElement {
  const { onColumn, onCopy, onSaveCsv, onSaveNpy } = actions;
  const tools = element('div', 'tools');
  tools.role = 'toolbar';
  tools.ariaLabel = texts.table;
  tools.append(
    fields.filter,
    fields.find,
    fields.goTo,
    button(texts.column, onColumn),
    menuButton(texts.copy, [
      [texts.copyText, () => onCopy('text')],
      [texts.copyCsv, () => onCopy('csv')],
      [texts.copyMarkdown, () => onCopy('markdown')],
      [texts.copyPython, () => onCopy('python')],
    ]),
    menuButton(texts.save, [
      [texts.saveCsv, onSaveCsv],
      ...(onSaveNpy ? [[texts.saveNpy, onSaveNpy] as const] : []),
    ]),
    fields.status,
  );
  return tools;
}

/** A field that does something with Enter. Escape leaves it. */
export function searchField(
  label: string,
  onEnterKey: (event: KeyboardEvent) => void,
  onEscape: () => void,
): HTMLInputElement {
  const input = field(label, label, 9);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') onEnterKey(event);
    else if (event.key === 'Escape') onEscape();
    else return;
    event.preventDefault();
  });
  return input;
}
