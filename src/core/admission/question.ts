import type { PicklepostError } from '../errors';
import type { ItemKind } from '../item/item';
import type { Sender } from './sender';

/** An item that waits for an answer. */
export interface WaitingItem {
  /** Tells it from the others of its question. */
  readonly number: number;
  /** Address of the sender, `host:port`: its connection. */
  readonly from: string;
  /** What the sender says of it; nothing in dialects that offer nothing beforehand. As it was sent: not safe as anything but text. */
  readonly name?: string;
  readonly kind?: ItemKind;
  /** Bytes. */
  readonly size?: number;
  /** What the sender says to the person. */
  readonly message?: string;
}

/** What a person is asked: whether to take what one sender wants to send, however many items these are. */
export interface Question {
  readonly sender: Sender;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly items: readonly WaitingItem[];
}

/**
 * What a person says: take what waits and the rest of the connections that it comes over, all until the server stops, or always from the
 * key of the sender; some of what waits; nothing of it; or nothing any more.
 */
export type Answer =
  | { readonly kind: 'accept'; readonly scope: 'connection' | 'server' | 'always' }
  | { readonly kind: 'some'; readonly numbers: ReadonlySet<number> }
  | { readonly kind: 'decline' }
  | { readonly kind: 'block' };

/** What waits behind an item. */
export interface Waiting {
  /** Aborted when the connection ends. */
  readonly gone: AbortSignal | undefined;
  /** Called once with why the item is refused, or with nothing where it may come. */
  settle(refusal?: PicklepostError): void;
}

/** A question that waits, and what settles each of its items. */
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

  /** The connections that wait, and what is aborted when each ends. */
  get connections(): ReadonlyMap<string, AbortSignal | undefined> {
    return new Map([...this.waiting].map(([{ from }, { gone }]) => [from, gone]));
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
