import type { FernetKey } from '../crypto/keys';
import type { AnnouncedItem, Arrival, Content, Origin } from './item';

/** Items up to this many bytes are small: several are handled at once, each held in memory as a whole. */
export const SMALL_ITEM = 16 * 1024;

/** The description of an item that its sender gives before it sends any of it. */
export interface ItemOffer extends Content, Origin {
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly transfer: string;
  /** Plain bytes, if known beforehand. */
  readonly size?: number;
}

/** The sender of an item, while it waits for an answer. */
export interface WaitingSender {
  /** Aborted when it has left, which ends all work that is only done to answer it. */
  readonly disconnected?: AbortSignal;
  /** Aborted when it no longer wants to send this item. */
  readonly withdrawn?: AbortSignal;
  /** Called if the answer needs a person, and so takes a while. */
  onAsked?(): void;
}

/** The answer of a store to an offer. */
export type OfferAnswer =
  | { readonly kind: 'accepted'; readonly writer: ItemWriter }
  /** The very same item is here already. */
  | { readonly kind: 'have'; readonly item: AnnouncedItem };

/** The amount of content that a sender says it has sent, and its hash. */
export interface SentContent {
  /** Plain bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
  /** The receiver has computed the same hash itself. */
  readonly isComputed?: true;
}

/** Where a receiving dialect puts items. The inbox is a store; `storeHooks.ts` adds further steps to one. */
export interface ItemStore {
  /** Begins an item about which its sender says nothing beforehand. @throws PicklepostError if it is refused */
  begin(arrival: Arrival, sender?: WaitingSender): Promise<ItemWriter>;
  /**
   * Begins an offered item, or resumes it if it was interrupted before.
   * @param key of the token stream that the sender makes
   * @throws PicklepostError if the offer is declined
   */
  offer(arrival: Arrival, offer: ItemOffer, key: FernetKey, sender?: WaitingSender): Promise<OfferAnswer>;
}

/**
 * One item being stored, from a stream of plain content or in pieces. Exactly one of {@link finish}, {@link suspend} and
 * {@link discard} ends it; the others do nothing after that. Before content arrives, it uses no disk space and little
 * memory.
 */
export interface ItemWriter {
  /** Whole pieces that are here. */
  readonly pieces: number;
  /** Key of the token stream: the offered one, or that of the stream to be continued. */
  readonly key: FernetKey;
  /** SHA-256 of the plain content of the pieces that are here, hexadecimal. */
  prefixDigest(): Promise<string>;
  /** Starts again at the first piece, with another key. */
  restart(key: FernetKey): Promise<void>;
  /**
   * Appends plain content to a stream. When this settles, its memory is no longer needed.
   * @throws PicklepostError `limit-exceeded`, `disk`
   */
  write(plain: Buffer): Promise<void>;
  /**
   * Checks the token of the next piece of an offered item, and appends it as received. The writer owns its memory from then
   * on.
   * @throws InvalidTokenError, PicklepostError `limit-exceeded`, `disk`
   */
  writeToken(token: Buffer): Promise<void>;
  /** The number of pieces that are here, once all appended ones have been written. @throws PicklepostError `disk` */
  written(): Promise<number>;
  /**
   * The content that has been written so far, from its start: for content that must be complete before it can be understood,
   * such as a large Fernet token, and then goes into another item. The bytes are valid until the next ones are requested.
   * Nothing is written until then.
   */
  content(): AsyncIterable<Uint8Array>;
  /**
   * Settles when the item is durable; only then may its sender be told.
   * @param end for an offered item, what its sender has sent; for a stream, what it has turned out to be
   * @throws ProtocolError if it does not match what the sender says it has sent; PicklepostError `disk`
   */
  finish(end: SentContent | Content): Promise<AnnouncedItem>;
  /** Keeps what is here, to be resumed later, if that is possible. Never rejects. */
  suspend(): Promise<void>;
  /** Removes every trace. Never rejects. */
  discard(): Promise<void>;
}
