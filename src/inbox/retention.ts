import type { ReceivedItem } from '../core/item/item';
import type { Inbox } from './inbox';
import { timeOfItemId } from './items/itemId';

/** How long received items are kept, and how much of them. */
export interface RetentionLimits {
  /** Milliseconds; 0 for no limit. */
  readonly maximumAge: number;
  /** Plain bytes of all items together, each of which counts as {@link SMALLEST_COUNTED} at least; 0 for no limit. */
  readonly maximumSize: number;
}

/** An item that was deleted because of a limit. */
export interface DeletedItem {
  readonly id: string;
  /** Undefined if it was damaged. */
  readonly item: ReceivedItem | undefined;
  readonly limit: 'age' | 'size';
}

/** Milliseconds within which no item is deleted, whatever the limits: somebody may not have seen it yet. */
export const GRACE_TIME = 60 * 60 * 1000;
/** Bytes that even an empty item takes on the disk. */
export const SMALLEST_COUNTED = 4096;
/** Items whose sizes are requested at once. */
const SIZES_AT_ONCE = 1000;
/** Items that are deleted between two checks of which ones are open. */
const BATCH = 100;

/**
 * Deletes items beyond the limits, the oldest first. Items from within {@link GRACE_TIME} stay, and so do open ones.
 * @param isOpen whether a person is looking at an item; asked immediately before it is deleted
 * @param onDelete called with each deleted item
 * @param now milliseconds since the epoch
 * @throws PicklepostError `disk`
 */
export async function applyRetention(
  inbox: Inbox,
  limits: RetentionLimits,
  isOpen: (id: string) => boolean,
  onDelete: (deleted: DeletedItem) => void,
  now: number = Date.now(),
): Promise<void> {
  const ids = await inbox.ids();
  const old = ids.slice(0, firstAfter(ids, now - GRACE_TIME));
  const aged = limits.maximumAge > 0 ? old.slice(0, firstAfter(old, now - limits.maximumAge)) : [];
  await deleteItems(inbox, aged, 'age', isOpen, onDelete);
  if (limits.maximumSize === 0) return;
  const rest = await beyondSize(inbox, ids, limits.maximumSize, old.at(-1) ?? '');
  await deleteItems(inbox, rest, 'size', isOpen, onDelete);
}

/** The position of the first item that arrived after a time. */
function firstAfter(ids: readonly string[], time: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOfItemId(ids[middle] as string) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The oldest items without which the others fit, none of them younger than `last`. */
async function beyondSize(
  inbox: Inbox,
  ids: readonly string[],
  maximum: number,
  last: string,
): Promise<string[]> {
  const sizes = await sizesOf(inbox, ids);
  let excess = -maximum;
  for (const size of sizes.values()) excess += size;
  const chosen: string[] = [];
  for (const id of ids) {
    if (excess <= 0 || id > last) break;
    chosen.push(id);
    excess -= sizes.get(id) ?? 0;
  }
  return chosen;
}

/** Bytes by id; for very many items, only these are held. An item that is damaged or gone counts as nothing. */
async function sizesOf(inbox: Inbox, ids: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (let at = 0; at < ids.length; at += SIZES_AT_ONCE) {
    for (const entry of await inbox.entries(ids.slice(at, at + SIZES_AT_ONCE)))
      if (entry.state === 'whole') sizes.set(entry.item.id, Math.max(SMALLEST_COUNTED, entry.item.size));
  }
  return sizes;
}

async function deleteItems(
  inbox: Inbox,
  ids: readonly string[],
  limit: DeletedItem['limit'],
  isOpen: (id: string) => boolean,
  onDelete: (deleted: DeletedItem) => void,
): Promise<void> {
  for (let at = 0; at < ids.length; at += BATCH) {
    const entries = await inbox.entries(ids.slice(at, at + BATCH));
    const deleted = entries
      .map((entry) =>
        entry.state === 'whole'
          ? { id: entry.item.id, item: entry.item, limit }
          : { id: entry.id, item: undefined, limit },
      )
      .filter(({ id }) => !isOpen(id) && !inbox.beingRead.has(id));
    await inbox.deleteItems(deleted.map(({ id }) => id));
    for (const one of deleted) onDelete(one);
  }
}
