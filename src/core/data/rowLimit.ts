import { LimitError } from '../errors';
import { DECODED_MEMORY } from '../limits';
import { say } from '../text';

/** Each takes some 16 bytes: its number and its key. A range, or a tensor that repeats one element, may claim any number of them. */
const MAX_ROWS = DECODED_MEMORY / 16;

/** To be called before memory is allocated for each row. @throws LimitError if that would be too much */
export function checkRows(count: number): void {
  if (count > MAX_ROWS)
    throw new LimitError(
      say`The number of rows that are sorted, filtered, plotted or compared`,
      MAX_ROWS,
      say`rows`,
      say`Open a part of it.`,
    );
}
