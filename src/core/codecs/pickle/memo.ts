import type { Value } from '../../values/value';

/** An index that lies further above those in use goes into the sparse table. */
const MAX_GAP = 16;

/** The memo of a pickle. A huge index costs no more than a small one. */
export class Memo {
  private readonly dense: (Value | undefined)[] = [];
  /** Entries with large indexes, by `#` and the index. The keys are text, because a peer could choose numbers with the same hash. */
  private readonly sparse = new Map<string, Value>();
  private count = 0;

  /** The number of entries, which is the index that the opcode MEMOIZE uses next. */
  get size(): number {
    return this.count;
  }

  set(index: number, value: Value): void {
    // The usual case: the next index.
    if (index === this.dense.length && this.sparse.size === 0) {
      this.dense.push(value);
      this.count++;
      return;
    }
    if (this.get(index) === undefined) this.count++;
    if (index > this.dense.length + MAX_GAP) {
      this.sparse.set(`#${String(index)}`, value);
      return;
    }
    while (this.dense.length < index) this.dense.push(undefined);
    this.dense[index] = value;
  }

  get(index: number): Value | undefined {
    const value = index < this.dense.length ? this.dense[index] : undefined;
    return value === undefined ? this.sparse.get(`#${String(index)}`) : value;
  }
}
