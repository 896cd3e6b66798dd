import type { Arrival, Content, Origin, ReceivedItem } from '../../core/item/item';
import type { SentContent } from '../../core/item/itemStore';
import { madeUpName, safeName } from '../output/safeName';
import { newItemId, timeOfItemId } from './itemId';

/** The metadata of a complete item: with an id, and a safe name. */
export function itemMetadata(
  arrival: Arrival,
  content: Content & Origin,
  whole: SentContent & Pick<ReceivedItem, 'isHashClaimed'>,
): ReceivedItem {
  const id = newItemId();
  const receivedAt = timeOfItemId(id);
  const { kind, format, name: sentName, note, transfer, modified, path, mode, message } = content;
  const name = itemName(sentName, { ...arrival, ...content, receivedAt });
  return {
    id,
    kind,
    ...(format !== undefined && { format }),
    name,
    ...(sentName !== undefined && sentName !== '' && sentName !== name && { sentName }),
    ...whole,
    receivedAt,
    ...arrival,
    ...(note !== undefined && { note }),
    ...(transfer !== undefined && { transfer }),
    ...(modified !== undefined && { modified }),
    ...(path !== undefined && { path }),
    ...(path !== undefined && mode !== undefined && { mode }),
    ...(message !== undefined && { message }),
  };
}

/** The name of an item here: as it was sent, if this system can hold that. */
export function itemName(sentName: string | undefined, parts: Parameters<typeof madeUpName>[0]): string {
  return safeName(sentName ?? '') ?? madeUpName(parts);
}
