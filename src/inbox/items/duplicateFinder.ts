import { access } from 'node:fs/promises';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ReceivedItem } from '../../core/item/item';
import type { ItemOffer } from '../../core/item/itemStore';
import { hasErrorCode } from '../disk/diskError';
import { idOf, type ItemDirectory } from './itemDirectory';
import type { ItemCatalog } from './itemCatalog';
import { madeUpName, safeName } from '../output/safeName';

/** Milliseconds after the first offer within which offers wait until the existing items are known. */
const PATIENCE = 300;

/** The data by which an item is recognized. */
interface Wanted {
  readonly transfer: string | undefined;
  readonly modified: number | undefined;
  readonly size: number | undefined;
  /** Undefined if a name was, or must be, generated. */
  readonly name: string | undefined;
  readonly path: string | undefined;
  /** Mode of an item that has a path. */
  readonly mode: number | undefined;
}

/**
 * Finds an item that was offered before. Existing items are looked up once, in the background, when the first item is
 * offered. From then on, the system names each new file, so the cost does not depend on how many there are.
 */
export class DuplicateFinder {
  /** Any file may have been added since the last look at the directory. */
  private isStale = true;
  /** Ids of files that have been added since, perhaps by another program. */
  private readonly reported = new Set<string>();
  private catchingUp: Promise<void> | undefined;
  private patience: Promise<void> | undefined;

  constructor(
    private readonly items: ItemDirectory,
    private readonly catalog: ItemCatalog,
  ) {}

  /** @param name of a file that was added or removed; undefined if any may have been */
  noteChange(name: string | undefined): void {
    const id = idOf(name ?? '');
    if (this.isStale) return;
    if (name === undefined) this.isStale = true;
    else if (id !== undefined && !this.catalog.has(id)) this.reported.add(id);
  }

  /**
   * An item that matches the offer exactly, as far as the sender says. While very many items are being read for the first
   * time, one of them may not be found yet: it is found when the item has arrived.
   * @throws what node:fs throws
   */
  async findOffered({ name, ...offer }: ItemOffer): Promise<ReceivedItem | undefined> {
    this.patience ??= setTimeout(PATIENCE, undefined, { ref: false });
    const known = this.catchUp();
    known.catch(() => undefined);
    await Promise.race([known, this.patience]);
    return this.findKnown(wanted(offer, safeName(name)));
  }

  /** An item with exactly the content of one that has arrived, from the same source. @throws what node:fs throws */
  async findArrived(item: ReceivedItem): Promise<ReceivedItem | undefined> {
    if (item.transfer === undefined) return undefined;
    await this.catchUp();
    const same = await this.findKnown(wanted(item, givenName(item)));
    return same?.sha256 === item.sha256 ? same : undefined;
  }

  private async findKnown(looked: Wanted): Promise<ReceivedItem | undefined> {
    for (const item of this.catalog.withTransfer(looked.transfer ?? '')) {
      const isSame = isDeepStrictEqual(wanted(item, givenName(item)), looked);
      if (isSame && (await this.isThere(item.id))) return item;
    }
    return undefined;
  }

  /** Takes in the items that have been added since. */
  private async catchUp(): Promise<void> {
    // The system reports files when this thread has its turn to listen.
    await setImmediate();
    if (!this.catchingUp && !this.isStale && this.reported.size === 0) return;
    this.catchingUp ??= this.readUnknown().finally(() => (this.catchingUp = undefined));
    await this.catchingUp;
  }

  private async readUnknown(): Promise<void> {
    while (this.isStale || this.reported.size > 0) {
      const isStale = this.isStale;
      this.isStale = false;
      try {
        const ids = isStale ? await this.items.ids() : [...this.reported];
        for (const id of ids) this.reported.delete(id);
        await this.catalog.learn(ids);
      } catch (error) {
        this.isStale = true;
        throw error;
      }
    }
  }

  /** Others may have deleted it, or its file may be damaged. */
  private async isThere(id: string): Promise<boolean> {
    try {
      await access(this.items.path(id));
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
      this.catalog.forget(id);
      return false;
    }
    // The file of an item may contradict its index entry.
    const [entry] = await this.catalog.entriesOf([id]);
    return entry?.state === 'whole';
  }
}

function wanted({ transfer, modified, size, path, mode }: Partial<Wanted>, name: string | undefined): Wanted {
  return { transfer, modified, size, name, path, mode: path === undefined ? undefined : mode };
}

/** A generated name differs each time. */
function givenName(item: ReceivedItem): string | undefined {
  return item.name === madeUpName(item) ? undefined : item.name;
}
