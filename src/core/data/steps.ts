/** Work that is done in steps of some milliseconds at most; a caller cancels it by not asking for the next step. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Rows that are looked at between two steps, if each costs about a microsecond. */
export const STEP_ROWS = 4096;

/** Takes all steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
