import type { ReceivedItem } from '../../core/item/item';
import type { InboxEntry } from '../../inbox/inbox';
import { forEachInSlices, sortInSlices } from '../../core/scheduling/slices';

export const SORTINGS = ['newest', 'oldest', 'name', 'size'] as const;
export type Sorting = (typeof SORTINGS)[number];

/** The displayed name of an item, in which one can search. */
export interface RowFormatter {
  readonly title: (item: ReceivedItem) => string;
  readonly kind: (item: ReceivedItem) => string;
  readonly sender: (item: ReceivedItem) => string;
}

/** The data of an item for filtering, sorting and grouping. For a damaged one, only the id is known. */
export interface Row {
  readonly id: string;
  readonly isDamaged: boolean;
  readonly title: string;
  readonly name: string;
  readonly kind: string;
  readonly sender: string;
  readonly from: string;
  readonly size: number;
}

export interface RowSource {
  /** The indexed metadata of items, some at a time, in the order of the ids, without deleted ones. */
  recall(ids: readonly string[]): AsyncIterable<readonly InboxEntry[]>;
}

/** The rows of all items at one time. */
interface Snapshot {
  readonly ids: readonly string[];
  /** Oldest first. */
  readonly rows: readonly Row[];
  /** Each requested order, except that of time. */
  readonly sorted: Map<ContentOrder, readonly Row[]>;
}

/** The changes between two lists. */
interface Difference {
  readonly added: readonly string[];
  readonly gone: ReadonlySet<string>;
}

type ContentOrder = 'name' | 'size';
type Compare = (a: Row, b: Row) => number;

const NOTHING: Snapshot = { ids: [], rows: [], sorted: new Map() };

/**
 * The rows of all items, in any order. An item never changes, so its data are kept: when items are added or removed, only
 * the new ones are read and sorted in.
 */
export class ItemRows {
  private current = NOTHING;
  /** Each string once: very many items have the same kinds and senders. */
  private readonly words = new Map<string, string>();

  constructor(
    private readonly source: RowSource,
    private readonly formatter: RowFormatter,
  ) {}

  /**
   * The rows of all items in an order.
   * @param ids of all items, oldest first
   * @throws the reason of the signal once it is aborted; what the source throws
   */
  async sorted(
    ids: readonly string[],
    sorting: Sorting,
    signal: AbortSignal | undefined,
  ): Promise<readonly Row[]> {
    const { rows, sorted } = await this.snapshot(ids, signal);
    if (sorting === 'oldest') return rows;
    if (sorting === 'newest') return rows.toReversed();
    const order = sorted.get(sorting) ?? (await sortInSlices(rows, compareBy(sorting), signal));
    sorted.set(sorting, order);
    return order;
  }

  /** Others may ask at the same time, with other ids, so the current state is replaced as a whole. */
  private async snapshot(ids: readonly string[], signal: AbortSignal | undefined): Promise<Snapshot> {
    const before = this.current;
    if (before.ids === ids) return before;
    const { added, gone } = await compareIds(before.ids, ids, signal);
    const addedRows: Row[] = [];
    for await (const entries of this.source.recall(added))
      await forEachInSlices(entries, (entry) => addedRows.push(this.rowOf(entry)), signal);
    const sorted = new Map<ContentOrder, readonly Row[]>();
    for (const sorting of ['name', 'size'] as const) {
      const order = before.sorted.get(sorting);
      if (order) sorted.set(sorting, await renew(order, gone, addedRows, compareBy(sorting), signal));
    }
    const rows = await renew(before.rows, gone, addedRows, (a, b) => (a.id < b.id ? -1 : 1), signal);
    this.current = { ids, rows, sorted };
    return this.current;
  }

  private rowOf(entry: InboxEntry): Row {
    if (entry.state === 'damaged')
      return { id: entry.id, isDamaged: true, title: '', name: '', kind: '', sender: '', from: '', size: 0 };
    const { item } = entry;
    const { title, kind, sender } = this.formatter;
    return {
      id: item.id,
      isDamaged: false,
      title: title(item),
      name: item.name,
      kind: this.once(kind(item)),
      sender: this.once(sender(item)),
      from: item.from,
      size: item.size,
    };
  }

  private once(word: string): string {
    const known = this.words.get(word);
    if (known === undefined) this.words.set(word, word);
    return known ?? word;
  }
}

/** Equal elements are ordered by time, the newest first, so that an order does not depend on when rows were added. */
function compareBy(sorting: ContentOrder): Compare {
  const newestFirst: Compare = (a, b) => (a.id < b.id ? 1 : -1);
  if (sorting === 'size') return (a, b) => b.size - a.size || newestFirst(a, b);
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return (a, b) => compare(a.title, b.title) || newestFirst(a, b);
}

/** Both in order. */
async function compareIds(
  before: readonly string[],
  now: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Difference> {
  const added: string[] = [];
  const gone = new Set<string>();
  let next = 0;
  await forEachInSlices(
    before,
    (old) => {
      for (let id = now[next]; id !== undefined && id < old; id = now[++next]) added.push(id);
      if (now[next] === old) next++;
      else gone.add(old);
    },
    signal,
  );
  return { added: added.concat(now.slice(next)), gone };
}

/** Removes rows from an order, and inserts others. */
async function renew(
  order: readonly Row[],
  gone: ReadonlySet<string>,
  added: readonly Row[],
  compare: Compare,
  signal: AbortSignal | undefined,
): Promise<readonly Row[]> {
  const coming = await sortInSlices(added, compare, signal);
  if (order.length === 0) return coming;
  const renewed: Row[] = [];
  let next = 0;
  await forEachInSlices(
    order,
    (row) => {
      for (let one = coming[next]; one && compare(one, row) < 0; one = coming[++next]) renewed.push(one);
      if (!gone.has(row.id)) renewed.push(row);
    },
    signal,
  );
  return renewed.concat(coming.slice(next));
}
