import { PicklepostError, ProtocolError } from '../../core/errors';
import { say } from '../../core/text';

/** For an item that another connection is receiving. */
export function takenOver(): PicklepostError {
  return new PicklepostError(
    'refused',
    say`The same file is being sent over another connection. Wait for that one.`,
  );
}

/** For an item that a person has deleted. */
export function deleted(): PicklepostError {
  return new PicklepostError('cancelled', say`The receiver deleted it. Ask there before you send it again.`);
}

/** For an item whose pieces do not match what its sender says. */
export function notWhole(): ProtocolError {
  return new ProtocolError(
    'InvalidContent',
    say`The received content does not match what the sender announced. Send it again.`,
  );
}
