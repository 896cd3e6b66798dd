import { LimitError } from '../errors';
import type { Container } from './value';
import { say, type Words } from '../text';

/** The largest number of containers in one text. Each takes some microseconds. */
const MAX_VISITS = 8_000_000;
/** How many of them may be repetitions. A short value with shared parts can be extremely long when it is written out. */
const MAX_REPEATED = 1_000_000;

/** Limits the work of writing a value as text. A limit of the length is not enough, as empty containers add little text. */
export class TextBudget {
  private visits = 0;
  private repeated = 0;
  private readonly visited = new Set<Container>();

  constructor(
    private readonly maxVisits = MAX_VISITS,
    private readonly maxRepeated = MAX_REPEATED,
  ) {}

  /** Counts a container that is about to be written. @throws LimitError */
  count(container: Container): void {
    if (++this.visits > this.maxVisits)
      throw tooMany(say`The number of lists and dictionaries`, this.maxVisits);
    if (!this.visited.has(container)) this.visited.add(container);
    else if (++this.repeated > this.maxRepeated)
      throw tooMany(say`The number of repeated parts`, this.maxRepeated);
  }
}

function tooMany(what: Words, limit: number): LimitError {
  return new LimitError(
    what,
    limit,
    say`in one text`,
    say`Expand the value in the tree and show a part of it, or save the item.`,
  );
}
