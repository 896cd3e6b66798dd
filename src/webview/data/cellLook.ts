import type { ColumnHeader, ShownCell } from '../../core/data/questions';
import type { CellBlocks } from './cellBlocks';
import type { Selection } from './selection';

/** How a cell looks. */
export interface CellLook {
  /** Undefined while it is loading. */
  readonly shown: ShownCell | undefined;
  /** In one line. */
  readonly text: string;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly className: string;
}

export interface CellLookParts {
  readonly blocks: CellBlocks;
  readonly selection: Selection;
}

export function lookOf({ blocks, selection }: CellLookParts, row: number, column: number): CellLook {
  const shown = blocks.cell(row, column);
  const text = shown ? textOf(shown, blocks.header(column)?.kind) : '…';
  const isActive = selection.active.row === row && selection.active.column === column;
  const isSelected = selection.holds(row, column);
  let className = `cell ${shown ? shown.kind : 'loading'}`;
  if (shown?.mark !== undefined) className += ` ${shown.mark}`;
  if (isActive) className += ' active';
  if (isSelected) className += ' selected';
  return { shown, text, isActive, isSelected, className };
}

/** Matches a text that looks like a number, a boolean, a date, or a missing value. */
const LOOKS_OTHERWISE = /^(|[-+]?[\d.].*|[-+]?(inf|nan)|true|false|none|null|nat|<?na>?)$/i;

/** The text of a cell in one line. */
function textOf({ kind, text }: ShownCell, columnKind: ColumnHeader['kind'] | undefined): string {
  // In a column with other types, such a text is quoted, as it could be taken for one of them.
  const isDoubtful = kind === 'text' && columnKind !== 'text' && LOOKS_OTHERWISE.test(text);
  return (isDoubtful ? `'${text}'` : text).replace(/[\r\n]+/g, '⏎');
}
