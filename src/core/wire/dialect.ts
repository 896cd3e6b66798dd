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
 * One way in which two programs talk, and all that is to be known of it: `core/wire/dialects.ts` is the table of them, and everything
 * else asks the table. Texts are English, and the editor translates them.
 */
export interface Dialect {
  /** As in settings, options and events. */
  readonly name: string;
  /** The program at the other end, as a person knows it. */
  readonly title: Words;
  /** What it carries, and what a sender hears of it: one sentence. */
  readonly detail: Words;
  /** Whether a file that was cut off is continued, and what has arrived is recognized when it is sent again. */
  readonly resumes: boolean;
  /** Whether both sides compare a hash of the content. */
  readonly verifies: boolean;
  /** Whether each item is confirmed, so that its sender knows if it failed. */
  readonly confirms: boolean;
  /** Whether the sender can say something to the person who receives. */
  readonly carriesMessages: boolean;
  /** Whether several items are under way at once, so that one that is not taken does not hold up the others. */
  readonly isConcurrent: boolean;
  /** What is protected with a key. */
  readonly protection: Protection;
  /** What a client says that leaves without an item. Undefined where each connection counts as an item, so that none can be a test. */
  readonly farewell?: Uint8Array;
  /** Names of others that may do where a server does not speak this one, or this one cannot carry an item; the best first. */
  readonly instead: readonly string[];

  /**
   * Looks at the first bytes of a connection, at least one.
   * @param isAll whether no more have come for a while: then `needs-more` is no answer
   */
  recognizes(start: Uint8Array, isAll: boolean): 'yes' | 'no' | 'needs-more';

  /**
   * Serves one connection until the peer ends it. Every item goes through the context's store; a peer's mistake is answered in the
   * peer's own terms, as far as it has any, and then thrown, for the server to log. Does not close the channel.
   */
  serve(reader: ByteReader, channel: Channel, context: ServeContext): Promise<void>;

  /**
   * Sends the items in order. Throws at the first that fails; those before it have been reported through `onSent`. Where
   * {@link isConcurrent}, each that fails is reported through `onFailed`, and it throws at the end.
   */
  send(items: readonly OutgoingItem[], context: SendContext): Promise<void>;
}

/**
 * What somebody without the key cannot change unnoticed: of a `session` the content, names, order and number of its items, and none can
 * be sent again; of an `item` its content as a whole; or only each of the `parts` of an item, so that parts can be left out or moved.
 */
export type Protection = 'session' | 'item' | 'parts';

export interface ServeContext {
  /** What the connection holds. */
  readonly account: Account;
  readonly store: ItemStore;
  /** Aborted when the peer has left. */
  readonly gone?: AbortSignal;
  /** Aborted when the connection is lost: a peer that has only ended its sending side may still wait for an answer. */
  readonly lost?: AbortSignal;
  /** That senders may hold; several, so that each sender can have its own, and one can be retired. */
  readonly keys: readonly NamedKey[];
  readonly requireEncryption: boolean;
  /** Names of those that are accepted, as {@link acceptedDialects} takes them. */
  readonly dialects?: readonly string[];
  readonly allowPickle: boolean;
  /** Present while a pairing code is shown. */
  readonly pairing?: PairingHost;
  readonly limits: Limits;
  /** Called where the sender has shown that it holds one of the keys. */
  onKey?(key: NamedKey): void;
  /** Called after each item is durable and the sender has been told. */
  onReceived(item: AnnouncedItem): void;
  /** Called for each item that was not taken, where the connection goes on. */
  onDeclined(error: unknown): void;
}

export interface SendContext {
  /** Opens a connection to the receiver. The caller of {@link Dialect.send} closes whatever is left open. */
  connect(): Promise<Channel>;
  /** Present where the items are to be encrypted. */
  readonly key?: FernetKey;
  readonly limits: Limits;
  /** By which this sender's files are recognized again, and by nobody else guessed; one of this process unless given. */
  readonly identity?: Uint8Array;
  /** Plain bytes of the current item that have gone out (or, where the dialect confirms progress, that have arrived). */
  onProgress(item: OutgoingItem, bytes: number): void;
  /** Called where the receiver asks a person whether to take an item, which takes its time. */
  onAsked?(item: OutgoingItem): void;
  onSent(item: OutgoingItem, receipt: Receipt): void;
  /** Called for each item that the receiver did not take, or that cannot be read, where the others go on all the same. */
  onFailed(item: OutgoingItem, error: PicklepostError): void;
}
