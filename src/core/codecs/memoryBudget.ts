import { LimitError } from '../errors';
import { DECODED_MEMORY } from '../limits';
import { say } from '../text';

/** Memory that decoding may take, in bytes, as estimated: a short input can ask for very much. */
export class MemoryBudget {
  private rest: number;

  constructor(private readonly size = DECODED_MEMORY) {
    this.rest = size;
  }

  /** Takes note of memory before or shortly after it is taken. @throws LimitError */
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

  /** Whether more was asked for than there is. */
  get isExceeded(): boolean {
    return this.rest < 0;
  }

  get spent(): number {
    return this.size - this.rest;
  }
}
