import { opendir } from 'node:fs/promises';
import path from 'node:path';
import { isItemId } from './itemId';
import { forEachInSlices, Slices, sortInSlices } from '../../core/scheduling/slices';

const EXTENSION = '.item';
/** Names that are requested from the system at once: turning a hundred thousand into strings in one go takes too long. */
const NAMES_AT_ONCE = 1000;

/** The directory of the items of an inbox, one file each, which never changes once it has its name. */
export class ItemDirectory {
  /** The result of the last look, oldest first, so that only new items have to be sorted in. */
  private known: { readonly ids: readonly string[]; readonly set: ReadonlySet<string> } = {
    ids: [],
    set: new Set(),
  };

  constructor(readonly directory: string) {}

  path(id: string): string {
    return path.join(this.directory, id + EXTENSION);
  }

  /** The ids of all items, oldest first; the same array as before if nothing has changed. @throws what node:fs throws */
  async ids(): Promise<readonly string[]> {
    const folder = await opendir(this.directory, { bufferSize: NAMES_AT_ONCE });
    // Others may look at the same time.
    const before = this.known;
    const present = new Set<string>();
    const added: string[] = [];
    const slices = new Slices();
    for await (const { name } of folder) {
      const id = idOf(name);
      if (id !== undefined) present.add(id);
      if (id !== undefined && !before.set.has(id)) added.push(id);
      if (slices.isOver) await slices.pause();
    }
    const isSame = added.length === 0 && present.size === before.ids.length;
    if (isSame) return before.ids;
    const kept = await keepOnly(before.ids, present, before.ids.length + added.length > present.size);
    const ids = mergeSorted(kept, await sortInSlices(added, compareText));
    this.known = { ids, set: present };
    return ids;
  }
}

async function keepOnly(
  ids: readonly string[],
  present: ReadonlySet<string>,
  isAnyGone: boolean,
): Promise<readonly string[]> {
  if (!isAnyGone) return ids;
  const kept: string[] = [];
  await forEachInSlices(ids, (id) => {
    if (present.has(id)) kept.push(id);
  });
  return kept;
}

/** The id of the item whose file has such a name; undefined for other files. */
export function idOf(name: string): string | undefined {
  const id = name.slice(0, -EXTENSION.length);
  return name.endsWith(EXTENSION) && isItemId(id) ? id : undefined;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mergeSorted(some: readonly string[], others: readonly string[]): readonly string[] {
  const last = some.at(-1);
  const first = others[0];
  if (first === undefined) return some;
  // New items are mostly younger than all the others.
  if (last === undefined || last < first) return some.concat(others);
  const merged: string[] = [];
  let next = 0;
  for (const text of some) {
    for (let other = others[next]; other !== undefined && other < text; other = others[++next])
      merged.push(other);
    merged.push(text);
  }
  return merged.concat(others.slice(next));
}
