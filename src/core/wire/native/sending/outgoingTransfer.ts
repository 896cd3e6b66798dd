import { PicklepostError } from '../../../errors';
import type { OutgoingItem } from '../../../item/item';
import type { Accept, DeclineCode, Have, Stored } from '../session/messages';
import { say } from '../../../text';

/** Pieces of an item that may be in flight at once. No more than these are sent again after an interruption. */
export const WINDOW = 2;

/** The receiver refuses an item. */
export class DeclinedError extends PicklepostError {
  constructor(
    readonly item: OutgoingItem,
    readonly decline: DeclineCode,
    reason: string,
  ) {
    super('refused', say`The receiver did not accept ${item.name}: ${reason}`);
  }
}

/** An outgoing item. */
export class OutgoingTransfer {
  readonly answered = new Deferred<Accept | Have>();
  readonly stored = new Deferred<Stored>();
  private failure: Error | undefined;
  /** Pieces that the receiver has. */
  private confirmed = 0;
  /** Called, and emptied, when either of the two changes. */
  private waiting: (() => void) | undefined;

  constructor(
    readonly number: number,
    readonly item: OutgoingItem,
  ) {}

  /** Whether no more of it is to be sent. */
  get hasEnded(): boolean {
    return this.failure !== undefined;
  }

  /** The content, while the item has not failed. @throws the error with which it has failed */
  async *open(atOnce?: number): AsyncGenerator<Uint8Array, void> {
    for await (const bytes of this.item.open(atOnce)) {
      if (this.failure) throw this.failure;
      yield bytes;
    }
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.answered.reject(error);
    this.stored.reject(error);
    this.wake();
  }

  /** Takes note of how many pieces the receiver has. */
  confirm(pieces: number): void {
    this.confirmed = pieces;
    this.wake();
  }

  /** Settles when a piece may be sent, or the item has failed. */
  async roomFor(index: number): Promise<void> {
    while (!this.hasEnded && index >= this.confirmed + WINDOW)
      await new Promise<void>((resolve) => (this.waiting = resolve));
  }

  private wake(): void {
    this.waiting?.();
    this.waiting = undefined;
  }
}

/** A promise that somebody else settles. A rejection that nobody waits for is not an error. */
class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined);
  }
}
