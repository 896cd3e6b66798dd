import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ReceivedItem } from '../../../src/core/wire/item';
import {
  arrangeItems,
  type Arrangement,
  type ItemSource,
  type Wording,
} from '../../../src/editor/arrangement';
import type { InboxEntry } from '../../../src/inbox/inbox';
import { newItemId, timeOfItemId } from '../../../src/inbox/itemId';

const NEWEST: Arrangement = { grouping: 'none', sorting: 'newest', filter: '' };
const WORDING: Wording = {
  title: ({ name }) => name,
  kind: ({ kind, format }) => (format === undefined ? kind : `${kind} (${format})`),
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

class Source implements ItemSource {
  asked = 0;
  constructor(private readonly all: readonly InboxEntry[]) {}

  ids(): Promise<readonly string[]> {
    return Promise.resolve(this.all.map(idOf));
  }

  entries(ids: readonly string[]): Promise<InboxEntry[]> {
    this.asked++;
    return Promise.resolve(this.all.filter((entry) => ids.includes(idOf(entry))));
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
    arrangeItems(source, { ...NEWEST, ...change }, WORDING);

  it('is in order of time, and grouped by day, without reading any item', async () => {
    source.asked = 0;
    assert.deepEqual((await arrange({})).ids, [d, c, b, a]);
    assert.deepEqual((await arrange({ sorting: 'oldest' })).ids, [a, b, c, d]);
    const { groups = [] } = await arrange({ grouping: 'day' });
    assert.deepEqual(groups.slice(1), [
      { key: '2026-01-31', ids: [c] },
      { key: '2026-01-30', ids: [b, a] },
    ]);
    assert.equal(source.asked, 0);
  });

  it('can be sorted by name as people count, and by size, the largest first', async () => {
    assert.deepEqual((await arrange({ sorting: 'name' })).ids, [c, b, a, d]);
    assert.deepEqual((await arrange({ sorting: 'size' })).ids, [a, d, b, c]);
  });

  it('can be grouped by sender and by kind, and shows what is damaged apart', async () => {
    assert.deepEqual((await arrange({ grouping: 'sender' })).groups, [
      { key: '192.0.2.1', ids: [d, b] },
      { key: '', ids: [c] },
      { key: '192.0.2.7', ids: [a] },
    ]);
    assert.deepEqual((await arrange({ grouping: 'kind', sorting: 'size' })).groups, [
      { key: 'file', ids: [a, b] },
      { key: 'dictionary (binary)', ids: [d] },
      { key: '', ids: [c] },
    ]);
  });

  it('keeps days in order, whatever the items are sorted by', async () => {
    const { groups = [] } = await arrange({ grouping: 'day', sorting: 'size' });
    assert.deepEqual(
      groups.slice(1).map(({ key }) => key),
      ['2026-01-31', '2026-01-30'],
    );
    assert.deepEqual(groups.at(-1)?.ids, [a, b]);
  });

  it('finds text in name, kind and sender, whatever its case', async () => {
    assert.deepEqual((await arrange({ filter: 'ITEM' })).ids, [b, a]);
    assert.deepEqual((await arrange({ filter: 'BINARY' })).ids, [d]);
    assert.deepEqual((await arrange({ filter: '192.0.2.7' })).ids, [a]);
    assert.deepEqual(await arrange({ filter: 'nothing' }), { total: 4, ids: [], groups: undefined });
  });
});
