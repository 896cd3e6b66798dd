import { PicklepostError, ProtocolError } from '../errors';
import { say, type Words } from '../text';

/** There is no place or memory at the moment; the same may be accepted later. */
export class OverloadedError extends PicklepostError {
  constructor(message: Words) {
    super('refused', message);
  }
}

/*
 * Errors that are the same for everybody are made only once. Under attack, there are thousands in a second, and their stacks
 * say nothing.
 */

const BUSY = new OverloadedError(say`The receiver is busy. Send it again later.`);
const DISPLACED = new OverloadedError(
  say`The receiver closed this idle connection to serve another sender. Send it again.`,
);
const NO_PLACE = new ProtocolError('Busy', say`The receiver is busy. Try again later`);

/** For a peer whose share is used up for the time being, or the total is. */
export function busy(): PicklepostError {
  return BUSY;
}

/** For a connection that has to make room for another one. */
export function displaced(): PicklepostError {
  return DISPLACED;
}

/** For a connection for which there is no place. */
export function withoutPlace(): PicklepostError {
  return NO_PLACE;
}

/** For a connection that was open for long without any content. */
export function withoutProgress(milliseconds: number): PicklepostError {
  return new PicklepostError(
    'timeout',
    say`Timed out after ${milliseconds / 60_000} minutes without content. Send it again.`,
  );
}
