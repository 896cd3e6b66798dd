import { createHash } from 'node:crypto';
import { detach, detachAll } from '../../core/bufferRing';
import type { FernetKey } from '../../core/crypto/keys';
import { openPiece, type Piece, readPieceHeader } from '../../core/crypto/piece';
import { PIECE_SIZE, pieceTokenLength, streamSize, tokenOffset } from '../../core/crypto/tokenStream';
import { CancelledError, InvalidTokenError } from '../../core/errors';
import type { Arrival, Content, ReceivedItem } from '../../core/item/item';
import type { ItemOffer, ItemWriter, SentContent } from '../../core/item/itemStore';
import { Mutex } from '../../core/scheduling/mutex';
import { nextTurn } from '../../core/scheduling/turns';
import { shareAddressOf } from '../../core/wire/address';
import { diskError } from '../disk/diskError';
import type { Arriving, DiskSpace } from '../disk/diskSpace';
import type { PieceFile } from './pieceFile';
import type { PrefixCache } from './prefixCache';
import { itemMetadata } from './itemMetadata';
import type { ItemCommitter } from './itemCommitter';
import { sealFooter } from './itemFooter';
import { checkContent, deleted, notWhole, takenOver } from './itemFailures';
import { type SealedPiece, StreamSealer } from './streamSealer';
import { say } from '../../core/text';

/** Number of pieces after which the file is synced, so that the end of a large item does not have to wait for all of it. */
const SYNC_PIECES = 32;

/** Where arriving items are stored. */
export interface ItemStorage {
  readonly committer: ItemCommitter;
  /** Folder for items that cannot be resumed. */
  readonly incoming: string;
  readonly diskSpace: DiskSpace;
}

/** The properties of an item that are known when it begins. */
export interface ItemBeginning {
  readonly arrival: Arrival;
  /** The description by its sender; undefined for a stream, about which nothing is known before it ends. */
  readonly offer?: ItemOffer;
  readonly key: FernetKey;
  /** Called when it has ended, in whatever way. */
  readonly onEnd?: () => void;
  /** Hashes of beginnings that are kept to be resumed. */
  readonly prefixes?: PrefixCache;
}

/**
 * Stores an item in a file that only grows, token by token, and ends with the footer. For an offered item, tokens are
 * checked and written as received; a stream is plain, comes in parts of any length, and is sealed here. Holds no piece that
 * has been written.
 */
export class InboxItemWriter implements ItemWriter, Arriving {
  /** Pieces that have been written. */
  pieces = 0;
  key: FernetKey;
  /** When content was last written, by the clock of `performance`. */
  changedAt = -Infinity;
  private readonly arrival: Arrival;
  /** The flow of the work: the address of the sender. */
  private readonly flow: string;
  private readonly offer: ItemOffer | undefined;
  /** Pieces that have been taken; the last of them may still be in the process of being written. */
  private taken = 0;
  /** The running write, while the next piece is checked or sealed. */
  private writing = Promise.resolve();
  private plainSize = 0;
  private hasFinal = false;
  private hasEnded = false;
  /** The error for calls after it has ended. */
  private reason = takenOver;
  /** A continued key may have sealed other content before, so resumed content is opened, and compared as a whole. */
  private isContinued = false;
  /** The hash of the plain content. For an offered item, only the sender computes it, unless the item is resumed. */
  private digest = createHash('sha256');
  /** Seals the content of a stream. */
  private readonly sealer = new StreamSealer({
    next: () => ({ key: this.key, index: this.taken }),
    update: (content) => void this.digest.update(content),
    append: (piece) => this.append(piece),
    takeBackLast: () => this.takeBackLast(),
  });
  private readonly steps = new Mutex();

  constructor(
    private readonly beginning: ItemBeginning,
    private readonly target: PieceFile,
    private readonly storage: ItemStorage,
  ) {
    this.arrival = beginning.arrival;
    this.flow = shareAddressOf(this.arrival.from);
    this.offer = beginning.offer;
    this.key = beginning.key;
  }

  /**
   * Resumes an interrupted stream: cuts off whatever is incomplete, or not of this stream. To be called first.
   * @param disconnected aborted when nobody waits for it any more; what has been read until then need not be read again
   * @throws CancelledError then
   */
  async resume(disconnected?: AbortSignal): Promise<void> {
    this.takePrefix();
    for (let goesOn = true; goesOn;) {
      if (disconnected?.aborted) {
        this.keepPrefix();
        throw new CancelledError();
      }
      goesOn = await this.target.visitPiece(this.key, this.pieces, (piece) => this.takeUp(piece));
      await nextTurn(this.flow);
    }
    this.isContinued = this.pieces > 0;
    await this.target.truncate(this.streamLength);
  }

  private takeUp({ content, final }: Piece): void {
    this.digest.update(content);
    this.plainSize += content.length;
    this.taken = ++this.pieces;
    this.hasFinal = final;
  }

  prefixDigest(): Promise<string> {
    return Promise.resolve(this.digest.copy().digest('hex'));
  }

  restart(key: FernetKey): Promise<void> {
    return this.step(async () => {
      await this.writing;
      this.key = key;
      this.pieces = this.taken = 0;
      this.plainSize = 0;
      this.hasFinal = false;
      this.isContinued = false;
      this.digest = createHash('sha256');
      await this.target.restart(key);
    });
  }

