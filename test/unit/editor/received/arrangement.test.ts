import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { formatWord } from '../../../../src/core/codecs/formats';
import type { ReceivedItem } from '../../../../src/core/item/item';
import { Arranger, type Arrangement, type ItemSource } from '../../../../src/editor/received/arrangement';
import type { RowFormatter } from '../../../../src/editor/received/itemRows';
import type { InboxEntry } from '../../../../src/inbox/inbox';
import { newItemId, timeOfItemId } from '../../../../src/inbox/items/itemId';

const NEWEST: Arrangement = { grouping: 'none', sorting: 'newest', filter: '' };
const FORMATTER: RowFormatter = {
  title: ({ name }) => name,
  kind: ({ kind, format }) => (format === undefined ? kind : `${kind} (${formatWord(format)})`),
  sender: ({ from }) => from.replace(/:\d+$/, ''),
};

/** Ids sort by time whatever the clock says, also where it was set back. */
function idAt(day: string, fallback: number): string {
  const time = new Date(`${day}T12:00:00`).getTime();
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let text = '';
  for (let rest = time + fallback; text.length < 9; rest = Math.floor(rest / 32))
    text = alphabet.charAt(rest % 32) + text;
  return `${text}000000`;
}

function item(id: string, change: Partial<ReceivedItem>): InboxEntry {
  const known = { kind: 'text', name: 'notes.txt', size: 5, sha256: '', dialect: 'raw' } as const;
  const rest = { from: '192.0.2.1:5000', encrypted: false, receivedAt: timeOfItemId(id) };
  return { state: 'whole', item: { id, ...known, ...rest, ...change } };
}

/** Items that come and go. */
class Source implements ItemSource {
  /** Whose entries have been asked for. */
  asked: string[] = [];
  private current: readonly string[];

  constructor(private all: readonly InboxEntry[]) {
    this.current = all.map(idOf);
  }

  change(all: readonly InboxEntry[]): void {
    this.all = all;
    this.current = all.map(idOf);
  }

  ids(): Promise<readonly string[]> {
    return Promise.resolve(this.current);
  }

  async *recall(ids: readonly string[]): AsyncGenerator<readonly InboxEntry[], void> {
    this.asked.push(...ids);
    const wanted = new Set(ids);
    yield await Promise.resolve(this.all.filter((entry) => wanted.has(idOf(entry))));
  }
}

function idOf(entry: InboxEntry): string {
  return entry.state === 'whole' ? entry.item.id : entry.id;
}

