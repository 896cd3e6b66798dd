import { PicklepostError, ProtocolError } from '../../core/errors';
import { say } from '../../core/text';

/** For an item that another connection goes on with. */
export function takenOver(): PicklepostError {
  return new PicklepostError(
    'refused',
    say`The same file is being sent over another connection. Wait for that one.`,
  );
}

/** For an item that a person does not want. */
export function deleted(): PicklepostError {
  return new PicklepostError('cancelled', say`The receiver deleted it. Ask there before you send it again.`);
}

/** For an item whose pieces are not what its sender says of it. */
export function notWhole(): ProtocolError {
  return new ProtocolError(
    'InvalidContent',
    say`The received content does not match what the sender announced. Send it again.`,
  );
}
