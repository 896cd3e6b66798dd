import type { DifferenceSummary } from '../../core/data/questions';
import type { Tolerance } from '../../core/data/difference';
import type { DataTexts } from '../dataMessages';
import { element } from '../elements';
import { button, field, labelled } from './controls';
import { fill, post } from './host';

export interface DifferenceToolsParts {
  readonly summary: DifferenceSummary;
  readonly tolerance: Tolerance;
  readonly onlyDiffering: boolean;
  readonly texts: DataTexts;
  readonly onStep: (backwards: boolean) => void;
  readonly onOnlyDiffering: (isOnly: boolean) => void;
}

/** The differences between two tables, and buttons to step through them. */
export function differenceTools(parts: DifferenceToolsParts): HTMLElement {
  const { texts, summary, onStep } = parts;
  const root = element('div', 'difference');
  const facts = element('ul', 'facts');
  for (const fact of factsOf(summary, texts)) facts.append(element('li', '', fact));
  facts.role = 'status';
  const tools = element('div', 'tools');
  tools.role = 'toolbar';
  tools.ariaLabel = texts.differences;
  tools.append(
    button(`${texts.previousDifference} (Shift+F7)`, () => onStep(true), '▲'),
    button(`${texts.nextDifference} (F7)`, () => onStep(false), '▼'),
    createOnly(parts),
    ...createTolerance(parts),
    button(texts.compareAsText, () => post({ kind: 'compareAsText' })),
  );
  root.append(facts, tools);
  return root;
}

function createOnly({ texts, onlyDiffering, onOnlyDiffering }: DifferenceToolsParts): HTMLElement {
  const only = element('input', '') as HTMLInputElement;
  only.type = 'checkbox';
  only.checked = onlyDiffering;
  only.addEventListener('change', () => onOnlyDiffering(only.checked));
  return labelled(texts.onlyDiffering, only);
}

function createTolerance({ texts, tolerance }: DifferenceToolsParts): HTMLElement[] {
  const [absolute, relative] = (['absolute', 'relative'] as const).map((name) => {
    const input = field(texts[name], '0', 5);
    input.value = tolerance[name] === 0 ? '' : String(tolerance[name]);
    return input;
  });
  if (!absolute || !relative) return [];
  const read = ({ value }: HTMLInputElement): number => {
    const number = Number(value);
    return Number.isFinite(number) ? Math.max(0, number) : 0;
  };
  const tell = (): void => post({ kind: 'tolerate', absolute: read(absolute), relative: read(relative) });
  for (const input of [absolute, relative]) input.addEventListener('change', tell);
  return [labelled(texts.absolute, absolute), labelled(texts.relative, relative)];
}

function factsOf(summary: DifferenceSummary, texts: DataTexts): string[] {
  const { cells, changedRows, addedRows, removedRows, addedColumns, removedColumns, types, byLabel } =
    summary;
  const numbers = [cells, changedRows, addedRows, removedRows];
  const facts: string[] = [];
  if (cells > 0) facts.push(fill(texts.changedCells, cells.toLocaleString(), changedRows.toLocaleString()));
  if (addedRows > 0) facts.push(fill(texts.addedRows, addedRows.toLocaleString()));
  if (removedRows > 0) facts.push(fill(texts.removedRows, removedRows.toLocaleString()));
  if (addedColumns.length > 0) facts.push(fill(texts.addedColumns, listOf(addedColumns)));
  if (removedColumns.length > 0) facts.push(fill(texts.removedColumns, listOf(removedColumns)));
  const changed = types.map(({ column, left, right }) => `${column}: ${left} → ${right}`);
  if (changed.length > 0) facts.push(fill(texts.changedTypes, listOf(changed)));
  if (facts.length === 0) facts.push(texts.noDifferences);
  if (numbers.some((number) => number > 0)) facts.push(byLabel ? texts.byLabel : texts.byPosition);
  return facts;
}

/** A list of names, cut after some of them. */
function listOf(names: readonly string[]): string {
  const most = 8;
  return (
    names.slice(0, most).join(', ') + (names.length > most ? `, … (${names.length.toLocaleString()})` : '')
  );
}
