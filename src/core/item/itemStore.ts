import type { FernetKey } from '../crypto/keys';
import type { AnnouncedItem, Arrival, Content, Origin } from './item';

/** Bytes of content up to which an item is small: several are then handled at once, each held in memory as a whole. */
export const SMALL_ITEM = 16 * 1024;

/** What a sender says of an item before it sends any of it. */
export interface ItemOffer extends Content, Origin {
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly transfer: string;
  /** Plain bytes, where they are known beforehand. */
  readonly size?: number;
}

/** The sender of an item, as long as it waits for an answer. */
export interface WaitingSender {
  /** Aborted when it has left, which ends whatever is done only to answer it. */
  readonly gone?: AbortSignal;
  /** Aborted when it does not want to send this item any more. */
  readonly withdrawn?: AbortSignal;
  /** Called where the answer takes as long as a person needs to give it. */
  onAsked?(): void;
}

/** What a store says to an offer. */
export type OfferAnswer =
  | { readonly kind: 'accepted'; readonly writer: ItemWriter }
  /** The very same item is here already. */
  | { readonly kind: 'have'; readonly item: AnnouncedItem };

/** How much content a sender says it has sent, and its hash. */
export interface SentContent {
  /** Plain bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
  /** The receiver has computed the hash itself, and it is this one. */
  readonly isComputed?: true;
}

/** Where a receiving dialect puts items. The inbox is one; `storeHooks.ts` adds to one what else is to happen with each item. */
export interface ItemStore {
  /** Begins an item of which its sender says nothing beforehand. @throws PicklepostError: it is not taken */
  begin(arrival: Arrival, sender?: WaitingSender): Promise<ItemWriter>;
  /**
   * Takes up an item that may have been cut off before.
   * @param key of the token stream that the sender makes
   * @throws PicklepostError: the offer is declined
   */
  offer(arrival: Arrival, offer: ItemOffer, key: FernetKey, sender?: WaitingSender): Promise<OfferAnswer>;
}

/**
 * One item being stored, from a stream of plain content or in pieces. Exactly one of {@link finish}, {@link suspend} and
 * {@link discard} ends it; the others do nothing after that. Nothing is kept of it on disk, and little in memory, before content comes.
 */
export interface ItemWriter {
  /** Whole pieces that are here. */
  readonly pieces: number;
  /** Key of the token stream: the one that was offered, or of the stream that is to be continued. */
  readonly key: FernetKey;
  /** SHA-256 of the plain content of the pieces that are here, hexadecimal. */
  prefixDigest(): Promise<string>;
  /** Begins again at the first piece, with another key. */
  restart(key: FernetKey): Promise<void>;
  /**
   * Appends plain content to a stream, as much as has come. When this settles, its memory is not needed any more.
   * @throws PicklepostError `limit-exceeded`, `disk`
   */
  write(plain: Buffer): Promise<void>;
  /**
   * Appends the token of the next piece of an item that was offered, as it came, after checking it. Its memory is the writer's from then on.
   * @throws InvalidTokenError, PicklepostError `limit-exceeded`, `disk`
   */
  writeToken(token: Buffer): Promise<void>;
  /** How many pieces are here once those that were appended have been written. @throws PicklepostError `disk` */
  written(): Promise<number>;
  /**
   * What has been written so far, from its start: for content that must be seen whole before it can be understood, such as a large
   * Fernet token, and then goes into another item. The bytes are valid until the next ones are asked for. Nothing is written until then.
   */
  content(): AsyncIterable<Uint8Array>;
  /**
   * Settles when the item is durable; only then may its sender be told.
   * @param end of an item that was offered what its sender has sent, of a stream what it has turned out to be
   * @throws ProtocolError if it is not what the sender says it has sent; PicklepostError `disk`
   */
  finish(end: SentContent | Content): Promise<AnnouncedItem>;
  /** Keeps what is here, to be continued later, where that is possible. Never rejects. */
  suspend(): Promise<void>;
  /** Removes every trace. Never rejects. */
  discard(): Promise<void>;
}
