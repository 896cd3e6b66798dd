import { createHmac, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { PicklepostError } from '../../../errors';
import type { OutgoingItem } from '../../../item/item';
import { type Accept, type DeclineCode, type Have, type Offer, type Stored } from '../session/messages';
import { say } from '../../../text';
import { nameProblem } from '../../outgoing';
import type { FernetKey } from '../../../crypto/keys';

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

/** The description of an item cannot be sent. Ends only that item. */
export class NotOfferedError extends PicklepostError {}

/** @throws NotOfferedError */
export function checkOffer(item: OutgoingItem): void {
  const problem = nameProblem(item);
  if (problem !== undefined) throw new NotOfferedError('unsupported', problem);
}

/** @param transfer the identity by which the receiver recognizes it */
export function describeOffer({ number, item }: OutgoingTransfer, transfer: string, key: FernetKey): Offer {
  const { kind, format, name, path, size, modified, mode, message } = item;
  return {
    type: 'offer',
    item: number,
    transfer,
    kind,
    name,
    ...(format !== undefined && { format }),
    ...(path !== undefined && { path }),
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified }),
    ...(mode !== undefined && { mode }),
    ...(message !== undefined && { message }),
    key: key.toText(),
  };
}

/** For senders without a secret of their own: files are recognized only within this process. */
const PROCESS_SECRET = randomBytes(32);

/**
 * Identifies a source, in 32 hexadecimal digits: the same whenever the same file is sent from the same path, so that a
 * receiver finds what it has of it. An item without a path, such as a document that was never saved, is new each time.
 * @param secret of this installation, so that nobody else can guess the identity, or gets the same one for the same path
 */
export function transferIdentity({ source }: OutgoingItem, secret: Uint8Array = PROCESS_SECRET): string {
  if (source === undefined) return randomIdentity();
  // Several machines may share a home folder, and so the secret.
  const hmac = createHmac('sha256', secret).update('picklepost transfer\0');
  return hmac.update(`${hostname()}\0${source}`).digest('hex').slice(0, 32);
}

export function randomIdentity(): string {
  return randomBytes(16).toString('hex');
}
