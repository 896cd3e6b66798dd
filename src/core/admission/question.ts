import type { PicklepostError } from '../errors';
import type { ItemKind } from '../item/item';
import type { Sender } from './sender';

/** An item that waits for an answer. */
export interface WaitingItem {
  /** Identifies it within its question. */
  readonly number: number;
  /** The connection of the sender: its address, `host:port`. */
  readonly from: string;
  /** The sender's description of it; missing in dialects without offers. As it was sent: only safe as text. */
  readonly name?: string;
  readonly kind?: ItemKind;
  /** Bytes. */
  readonly size?: number;
  /** The sender's message to the person. */
  readonly message?: string;
}

/** A question to a person: whether to accept the items of one sender, however many there are. */
export interface Question {
  readonly sender: Sender;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly items: readonly WaitingItem[];
}

/**
 * The answer of a person: accept the waiting items and everything else on their connections, everything until the server
 * stops, or always from the key of the sender; accept some of the waiting items; decline all; or block the sender.
 */
export type Answer =
  | { readonly kind: 'accept'; readonly scope: 'connection' | 'server' | 'always' }
  | { readonly kind: 'some'; readonly numbers: ReadonlySet<number> }
  | { readonly kind: 'decline' }
  | { readonly kind: 'block' };

/** The sender of an item that waits for an answer. */
export interface Waiting {
  /** Aborted when the connection ends. */
  readonly disconnected: AbortSignal | undefined;
  /** Called once: with the reason if the item is refused, without one if it is accepted. */
  settle(refusal?: PicklepostError): void;
}

/** An open question, and the functions that settle each of its items. */
export class OpenQuestion implements Question {
  readonly since = Date.now();
  private readonly waiting = new Map<WaitingItem, Waiting>();
  private timer: NodeJS.Timeout | undefined;

  /** @param patience milliseconds in which somebody has to answer */
  constructor(
    readonly sender: Sender,
    patience: number,
    onTimeout: () => void,
  ) {
    this.timer = setTimeout(onTimeout, patience);
  }

  get items(): readonly WaitingItem[] {
    return [...this.waiting.keys()];
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** The connections that wait, and the signal that is aborted when each ends. */
  get connections(): ReadonlyMap<string, AbortSignal | undefined> {
    return new Map([...this.waiting].map(([{ from }, { disconnected }]) => [from, disconnected]));
  }

  add(item: WaitingItem, waiting: Waiting): void {
    this.waiting.set(item, waiting);
  }

  settle(item: WaitingItem, refusal?: PicklepostError): void {
    const waiting = this.waiting.get(item);
    this.waiting.delete(item);
    waiting?.settle(refusal);
    if (this.isEmpty) this.end();
  }

  private end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
