import { timeOfItemId } from '../../inbox/items/itemId';
import { forEachInSlices } from '../../core/scheduling/slices';
import { ItemRows, type Row, type RowSource, type Sorting, type RowFormatter } from './itemRows';

export const GROUPINGS = ['none', 'day', 'sender', 'kind'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** How the received items are listed. */
export interface Arrangement {
  readonly grouping: Grouping;
  readonly sorting: Sorting;
  /** Text that the name, the sender or the kind must contain, ignoring case; empty for all. */
  readonly filter: string;
}

/** The items under one heading. */
export interface ItemGroup {
  /** A day as `2026-01-31`, a sender or a kind as it is shown; empty for damaged items. */
  readonly key: string;
  /** In the order of the list. */
  readonly ids: readonly string[];
}

export interface ArrangedItems {
  /** The number of items, shown or not. */
  readonly total: number;
  /** The shown items, in order; the groups divide them. */
  readonly ids: readonly string[];
  /** Undefined where nothing is grouped. */
  readonly groups: readonly ItemGroup[] | undefined;
}

/** Where the items are. */
export interface ItemSource extends RowSource {
  /** Oldest first; the same array while nothing changes. */
  ids(): Promise<readonly string[]>;
}

/** Arranges the items in the order in which they are listed, repeatedly, and reuses earlier work. */
export class Arranger {
  private readonly rows: ItemRows;

  constructor(
    private readonly source: ItemSource,
    formatter: RowFormatter,
  ) {
    this.rows = new ItemRows(source, formatter);
  }

  /**
   * By time and by day, the default, only the ids are needed, and no file is read; for everything else, the indexed metadata
   * of all items. Never blocks for more than some milliseconds.
   * @throws the reason of the signal once it is aborted; what the source throws
   */
  async arrange(arrangement: Arrangement, signal?: AbortSignal): Promise<ArrangedItems> {
    const all = await this.source.ids();
    signal?.throwIfAborted();
    const { grouping, sorting } = arrangement;
    if (!needsContent(arrangement)) {
      const ids = sorting === 'newest' ? all.toReversed() : all;
      const groups = grouping === 'day' ? await groupBy(ids, (id) => id, dayOfItem(), signal) : undefined;
      return { total: all.length, ids, groups };
    }
    const rows = await findRows(await this.rows.sorted(all, sorting, signal), arrangement.filter, signal);
    const ids: string[] = [];
    await forEachInSlices(rows, ({ id }) => ids.push(id), signal);
    return { total: all.length, ids, groups: await groupRows(rows, arrangement, signal) };
  }
}

function needsContent({ grouping, sorting, filter }: Arrangement): boolean {
  const isByTime = sorting === 'newest' || sorting === 'oldest';
  return filter !== '' || !isByTime || grouping === 'sender' || grouping === 'kind';
}

/** In the order of the rows. Damaged items have no name that could be found. */
async function findRows(
  rows: readonly Row[],
  filter: string,
  signal: AbortSignal | undefined,
): Promise<readonly Row[]> {
  if (filter === '') return rows;
  const wanted = filter.toLowerCase();
  const found: Row[] = [];
  await forEachInSlices(
    rows,
    (row) => {
      const words = `${row.title}\n${row.name}\n${row.kind}\n${row.from}`;
      if (!row.isDamaged && words.toLowerCase().includes(wanted)) found.push(row);
    },
    signal,
  );
  return found;
}

async function groupRows(
  rows: readonly Row[],
  { grouping, sorting }: Arrangement,
  signal: AbortSignal | undefined,
): Promise<readonly ItemGroup[] | undefined> {
  const idOf = ({ id }: Row): string => id;
  switch (grouping) {
    case 'none':
      return undefined;
    case 'sender':
    case 'kind':
      return groupBy(rows, idOf, (row) => row[grouping], signal);
    case 'day': {
      const dayOf = dayOfItem();
      const days = await groupBy(rows, idOf, ({ id }) => dayOf(id), signal);
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
  signal: AbortSignal | undefined,
): Promise<ItemGroup[]> {
  const groups = new Map<string, string[]>();
  await forEachInSlices(
    things,
    (thing) => {
      const key = keyOf(thing);
      const group = groups.get(key);
      if (group) group.push(idOf(thing));
      else groups.set(key, [idOf(thing)]);
    },
    signal,
  );
  return [...groups].map(([key, ids]) => ({ key, ids }));
}

/** The local day on which an item arrived, as `2026-01-31`. Fast for items that arrived on the same or successive days. */
function dayOfItem(): (id: string) => string {
  let day = { start: 0, end: 0, name: '' };
  return (id) => {
    const time = timeOfItemId(id);
    if (time < day.start || time >= day.end) day = dayAt(new Date(time));
    return day.name;
  };
}

function dayAt(time: Date): { start: number; end: number; name: string } {
  const [year, month, date] = [time.getFullYear(), time.getMonth(), time.getDate()];
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    start: new Date(year, month, date).getTime(),
    end: new Date(year, month, date + 1).getTime(),
    name: `${year}-${two(month + 1)}-${two(date)}`,
  };
}
