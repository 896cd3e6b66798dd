import { formatPath } from '../render/path';
import { shapeText } from '../values/known/numpy/knownArray';
import { textOfKnown } from '../values/known/known';
import { recognise } from '../values/known/recognise';
import { isContainer } from '../values/children';
import { shownAt, shownCount } from '../values/known/shown';
import type { PathStep } from '../values/pathStep';
import { elementCount } from '../arrays/ndArray';
import type { Column } from '../arrays/table';
import type { Container, Value } from '../values/value';
import { printArray } from '../values/known/print/numpyText';
import { reprOf } from '../values/known/pythonText';
import { knownRepr } from '../values/known/knownRepr';
import { typeText } from '../values/known/print/pandasText';

/**
 * An array, a frame or a series as numpy and pandas print it, and below that its class, types and shape. Undefined for other
 * values, which their Python literal shows best.
 */
export function printKnown(value: Value): string | undefined {
  const known = recognise(value);
  if (known === undefined) return undefined;
  const { type, array } = known;
  if (array !== undefined) {
    return `${printArray(array)}\n${type} ${array.type.name} ${shapeText(array.shape)}`;
  }
  if (known.library !== 'pandas') return undefined;
  const text = known.repr?.() ?? knownRepr(known, reprOf);
  const columns = type === 'DataFrame' ? known.table?.().columns : undefined;
  return columns === undefined ? text : `${text}\n${textOfKnown(known) ?? type}${typeCounts(columns)}`;
}

/** `; dtypes: float64(1), int64(2)`, as `DataFrame.info()` has it. */
function typeCounts(columns: readonly Column[]): string {
  if (columns.length === 0) return '';
  const counts = new Map<string, number>();
  for (const column of columns) {
    const type = typeText(column);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const texts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${type}(${count})`);
  return `; dtypes: ${texts.join(', ')}`;
}

/** Values that are looked through for tensors. */
const MAX_VISITED = 200_000;

/** The tensors of a checkpoint, a line for each: where it is, type, shape, bytes. None of them is read. */
export function listTensors(root: Value): string[] {
  const rows: string[][] = [];
  const seen = new Set<Container>();
  const visit = (value: Value, steps: readonly PathStep[]): void => {
    if (!isContainer(value) || rows.length + seen.size >= MAX_VISITED) return;
    const array = recognise(value)?.array;
    if (array !== undefined) {
      const bytes = (elementCount(array.shape) ?? 0) * array.type.size;
      rows.push([tensorName(steps), array.type.name, shapeText(array.shape), `${bytes} bytes`]);
      return;
    }
    if (seen.has(value)) return;
    seen.add(value);
    for (let i = 0; i < shownCount(value); i++) {
      const child = shownAt(value, i);
      if (child) visit(child.value, [...steps, child.step]);
    }
  };
  visit(root, []);
  const widths = [0, 1, 2].map((at) =>
    rows.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A text that is not taken for a path, and has no characters that would disturb a list. */
const NAME = /^(?!data(?:$|[[.)\s]))[^\s.[\p{C}]\P{C}*$/u;

/** By its name alone, if that leads to it. */
function tensorName(steps: readonly PathStep[]): string {
  const [step] = steps;
  return steps.length === 1 && step?.kind === 'key' && typeof step.key === 'string' && NAME.test(step.key)
    ? step.key
    : formatPath(steps);
}
