import type { FernetKey } from '../crypto/keys';
import type { Content, Origin, ReceivedItem } from './item';

/** Bytes of content up to which an item is small: several are then dealt with at once, each held in memory as a whole. */
export const SMALL_ITEM = 16 * 1024;

/** What a sender says of an item before it sends any of it. */
export interface ItemOffer extends Content, Origin {
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly transfer: string;
  /** Plain bytes, where they are known beforehand. */
  readonly size?: number;
}

/** What a store says to an offer. */
export type OfferAnswer =
  | { readonly kind: 'accepted'; readonly writer: PieceWriter }
  /** The very same item is here already. */
  | { readonly kind: 'have'; readonly item: ReceivedItem };

/** An item that arrives piece by piece. Exactly one of {@link finish}, {@link suspend} and {@link discard} ends it. */
export interface PieceWriter {
  /** Whole pieces that are here. */
  readonly pieces: number;
  /** Key of the token stream: the one that was offered, or of the stream that is to be continued. */
  readonly key: FernetKey;
  /** SHA-256 of the plain content of the pieces that are here, hexadecimal. */
  prefixDigest(): Promise<string>;
  /** Begins again at the first piece, with another key. */
  restart(key: FernetKey | undefined): Promise<void>;
  /**
   * Appends the token of the next piece as it came, after checking it. Its memory is the writer's from then on.
   * @throws InvalidTokenError, PicklepostError `limit-exceeded`, `disk`
   */
  appendToken(token: Buffer): Promise<void>;
  /**
   * Appends the next plain piece, full unless it is the last. Its memory is the writer's from then on.
   * @throws PicklepostError `limit-exceeded`, `disk`
   */
  appendPlain(piece: Buffer): Promise<void>;
  /** How many pieces are here once those that were appended have been written. @throws PicklepostError `disk` */
  written(): Promise<number>;
  /** Settles when the item is durable. @throws ProtocolError if it is not what the sender says it has sent */
  finish(sent: { size: number; sha256: string }): Promise<ReceivedItem>;
  /** Keeps what is here, to be continued later. Never rejects. */
  suspend(): Promise<void>;
  /** Removes every trace. Never rejects. */
  discard(): Promise<void>;
}

/** A piece writer that does some things differently than another. */
export function changePieceWriter(
  writer: PieceWriter,
  changes: Partial<Omit<PieceWriter, 'pieces' | 'key'>>,
): PieceWriter {
  return {
    get pieces() {
      return writer.pieces;
    },
    get key() {
      return writer.key;
    },
    prefixDigest: () => writer.prefixDigest(),
    restart: (key) => writer.restart(key),
    appendToken: (token) => writer.appendToken(token),
    appendPlain: (piece) => writer.appendPlain(piece),
    written: () => writer.written(),
    finish: (sent) => writer.finish(sent),
    suspend: () => writer.suspend(),
    discard: () => writer.discard(),
    ...changes,
  };
}
