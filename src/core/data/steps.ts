/** Work that is done piece by piece: each step takes some milliseconds at most, and whoever stops asking for steps has cancelled it. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Rows that are looked at between two steps, where each costs about a microsecond. */
export const STEP_ROWS = 4096;

/** Takes all steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
