import { MemoryBudget } from '../core/codecs/memoryBudget';
import { PicklepostError } from '../core/errors';
import type { Inspection } from '../core/inspection/inspection';
import { DECODED_MEMORY } from '../core/limits';
import type { Handle } from './operations';
import { say } from '../core/text';

interface Held {
  readonly inspection: Inspection;
  /** Its estimated memory in bytes. */
  readonly memory: number;
}

/**
 * Holds decoded values, which may take as much memory together as a single one. If the memory is not enough, it drops values,
 * which are decoded again when they are needed.
 */
export class ValueStore {
  /** Values in order of last use. */
  private readonly held = new Map<Handle, Held>();

  constructor(private readonly memory = DECODED_MEMORY) {}

  /**
   * Adds the result of `decode`, which charges its memory to the budget. If that is not enough because of other values, the least
   * recently used ones are dropped, and `decode` is called again.
   * @throws what `decode` throws
   */
  add(handle: Handle, decode: (budget: MemoryBudget) => Inspection): void {
    for (;;) {
      const isAlone = this.held.size === 0;
      const budget = new MemoryBudget(this.memory - this.taken());
      try {
        const inspection = decode(budget);
        if (isAlone || !budget.isExceeded) {
          this.held.set(handle, { inspection, memory: budget.spent });
          return;
        }
      } catch (error) {
        if (isAlone || !budget.isExceeded) throw error;
      }
      this.forgetHalf();
    }
  }

  /** @throws PicklepostError `no-such-item` */
  get(handle: Handle): Inspection {
    const held = this.held.get(handle);
    if (held === undefined) throw forgotten();
    this.held.delete(handle);
    this.held.set(handle, held);
    return held.inspection;
  }

  delete(handle: Handle): void {
    this.held.delete(handle);
  }

  /** Frees at least half of the used memory. It is not known how much is needed, and each attempt takes time. */
  private forgetHalf(): void {
    const enough = this.taken() / 2;
    for (const handle of this.held.keys()) {
      if (this.taken() <= enough) return;
      this.held.delete(handle);
    }
  }

  private taken(): number {
    let sum = 0;
    for (const { memory } of this.held.values()) sum += memory;
    return sum;
  }
}

/** The error for a value that the worker has dropped. `ValueCache` then decodes it again. */
export function forgotten(): PicklepostError {
  return new PicklepostError('no-such-item', say`This value is no longer loaded. Open it again.`);
}
