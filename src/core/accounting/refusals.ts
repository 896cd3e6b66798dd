import { PicklepostError, ProtocolError } from '../errors';
import { say, type Words } from '../text';

/** Others have the place or the memory for now: the same may be taken later. */
export class CrowdedError extends PicklepostError {
  constructor(message: Words) {
    super('refused', message);
  }
}

/*
 * Each that is the same for everybody is made once: under attack there are thousands in a second, and where one was made says nothing.
 */

const BUSY = new CrowdedError(say`The receiver is busy. Send it again later.`);
const DISPLACED = new CrowdedError(
  say`The receiver closed this connection, which stood still, for another sender. Send it again.`,
);
const NO_PLACE = new ProtocolError('Busy', say`The receiver is busy. Try again later`);

/** For a peer whose share, or that of all, is used up for the time being. */
export function busy(): PicklepostError {
  return BUSY;
}

/** For a connection that has to make room for another one. */
export function displaced(): PicklepostError {
  return DISPLACED;
}

/** For a connection that there is no place for. */
export function withoutPlace(): PicklepostError {
  return NO_PLACE;
}

/** For a connection that was open for long, and over which no content came. */
export function withoutProgress(milliseconds: number): PicklepostError {
  return new PicklepostError(
    'timeout',
    say`Timed out after ${milliseconds / 60_000} minutes without content. Send it again.`,
  );
}
