import type { ReceivedItem } from '../../core/item/item';
import type { Inbox } from '../inbox';
import { timeOfItemId } from './itemId';
import { forEachInSlices } from '../../core/scheduling/slices';

/** How long, and how much of, what was received is kept. */
export interface RetentionLimits {
  /** Milliseconds; 0 for no limit. */
  readonly maximumAge: number;
  /** Bytes of plain content of all items together; 0 for no limit. */
  readonly maximumSize: number;
}

/** An item that was deleted because of a limit. */
export interface DeletedItem {
  readonly id: string;
  /** Undefined if it was damaged. */
  readonly item: ReceivedItem | undefined;
  readonly limit: 'age' | 'size';
}

/** Milliseconds within which nothing is deleted, whatever the limits: somebody may not have seen it yet. */
export const GRACE_TIME = 60 * 60 * 1000;
/** Items that are deleted between two looks at what is open. */
const BATCH = 100;

/**
 * Deletes what is beyond the limits, the oldest first. What came within {@link GRACE_TIME} stays, and what is open.
 * @param isOpen whether a person is looking at an item; asked immediately before it is deleted
 * @param onDelete called with each item that is gone
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
  const rest = await beyondSize(inbox, limits.maximumSize, old.at(-1) ?? '');
  await deleteItems(inbox, rest, 'size', isOpen, onDelete);
}

/** The position of the first item that came after a time. */
function firstAfter(ids: readonly string[], time: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOfItemId(ids[middle] as string) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The oldest items without which the rest fits, none of them younger than `last`. */
async function beyondSize(inbox: Inbox, maximum: number, last: string): Promise<string[]> {
  const entries = await inbox.list();
  let excess = -maximum;
  await forEachInSlices(entries, (entry) => (excess += entry.state === 'whole' ? entry.item.size : 0));
  const chosen: string[] = [];
  for (const entry of entries) {
    const id = entry.state === 'whole' ? entry.item.id : entry.id;
    if (excess <= 0 || id > last) break;
    chosen.push(id);
    excess -= entry.state === 'whole' ? entry.item.size : 0;
  }
  return chosen;
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
