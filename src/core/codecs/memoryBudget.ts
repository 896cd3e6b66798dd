import { LimitError } from '../errors';
import { DECODED_MEMORY } from '../limits';
import { say } from '../text';

/** Limits the memory that decoding may take, by estimates in bytes. A short input can require very much memory. */
export class MemoryBudget {
  private rest: number;

  constructor(private readonly size = DECODED_MEMORY) {
    this.rest = size;
  }

  /** Charges memory, before or shortly after it is allocated. @throws LimitError */
  spend(bytes: number): void {
    this.rest -= bytes;
    if (this.rest < 0) {
      throw new LimitError(
        say`The memory that this value would take`,
        this.size,
        say`bytes`,
        say`If you trust where it comes from, load it in Python.`,
      );
    }
  }

  /** Whether more was charged than the budget allows. */
  get isExceeded(): boolean {
    return this.rest < 0;
  }

  get spent(): number {
    return this.size - this.rest;
  }
}