  writeToken(token: Buffer): Promise<void> {
    return this.step(async () => {
      const header = readPieceHeader(this.key, token);
      if (this.hasFinal || header.index !== this.taken || header.pieceSize !== PIECE_SIZE)
        throw new InvalidTokenError('order');
      const content = header.final || this.isContinued ? openPiece(this.key, token).content : undefined;
      if (content && this.isContinued) this.digest.update(content);
      const length = content?.length ?? PIECE_SIZE;
      if (content) detachAll(content);
      if (token.length !== pieceTokenLength(length)) throw new InvalidTokenError('piece');
      await this.append({ token, length, final: header.final, onWritten: () => detach(token) });
    });
  }

  write(plain: Buffer): Promise<void> {
    return this.step(() => this.sealer.add(plain));
  }

  async written(): Promise<number> {
    try {
      await this.writing;
      return this.pieces;
    } catch (error) {
      throw diskError(say`Cannot store the item`, error);
    }
  }

  async *content(): AsyncGenerator<Buffer, void> {
    await this.writing;
    for (let index = 0; index < this.pieces; index++) {
      const { content } = await this.target.piece(this.key, index);
      try {
        yield content;
      } finally {
        detachAll(content);
      }
    }
    if (this.sealer.rest.length > 0) yield this.sealer.rest;
  }

  finish(end: SentContent | Content): Promise<ReceivedItem> {
    return this.step(async () => {
      if (!this.offer && !this.hasFinal) await this.sealer.finish();
      await this.writing;
      if (!this.hasFinal) throw notWhole();
      const item = this.describe(end);
      const { committer } = this.storage;
      await this.target.write(sealFooter(committer.footerKey, { item, key: this.key }), this.streamLength);
      await this.target.finish();
      this.hasEnded = true;
      try {
        return await committer.commit(this.target.path, item);
      } finally {
        this.sealer.release();
        await this.target.forget();
        this.beginning.onEnd?.();
      }
    });
  }

  suspend(): Promise<void> {
    return this.steps.run(async () => {
      await this.writing.catch(() => undefined);
      if (!this.target.isKept || this.pieces === 0) return this.remove();
      if (this.hasEnded) return;
      this.hasEnded = true;
      if (this.isContinued) this.keepPrefix();
      await this.target.release();
      this.beginning.onEnd?.();
    });
  }

  discard(): Promise<void> {
    return this.steps.run(() => this.remove());
  }

  /** As {@link discard}, for a person who does not want the item: its sender is told. */
  cancel(): Promise<void> {
    return this.steps.run(async () => {
      if (!this.hasEnded) this.reason = deleted;
      await this.remove();
    });
  }

  /** Plain bytes that are still to come, as far as the sender has said. */
  get missing(): number {
    return this.hasEnded ? 0 : Math.max(0, (this.offer?.size ?? 0) - this.pieces * PIECE_SIZE);
  }

  /** For an interrupted item, the hash is known as far as it has been computed in this process. */
  private takePrefix(): void {
    const known = this.beginning.prefixes?.take(this.offer?.transfer ?? '', this.key);
    if (!known) return;
    this.digest = known.digest;
    this.taken = this.pieces = known.pieces;
    this.plainSize = known.size;
  }

  private keepPrefix(): void {
    const { digest, key, pieces, plainSize: size } = this;
    // All of a stream with a last piece was hashed, so the hash of what precedes that piece is not known.
    const isPrefix = !this.hasFinal && this.taken === pieces && size === pieces * PIECE_SIZE;
    if (isPrefix) this.beginning.prefixes?.keep(this.offer?.transfer ?? '', { digest, key, pieces, size });
  }

  /** Bytes that have been written. */
  get received(): number {
    return this.pieces * PIECE_SIZE;
  }

  private async remove(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.writing.catch(() => undefined);
    this.sealer.release();
    await this.target.remove();
    this.beginning.onEnd?.();
  }

  private get streamLength(): number {
    return this.hasFinal ? streamSize(this.plainSize) : tokenOffset(this.pieces);
  }

  /** For a stream that ended with a full piece: only the end shows that it was the last one. @returns its content */
  private async takeBackLast(): Promise<Buffer> {
    await this.writing;
    const { content } = await this.target.piece(this.key, this.taken - 1);
    this.taken = --this.pieces;
    this.plainSize -= content.length;
    return content;
  }

  /** Waits for the previous piece, not for this one. The next caller gets the outcome of this one. */
  private async append({ token, length, final, onWritten }: SealedPiece): Promise<void> {
    await this.writing;
    const index = this.taken++;
    this.plainSize += length;
    this.hasFinal = final;
    this.writing = this.writeAt(token, index).then(onWritten);
    this.writing.catch(() => undefined);
  }

  private async writeAt(token: Buffer, index: number): Promise<void> {
    const { incoming, diskSpace } = this.storage;
    await diskSpace.check(incoming, token.length, this);
    await this.target.write(token, tokenOffset(index));
    this.pieces = index + 1;
    this.changedAt = performance.now();
    diskSpace.note(this);
    if (this.pieces % SYNC_PIECES === 0) await this.target.sync();
  }

  private describe(end: SentContent | Content): ReceivedItem {
    const sent = 'sha256' in end ? end : undefined;
    const about = 'kind' in end ? end : this.offer;
    if (!about) throw new Error('a stream ends with what it is');
    const here = { size: this.plainSize, digest: this.digest, isHashed: !sent || this.isContinued };
    return itemMetadata(this.arrival, about, checkContent(sent, here));
  }

  /** One after another, so that the next owner of the transfer finds it in order. */
  private step<T>(work: () => Promise<T>): Promise<T> {
    return this.steps.run(async () => {
      if (this.hasEnded) throw this.reason();
      try {
        return await work();
      } catch (error) {
        // A stream cannot be resumed.
        if (!this.offer) await this.remove();
        throw diskError(say`Cannot store the item`, error);
      }
    });
  }
}
