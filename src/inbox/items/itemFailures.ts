import type { Hash } from 'node:crypto';
import { PicklepostError, ProtocolError } from '../../core/errors';
import { say } from '../../core/text';
import type { ReceivedItem } from '../../core/item/item';
import type { SentContent } from '../../core/item/itemStore';

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

/** The received content of an item. */
interface ContentHere {
  /** Plain bytes. */
  readonly size: number;
  readonly digest: Hash;
  /** Whether all of it has been hashed here. An offered item is hashed here only if it was resumed. */
  readonly isHashed: boolean;
}

/**
 * Compares the received content with what its sender says it has sent.
 * @param sent undefined for a stream, about which its sender says nothing
 * @throws PicklepostError if they differ
 */
export function checkContent(
  sent: SentContent | undefined,
  { size, digest, isHashed }: ContentHere,
): SentContent & Pick<ReceivedItem, 'isHashClaimed'> {
  if (sent && sent.size !== size) throw notWhole();
  if (sent && !isHashed) {
    const { sha256, isComputed } = sent;
    return { size, sha256, ...(!isComputed && { isHashClaimed: true }) };
  }
  const sha256 = digest.digest('hex');
  if (sent && sent.sha256 !== sha256) throw notWhole();
  return { size, sha256 };
}
