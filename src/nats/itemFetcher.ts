import { createHash, type Hash } from 'node:crypto';
import { detach } from '../core/bufferRing';
import { isAllowed } from '../core/codecs/formats';
import type { Piece } from '../core/crypto/piece';
import { FernetKey } from '../core/crypto/keys';
import { PIECE_SIZE, sealPiece } from '../core/crypto/tokenStream';
import { LimitError, PickleDisabledError, ProtocolError } from '../core/errors';
import type { AnnouncedItem, Arrival } from '../core/item/item';
import type { ItemOffer, ItemStore, ItemWriter } from '../core/item/itemStore';
import type { Limits } from '../core/limits';
import { Semaphore } from '../core/scheduling/semaphore';
import { nextTurn } from '../core/scheduling/turns';
import { say } from '../core/text';
import { SHARED_INBOX } from '../core/wire/dialects';
import type { JetStreamManager } from './library';
import { SHARED_PIECE, type ManifestMessage, type Manifest } from './manifest';
import { MissingPieceError, openSharedPiece, PieceFetcher } from './pieceFetcher';

/** Where items are stored, and which are accepted. */
export interface ItemTarget {
  readonly store: ItemStore;
  readonly allowPickle: boolean;
  readonly limits: Pick<Limits, 'itemSize'>;
}

/** Pieces of a shared inbox in one piece of a stored item. */
const RATIO = PIECE_SIZE / SHARED_PIECE;
/** Items of several pieces that are fetched at once. */
const LARGE_AT_ONCE = 2;

/** Brings items from a shared inbox into a store. */
export class ItemFetcher {
  private readonly large = new Semaphore(LARGE_AT_ONCE);

  constructor(
    private readonly manager: JetStreamManager,
    /** The local name of the inbox's key. */
    private readonly keyName: string,
    private readonly target: ItemTarget,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Settles when the item is durable in the store, or was already there.
   * @throws MissingPieceError, LimitError, PickleDisabledError, CancelledError, PicklepostError
   */
  async fetch(message: ManifestMessage): Promise<AnnouncedItem> {
    const { manifest } = message;
    this.check(manifest);
    const answer = await this.target.store.offer(
      arrivalOf(manifest, this.keyName),
      offerOf(manifest),
      FernetKey.generate(),
      { disconnected: this.signal },
    );
    if (answer.kind === 'have') return { ...answer.item, existed: true };
    const store = (): Promise<AnnouncedItem> => this.store(answer.writer, message);
    return message.content.length > 0 ? store() : this.large.run(store);
  }

  private check({ format, size }: Manifest): void {
    const { limits } = this.target;
    if (!isAllowed(format, this.target)) throw new PickleDisabledError();
    if (size > limits.itemSize)
      throw new LimitError(
        say`The item`,
        limits.itemSize,
        say`bytes`,
        say`Allow larger items in the settings of this receiver.`,
      );
  }

  private async store(writer: ItemWriter, message: ManifestMessage): Promise<AnnouncedItem> {
    const { size, sha256 } = message.manifest;
    try {
      // For a resumed item, the writer compares the hash.
      const hash = writer.pieces === 0 ? createHash('sha256') : undefined;
      await this.write(writer, message, hash);
      if (hash && hash.digest('hex') !== sha256) throw notWhole();
      return await writer.finish({ size, sha256, isComputed: true });
    } catch (error) {
      await (error instanceof ProtocolError ? writer.discard() : writer.suspend());
      throw error;
    }
  }

  private async write(writer: ItemWriter, message: ManifestMessage, hash: Hash | undefined): Promise<void> {
    const collected: Piece[] = [];
    let next = writer.pieces;
    for await (const piece of this.pieces(message, writer.pieces * RATIO)) {
      hash?.update(piece.content);
      collected.push(piece);
      if (collected.length < RATIO && !piece.final) continue;
      const content = Buffer.concat(collected.map((one) => one.content));
      for (const one of collected.splice(0)) detach(one.content);
      await writer.writeToken(sealPiece(writer.key, next++, piece.final, content));
      await nextTurn();
    }
  }

  private async *pieces({ manifest, content }: ManifestMessage, first: number): AsyncGenerator<Piece, void> {
    if (content.length === 0)
      return yield* new PieceFetcher(this.manager, manifest, this.signal).pieces(first);
    const piece = openSharedPiece(manifest, content, 0);
    if (!piece) throw new MissingPieceError(manifest.name, 0, 1);
    yield piece;
  }
}

/** The origin of an item from a shared inbox: its sender holds the key, and has the name that the server let it use. */
function arrivalOf({ inbox, sender }: Manifest, key: string): Arrival {
  return { dialect: SHARED_INBOX.name, from: `${sender}@${inbox}`, encrypted: true, key };
}

function offerOf({ item, kind, format, name, path, mode, modified, size }: Manifest): ItemOffer {
  return {
    transfer: item,
    kind,
    ...(format !== undefined && { format }),
    name,
    ...(path !== undefined && { path }),
    ...(mode !== undefined && { mode }),
    ...(modified !== undefined && { modified }),
    size,
  };
}

function notWhole(): ProtocolError {
  return new ProtocolError(
    'InvalidContent',
    say`The content of an item does not match what its sender announced.`,
  );
}
