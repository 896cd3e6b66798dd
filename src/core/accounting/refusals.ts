import { PicklepostError } from '../errors';
import { say } from '../text';

/** For a peer whose share, or that of all, is used up for the time being. */
export function busy(): PicklepostError {
  return new PicklepostError('refused', say`The receiver is busy. Send it again later.`);
}

/** For a connection that has to make room for another one. */
export function displaced(): PicklepostError {
  return new PicklepostError(
    'refused',
    say`The receiver closed this connection, which stood still, for another sender. Send it again.`,
  );
}

/** For a connection that was open for long, and over which no content came. */
export function withoutProgress(milliseconds: number): PicklepostError {
  return new PicklepostError(
    'timeout',
    say`Timed out after ${milliseconds / 60_000} minutes in which no content came. Send it again.`,
  );
}
