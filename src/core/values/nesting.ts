import { LimitError } from '../errors';
import { say } from '../text';

/** The error for containers that are nested more than `limit` deep. */
export function nestedTooDeeply(limit: number): LimitError {
  return new LimitError(
    say`The nesting of the value`,
    limit,
    say`levels`,
    say`Nest lists and dictionaries less deeply.`,
  );
}
