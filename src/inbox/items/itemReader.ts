import { messageOf, type PicklepostError } from '../../core/errors';
import type { ReceivedItem } from '../../core/item/item';
import type { ItemCatalog } from './itemCatalog';
import type { ItemDirectory } from './itemDirectory';
import { checkId, itemError } from './itemError';
import { ItemFile } from './itemFile';

/** Reads items, each from its own file. All methods throw PicklepostError `no-such-item`, `damaged-item`, `disk`. */
export class ItemReader {
  /** One for each reader of an item. */
  private readonly readings = new Set<{ readonly id: string }>();

  /** @param onDamage called when an item has turned out to be damaged */
  constructor(
    private readonly items: ItemDirectory,
    private readonly catalog: ItemCatalog,
    private readonly footerKey: Buffer,
    private readonly onDamage: () => void,
  ) {}

  get beingRead(): ReadonlySet<string> {
    return new Set(Array.from(this.readings, ({ id }) => id));
  }

  async get(id: string): Promise<ReceivedItem> {
    const file = await this.open(id);
    await file.close();
    return file.metadata.item;
  }

  /**
   * The plain content from a position on, piece by piece, each in memory of its own and returned only once it has been
   * verified.
   */
  async *read(id: string, from: number): AsyncGenerator<Buffer, void> {
    const reading = { id };
    this.readings.add(reading);
    try {
      const file = await this.open(id);
      try {
        yield* file.content(from);
      } catch (error) {
        throw this.contentError(file.metadata.item, error);
      } finally {
        await file.close();
      }
    } finally {
      this.readings.delete(reading);
    }
  }

  /** At most `count` bytes of the plain content from a position on. */
  async readRange(id: string, from: number, count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.read(id, from)) {
      pieces.push(piece);
      size += piece.length;
      if (size >= count) break;
    }
    return Buffer.concat(pieces).subarray(0, count);
  }

  /** A damaged item stays damaged, so the list says it from now on. */
  private contentError(item: ReceivedItem, error: unknown): PicklepostError {
    const told = itemError(item.id, error);
    if (told.code === 'damaged-item' && this.catalog.noteDamage(item, messageOf(error))) this.onDamage();
    return told;
  }

  private async open(id: string): Promise<ItemFile> {
    try {
      return await ItemFile.open(this.items.path(checkId(id)), this.footerKey, id);
    } catch (error) {
      throw itemError(id, error);
    }
  }
}