describe('The list of received items', () => {
  const [a, b, c, d] = [idAt('2026-01-30', 0), idAt('2026-01-30', 1), idAt('2026-01-31', 0), newItemId()];
  const source = new Source([
    item(a, { name: 'Item 10.csv', kind: 'file', size: 300, from: '192.0.2.7:1' }),
    item(b, { name: 'item 9.csv', kind: 'file', size: 20 }),
    { state: 'damaged', id: c, receivedAt: timeOfItemId(c), reason: 'cut' },
    item(d, { name: 'values.pkl', kind: 'dictionary', format: 'binary', size: 100 }),
  ]);
  const arrange = async (change: Partial<Arrangement>) =>
    new Arranger(source, FORMATTER).arrange({ ...NEWEST, ...change });

  it('is sorted by time and grouped by day without reading any item', async () => {
    source.asked = [];
    assert.deepEqual((await arrange({})).ids, [d, c, b, a]);
    assert.deepEqual((await arrange({ sorting: 'oldest' })).ids, [a, b, c, d]);
    const { groups = [] } = await arrange({ grouping: 'day' });
    assert.deepEqual(groups.slice(1), [
      { key: '2026-01-31', ids: [c] },
      { key: '2026-01-30', ids: [b, a] },
    ]);
    assert.deepEqual(source.asked, []);
  });

  it('can be sorted by name with numbers in order, and by size, the largest first', async () => {
    assert.deepEqual((await arrange({ sorting: 'name' })).ids, [c, b, a, d]);
    assert.deepEqual((await arrange({ sorting: 'size' })).ids, [a, d, b, c]);
  });

  it('can be grouped by sender and by kind, with damaged items in a separate group', async () => {
    assert.deepEqual((await arrange({ grouping: 'sender' })).groups, [
      { key: '192.0.2.1', ids: [d, b] },
      { key: '', ids: [c] },
      { key: '192.0.2.7', ids: [a] },
    ]);
    assert.deepEqual((await arrange({ grouping: 'kind', sorting: 'size' })).groups, [
      { key: 'file', ids: [a, b] },
      { key: 'dictionary (pickle)', ids: [d] },
      { key: '', ids: [c] },
    ]);
  });

  it('keeps the order of days, whatever the items are sorted by', async () => {
    const { groups = [] } = await arrange({ grouping: 'day', sorting: 'size' });
    assert.deepEqual(
      groups.slice(1).map(({ key }) => key),
      ['2026-01-31', '2026-01-30'],
    );
    assert.deepEqual(groups.at(-1)?.ids, [a, b]);
  });

  it('finds text in name, kind and sender, ignoring case', async () => {
    assert.deepEqual((await arrange({ filter: 'ITEM' })).ids, [b, a]);
    assert.deepEqual((await arrange({ filter: 'PICKLE' })).ids, [d]);
    assert.deepEqual((await arrange({ filter: '192.0.2.7' })).ids, [a]);
    assert.deepEqual(await arrange({ filter: 'nothing' }), { total: 4, ids: [], groups: undefined });
  });

  it('can be arranged in other ways, and filtered, without reading an item again', async () => {
    const again = new Arranger(source, FORMATTER);
    source.asked = [];
    for (const sorting of ['name', 'size', 'oldest', 'newest'] as const)
      await again.arrange({ grouping: 'kind', sorting, filter: 'item' });
    assert.deepEqual(source.asked, [a, b, c, d]);
  });

  it('is correct when items are added and removed, and reads only the new ones', async () => {
    const names = ['a', 'B', 'item 9', 'item 10', 'ä'];
    const entryAt = (at: number, from: number): InboxEntry =>
      item(idAt('2026-01-30', at), {
        name: names[from % 5] ?? '',
        size: from % 3,
        from: `192.0.2.${String(from % 4)}:1`,
      });
    const set = fc.uniqueArray(fc.nat(40), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(set, { minLength: 2, maxLength: 4 }), async (times) => {
        const changing = new Source([]);
        const arranger = new Arranger(changing, FORMATTER);
        let before = new Set<string>();
        for (const time of times) {
          const entries = time.toSorted((x, y) => x - y).map((at) => entryAt(at, at * 7));
          changing.change(entries);
          for (const sorting of ['name', 'size', 'oldest', 'newest'] as const) {
            changing.asked = [];
            const wanted: Arrangement = { grouping: 'sender', sorting, filter: '' };
            const arranged = await arranger.arrange(wanted);
            assert(changing.asked.every((id) => !before.has(id)));
            before = new Set(entries.map(idOf));
            assert.deepEqual(arranged, await new Arranger(changing, FORMATTER).arrange(wanted));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is cancelled if it is no longer needed, without an effect on another arrangement', async () => {
    const many = new Source(
      Array.from({ length: 20_000 }, (_, i) =>
        item(idAt('2026-01-30', i), { name: `item ${String((i * 7919) % 20_000)}` }),
      ),
    );
    const abortion = new AbortController();
    const recall = many.recall.bind(many);
    many.recall = (ids) => {
      abortion.abort();
      return recall(ids);
    };
    const arranger = new Arranger(many, FORMATTER);
    const unwanted = arranger.arrange({ ...NEWEST, sorting: 'name' }, abortion.signal);
    const wanted = arranger.arrange({ ...NEWEST, sorting: 'name' });
    await assert.rejects(unwanted, { name: 'AbortError' });
    const { ids } = await wanted;
    assert.equal(ids.length, 20_000);
    assert.equal(ids[0], idAt('2026-01-30', 0));
  });
});
