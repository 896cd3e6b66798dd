import { LimitError } from '../errors';
import { say } from '../text';

/** For containers inside of one another, more than `limit` deep. */
export function nestedTooDeeply(limit: number): LimitError {
  return new LimitError(
    say`The nesting of the value`,
    limit,
    say`levels`,
    say`Nest lists and dictionaries less deeply.`,
  );
}
