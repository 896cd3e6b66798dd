import type { Hash } from 'node:crypto';
import type { ReceivedItem } from '../../core/item/item';
import type { SentContent } from '../../core/item/itemStore';
import { notWhole } from './itemFailures';

/** The received content of an item. */
export interface ContentHere {
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
