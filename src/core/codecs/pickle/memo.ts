import type { Value } from '../../values/value';

/** How far an index may lie beyond those in use before its entry is kept apart. */
const MAX_GAP = 16;

/** The memo of a pickle. A huge index costs no more than a small one. */
export class Memo {
  private readonly dense: (Value | undefined)[] = [];
  /** Entries that would have left too wide a gap, by `#` and their index: of numbers, a peer could choose many that collide. */
  private readonly sparse = new Map<string, Value>();
  private count = 0;

  /** Number of entries; where the opcode MEMOIZE puts the next one. */
  get size(): number {
    return this.count;
  }

  set(index: number, value: Value): void {
    // Mostly the next one.
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
