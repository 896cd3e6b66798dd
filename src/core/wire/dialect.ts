import type { FernetKey } from '../crypto/keys';
import type { NamedKey } from '../crypto/namedKey';
import type { Account } from '../accounting/accountant';
import type { PicklepostError } from '../errors';
import type { Limits } from '../limits';
import type { PairingHost } from '../pairing/pairing';
import type { ByteReader } from './byteReader';
import type { Channel } from './channel';
import type { AnnouncedItem, OutgoingItem, Receipt } from '../item/item';
import type { ItemStore } from '../item/itemStore';
import { type Words } from '../text';

/**
 * A protocol between two programs, with all of its properties. `core/wire/dialects.ts` is the table of all dialects, and
 * everything else asks the table. Texts are English, and the editor translates them.
 */
export interface Dialect {
  /** The name in settings, options and events. */
  readonly name: string;
  /** The program at the other end, in words for a person. */
  readonly title: Words;
  /** A sentence that says what it carries, and what it tells the sender. */
  readonly detail: Words;
  /** Whether an interrupted file resumes, and an item that has arrived is recognized when it is sent again. */
  readonly resumes: boolean;
  /** Whether both sides compare a hash of the content. */
  readonly verifies: boolean;
  /** Whether each item is confirmed, so that its sender knows whether it failed. */
  readonly confirms: boolean;
  /** Whether the sender can send a message to the person who receives. */
  readonly carriesMessages: boolean;
  /** Whether the receiver is told the path of each file and empty folder in the folder that was sent. */
  readonly carriesPaths: boolean;
  /** Whether several items are under way at once, so that a refused one does not hold up the others. */
  readonly isConcurrent: boolean;
  /** The scope that a key protects. */
  readonly protection: Protection;
  /**
   * The bytes that a client sends if it leaves without an item. Undefined if each connection counts as an item, so that a
   * connection cannot be tested.
   */
  readonly farewell?: Uint8Array;
  /** Names of alternatives, best first, if a server does not speak this dialect or it cannot carry an item. */
  readonly instead: readonly string[];

  /**
   * Recognizes the dialect by the first bytes of a connection, at least one.
   * @param isAll whether no more have come for a while: then `needs-more` is not allowed
   */
  recognizes(start: Uint8Array, isAll: boolean): 'yes' | 'no' | 'needs-more';

  /**
   * Serves one connection until the peer ends it. Every item goes through the context's store. An error of the peer is
   * answered in the terms of the dialect, if it has any, and then thrown, for the server to log. Does not close the channel.
   */
  serve(reader: ByteReader, channel: Channel, context: ServeContext): Promise<void>;

  /**
   * Sends the items in order. Throws at the first that fails; `onSent` has reported those before it. If {@link
   * isConcurrent}, `onFailed` reports each that fails, and this throws at the end.
   */
  send(items: readonly OutgoingItem[], context: SendContext): Promise<void>;
}

/**
 * The scope in which changes by somebody without the key are noticed: `session` protects the content, names, order and number
 * of its items, and prevents replays; `item` protects the content of each item as a whole; `parts` protects only each part of
 * an item, so that parts can be dropped or reordered.
 */
export type Protection = 'session' | 'item' | 'parts';

/** A connection that is served. */
export interface ServeContext {
  /** Counts everything that the connection holds. */
  readonly account: Account;
  readonly store: ItemStore;
  /** Aborted when the peer has left. */
  readonly ended?: AbortSignal;
  /** Aborted when the connection is lost. A peer that has only ended its sending side may still wait for an answer. */
  readonly disconnected?: AbortSignal;
  readonly terms: ReceiveTerms;
  readonly reports: ServeReports;
}

/** The rules by which a receiver accepts items, and from whom. */
export interface ReceiveTerms {
  /** The keys that senders may hold; several, so that each sender can have its own, and one can be retired. */
  readonly keys: readonly NamedKey[];
  readonly requireEncryption: boolean;
  /** Names of the accepted dialects, as for {@link acceptedDialects}. */
  readonly dialects?: readonly string[];
  readonly allowPickle: boolean;
  /** Present while a pairing code is shown. */
  readonly pairing?: PairingHost;
  readonly limits: Limits;
}

export interface ServeReports {
  /** Called when the sender has shown that it holds one of the keys. */
  onKey?(key: NamedKey): void;
  /** Called after each item is durable and the sender has been told. */
  onReceived(item: AnnouncedItem): void;
  /** Called for each item that was refused, if the connection continues. */
  onDeclined(error: unknown): void;
}

export interface SendContext {
  /** Opens a connection to the receiver. The caller of {@link Dialect.send} closes whatever is left open. */
  connect(): Promise<Channel>;
  /** The key, if the items are to be encrypted. */
  readonly key?: FernetKey;
  readonly limits: Limits;
  /**
   * Identifies this sender's files when they are sent again; nobody else can guess it. Default: a secret of this process.
   */
  readonly identity?: Uint8Array;
  readonly reports: SendReports;
}

export interface SendReports {
  /** Plain bytes of the current item that have been sent (or, if the dialect confirms progress, that have arrived). */
  onProgress(item: OutgoingItem, bytes: number): void;
  /** Called if the receiver asks a person whether to accept an item, which takes a while. */
  onAsked?(item: OutgoingItem): void;
  onSent(item: OutgoingItem, receipt: Receipt): void;
  /** Called for each item that the receiver refused, or that cannot be read, if the others are sent all the same. */
  onFailed(item: OutgoingItem, error: PicklepostError): void;
}
