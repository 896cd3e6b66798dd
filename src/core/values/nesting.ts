import { LimitError } from '../errors';

/** For containers inside of one another, more than `limit` deep. */
export function nestedTooDeeply(limit: number): LimitError {
  return new LimitError(
    'The nesting of the value',
    limit,
    'levels',
    'Put fewer lists and dictionaries inside one another.',
  );
}
