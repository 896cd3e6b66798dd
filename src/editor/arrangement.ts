import type { ReceivedItem } from '../core/wire/item';
import type { InboxEntry } from '../inbox/inbox';
import { timeOfItemId } from '../inbox/itemId';
import { forEachInSlices, sortInSlices } from '../inbox/slices';

export const GROUPINGS = ['none', 'day', 'sender', 'kind'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const SORTINGS = ['newest', 'oldest', 'name', 'size'] as const;
export type Sorting = (typeof SORTINGS)[number];

/** How the received items are listed. */
export interface Arrangement {
  readonly grouping: Grouping;
  readonly sorting: Sorting;
  /** What the name, the sender or the kind must contain, whatever the case; empty for all. */
  readonly filter: string;
}

/** What is under one heading. */
export interface ItemGroup {
  /** A day as `2026-01-31`, a sender or a kind as it is shown; empty for what is damaged. */
  readonly key: string;
  /** In the order of the list. */
  readonly ids: readonly string[];
}

export interface ArrangedItems {
  /** How many items there are, shown or not. */
  readonly total: number;
  /** Those that are shown, in order; the groups divide them. */
  readonly ids: readonly string[];
  /** Undefined where nothing is grouped. */
  readonly groups: readonly ItemGroup[] | undefined;
}

/** Where the items are. */
export interface ItemSource {
  /** Oldest first. */
  ids(): Promise<readonly string[]>;
  /** Those that are still there, in the order of the ids. */
  entries(ids: readonly string[]): Promise<readonly InboxEntry[]>;
}

/** How an item is called where it is shown: what one can search for. */
export interface Wording {
  readonly title: (item: ReceivedItem) => string;
  readonly kind: (item: ReceivedItem) => string;
  readonly sender: (item: ReceivedItem) => string;
}

/** What is looked at of an item to filter, sort and group it. */
interface Row {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly sender: string;
  readonly size: number;
}

/**
 * Puts the items into the order in which they are listed. By time and by day, the default, only their ids are needed, and no file is
 * read; for all else, the ends of all files are read once. Never blocks for more than some milliseconds.
 */
export async function arrangeItems(
  source: ItemSource,
  arrangement: Arrangement,
  wording: Wording,
): Promise<ArrangedItems> {
  const all = await source.ids();
  const { grouping, sorting } = arrangement;
  if (!needsContent(arrangement)) {
    const ids = sorting === 'newest' ? all.toReversed() : all;
    const groups = grouping === 'day' ? await groupBy(ids, (id) => id, dayOf) : undefined;
    return { total: all.length, ids, groups };
  }
  const rows = await sortRows(
    await findRows(await source.entries(all), arrangement.filter, wording),
    sorting,
  );
  const ids: string[] = [];
  await forEachInSlices(rows, ({ id }) => ids.push(id));
  return { total: all.length, ids, groups: await groupRows(rows, arrangement) };
}

function needsContent({ grouping, sorting, filter }: Arrangement): boolean {
  const isByTime = sorting === 'newest' || sorting === 'oldest';
  return filter !== '' || !isByTime || grouping === 'sender' || grouping === 'kind';
}

/** Oldest first. What is damaged has no name to be found by. */
async function findRows(
  entries: readonly InboxEntry[],
  filter: string,
  { title, kind, sender }: Wording,
): Promise<Row[]> {
  const wanted = filter.toLocaleLowerCase();
  const rows: Row[] = [];
  await forEachInSlices(entries, (entry) => {
    if (entry.state === 'damaged') {
      if (filter === '') rows.push({ id: entry.id, title: '', kind: '', sender: '', size: 0 });
      return;
    }
    const { item } = entry;
    const row = { id: item.id, title: title(item), kind: kind(item), sender: sender(item), size: item.size };
    const words = `${row.title}\n${item.name}\n${row.kind}\n${item.from}`;
    if (filter === '' || words.toLocaleLowerCase().includes(wanted)) rows.push(row);
  });
  return rows;
}

async function sortRows(rows: readonly Row[], sorting: Sorting): Promise<readonly Row[]> {
  if (sorting === 'oldest') return rows;
  const newest = rows.toReversed();
  if (sorting === 'newest') return newest;
  if (sorting === 'size') return sortInSlices(newest, (a, b) => b.size - a.size);
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return sortInSlices(newest, (a, b) => compare(a.title, b.title));
}

async function groupRows(
  rows: readonly Row[],
  { grouping, sorting }: Arrangement,
): Promise<readonly ItemGroup[] | undefined> {
  switch (grouping) {
    case 'none':
      return undefined;
    case 'sender':
    case 'kind':
      return groupBy(
        rows,
        ({ id }) => id,
        (row) => row[grouping],
      );
    case 'day': {
      const days = await groupBy(
        rows,
        ({ id }) => id,
        ({ id }) => dayOf(id),
      );
      const sign = sorting === 'oldest' ? 1 : -1;
      return days.toSorted((a, b) => sign * (a.key < b.key ? -1 : 1));
    }
  }
}

/** Groups are in the order of their first member. */
async function groupBy<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  keyOf: (thing: T) => string,
): Promise<ItemGroup[]> {
  const groups = new Map<string, string[]>();
  await forEachInSlices(things, (thing) => {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(idOf(thing));
    else groups.set(key, [idOf(thing)]);
  });
  return [...groups].map(([key, ids]) => ({ key, ids }));
}

/** The day on which an item came, where the person is, as `2026-01-31`. */
function dayOf(id: string): string {
  const time = new Date(timeOfItemId(id));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
