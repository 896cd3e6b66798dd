/* All that is shown of a value, as far as a person sees it at once. */
import { DataViewer } from '../../src/core/data/dataViewer';
import { dataOf } from '../../src/core/data/shownData';
import { finish } from '../../src/core/data/steps';
import { PicklepostError } from '../../src/core/errors';
import { Inspection } from '../../src/core/inspection/inspection';
import type { Value } from '../../src/core/values/value';
import { expecting } from './target';

const ROWS = { start: 0, count: 5 };
const VIEW = { arrangement: { sort: [], filters: [] } };

/** Describes the first rows of a tree, writes the value out, and shows the start of its table, array or picture. */
export function showValue(value: Value): void {
  const inspection = new Inspection(value);
  inspection.node([]);
  for (const i of inspection.children([], 0, 3).keys()) inspection.children([i], 0, 20);
  for (const form of ['python', 'json', 'xml'] as const)
    expecting(isRefusal, () => inspection.text([], form, { maxLength: 10_000 }));
  expecting(isRefusal, () => showData(value));
}

export function isRefusal(error: unknown): boolean {
  return error instanceof PicklepostError;
}

function showData(value: Value): void {
  const data = dataOf(value);
  if (!data.table && !data.array) return;
  const viewer = new DataViewer(data);
  for (const question of [
    { name: 'open' },
    { name: 'window', view: VIEW, rows: ROWS, columns: ROWS },
    { name: 'statistics', view: VIEW, column: 0 },
  ] as const)
    expecting(isRefusal, () => finish(viewer.answer(question)));
}
