import { MemoryBudget } from '../core/codecs/memoryBudget';
import { PicklepostError } from '../core/errors';
import type { Inspection } from '../core/inspection/inspection';
import { DECODED_MEMORY } from '../core/limits';
import type { Handle } from './operations';
import { say } from '../core/text';

interface Held {
  readonly inspection: Inspection;
  /** Bytes that it takes, as estimated. */
  readonly memory: number;
}

/**
 * Holds decoded values, and sees to it that they do not take more memory together than one may. What it forgets for want of memory is
 * decoded again when it is asked for.
 */
export class ValueStore {
  /** In order of last use. */
  private readonly held = new Map<Handle, Held>();

  constructor(private readonly memory = DECODED_MEMORY) {}

  /**
   * Adds what `decode` makes, which charges the budget for the memory that it takes. Where that is not enough because others take
   * it up, those that nobody has asked for longest are forgotten, and `decode` is called again.
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

  /** At least half of what is taken, as it is not known how much is needed, and each attempt takes time. */
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

/** For a value that the worker does not hold any more; it is decoded again when somebody asks for it. */
export function forgotten(): PicklepostError {
  return new PicklepostError('no-such-item', say`This value is no longer loaded. Open it again.`);
}
