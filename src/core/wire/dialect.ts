import type { FernetKey } from '../crypto/keys';
import type { PicklepostError } from '../errors';
import type { Limits } from '../limits';
import type { PairingHost } from '../pairing/pairing';
import type { ByteReader } from './byteReader';
import type { Channel } from './channel';
import type { AnnouncedItem, DialectName, OutgoingItem, Receipt } from '../item/item';
import type { ItemStore } from '../item/itemStore';

/**
 * One way in which two programs talk. The receive server asks each dialect in turn whether it recognizes the first bytes of a
 * connection; `src/core/wire/dialects.ts` is the table of them. Adding one touches nothing else.
 */
export interface Dialect {
  readonly name: DialectName;

  /** Looks at the first bytes of a connection, at least one. */
  recognizes(start: Uint8Array): 'yes' | 'no' | 'needs-more';

  /**
   * Serves one connection until the peer ends it. Every item goes through the context's store; a peer's mistake is answered in the
   * peer's own terms, as far as it has any, and then thrown, for the server to log. Does not close the channel.
   */
  serve(reader: ByteReader, channel: Channel, context: ServeContext): Promise<void>;

  /**
   * Sends the items in order. Throws at the first that fails; those before it have been reported through `onSent`. Where the others can
   * go on, as in the native dialect, each that fails is reported through `onFailed`, and it throws at the end.
   */
  send(items: readonly OutgoingItem[], context: SendContext): Promise<void>;
}

export interface ServeContext {
  readonly store: ItemStore;
  readonly key?: FernetKey;
  readonly requireEncryption: boolean;
  readonly allowPickle: boolean;
  /** Present while a pairing code is shown. */
  readonly pairing?: PairingHost;
  readonly limits: Limits;
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
  onSent(item: OutgoingItem, receipt: Receipt): void;
  /** Called for each item that the receiver did not take, where the others go on all the same. */
  onFailed(item: OutgoingItem, error: PicklepostError): void;
}
