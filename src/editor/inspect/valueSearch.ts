import type { NodeInfo } from '../../core/inspection/inspection';
import type { SearchQuery } from '../../core/inspection/search';
import type { LoadedValue } from '../../worker/loadedValue';
import type { ValueCache } from '../../worker/valueCache';
import type { SearchStep } from '../../worker/operations';

/** Most matches that are listed; further ones are only counted. */
const MAXIMUM_FOUND = 1_000;

/** The matches so far. */
export interface FindProgress {
  readonly places: readonly NodeInfo[];
  readonly count: number;
  readonly isDone: boolean;
}

/**
 * The steps of a search in a value, or below a path in it. The caller ends it by not asking for the next step. If the worker
 * loses the value in between, it is decoded again and the search starts again, with the same matches in the same order.
 */
export async function* searchValue(
  values: ValueCache,
  id: string,
  path: readonly number[],
  query: SearchQuery,
): AsyncGenerator<FindProgress, void> {
  let searched: LoadedValue | undefined;
  let steps: AsyncGenerator<SearchStep, void> | undefined;
  let places: NodeInfo[] = [];
  try {
    for (;;) {
      const step = await values.use(id, (value) => {
        if (value !== searched || !steps) {
          searched = value;
          steps = value.steps('search', path, query, MAXIMUM_FOUND);
          places = [];
        }
        return steps.next();
      });
      if (step.done === true) return;
      places.push(...step.value.found);
      yield { places, count: step.value.count, isDone: step.value.isDone };
    }
  } finally {
    await steps?.return();
  }
}
