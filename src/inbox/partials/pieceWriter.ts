import { createHash } from 'node:crypto';
import { FernetKey } from '../../core/crypto/keys';
import { openPiece, readPieceHeader } from '../../core/crypto/piece';
import {
  PIECE_SIZE,
  PieceSealer,
  pieceTokenLength,
  streamSize,
  tokenOffset,
} from '../../core/crypto/tokenStream';
import { InvalidTokenError, PicklepostError, ProtocolError } from '../../core/errors';
import { detach } from '../../core/bufferRing';
import { Mutex } from '../../core/scheduling/mutex';
import { nextTurn } from '../../core/scheduling/turns';
import type { Arrival, ReceivedItem } from '../../core/item/item';
import type { ItemOffer, PieceWriter } from '../../core/item/transfer';
import { diskError } from '../disk/diskError';
import { sealFooter } from '../items/itemFooter';
import type { ItemCommitter } from '../items/itemCommitter';
import { describeItem } from '../items/itemWriter';
import type { PieceFile } from './pieceFile';

/** Pieces after which what has arrived is made durable. */
const SYNC_PIECES = 32;

/** Stores an item that comes in pieces: as tokens, which are checked and written as they are, or plain, and sealed here. */
export class InboxPieceWriter implements PieceWriter {
  /** Pieces that have been written. */
  pieces = 0;
  /** Pieces that have been taken; the last of them may still be being written. */
  private taken = 0;
  /** Goes on while the next piece is checked or sealed. */
  private writing = Promise.resolve();
  private plainSize = 0;
  private hasFinal = false;
  private hasEnded = false;
  /** What whoever goes on is told once it has ended. */
  private reason = takenOver;
  /** A continued key may have sealed other content before, so what is continued is opened, and compared as a whole. */
  private isContinued = false;
  /** Of the plain content; in a session with keys only the sender computes it, unless the item is continued. */
  private digest = createHash('sha256');
  /** A full plain piece waits for more where neither the offer nor what follows tells that it is not the last. */
  private held: Buffer | undefined;
  /** When a piece is sealed, the one before it may still be being written. */
  private readonly sealer = new PieceSealer(2);
  private readonly steps = new Mutex();

  constructor(
    private readonly committer: ItemCommitter,
    private readonly target: PieceFile,
    private readonly arrival: Arrival,
    private readonly offer: ItemOffer,
    public key: FernetKey,
  ) {}

  /** Takes up a stream that was cut off: what is not whole, or not of this stream, is cut off. To be called before all else. */
  async resume(): Promise<void> {
    for await (const piece of this.target.pieces(this.key)) {
      // A plain sender has to send its last piece again: only its end message tells that it is the last.
      if (piece.final && !this.arrival.encrypted) break;
      this.digest.update(piece.content);
      this.plainSize += piece.content.length;
      this.taken = ++this.pieces;
      this.hasFinal = piece.final;
    }
    this.isContinued = this.pieces > 0;
    await this.target.truncate(this.streamLength);
  }

  prefixDigest(): Promise<string> {
    return Promise.resolve(this.digest.copy().digest('hex'));
  }

  restart(key: FernetKey = FernetKey.generate()): Promise<void> {
    return this.step(async () => {
      await this.writing;
      this.key = key;
      this.pieces = this.taken = 0;
      this.plainSize = 0;
      this.hasFinal = false;
      this.held = undefined;
      this.isContinued = false;
      this.digest = createHash('sha256');
      await this.target.restart(key);
    });
  }

  appendToken(token: Buffer): Promise<void> {
    return this.step(async () => {
      const header = readPieceHeader(this.key, token);
      if (this.hasFinal || header.index !== this.taken || header.pieceSize !== PIECE_SIZE)
        throw new InvalidTokenError('order');
      const content = header.final || this.isContinued ? openPiece(this.key, token).content : undefined;
      if (content && this.isContinued) this.digest.update(content);
      const length = content?.length ?? PIECE_SIZE;
      if (token.length !== pieceTokenLength(length)) throw new InvalidTokenError('piece');
      await this.write(token, length);
      this.hasFinal = header.final;
      void this.writing.then(
        () => detach(token),
        () => undefined,
      );
    });
  }

  appendPlain(piece: Buffer): Promise<void> {
    return this.step(async () => {
      if (this.held) await this.sealHeld(false);
      this.digest.update(piece);
      this.held = piece;
      await nextTurn();
      if (piece.length === PIECE_SIZE && this.plainSize + PIECE_SIZE < (this.offer.size ?? 0))
        await this.sealHeld(false);
    });
  }

  async written(): Promise<number> {
    try {
      await this.writing;
      return this.pieces;
    } catch (error) {
      throw diskError('store the item', error);
    }
  }

  finish(sent: { size: number; sha256: string }): Promise<ReceivedItem> {
    return this.step(async () => {
      if (!this.arrival.encrypted) await this.sealLast();
      await this.writing;
      if (!this.hasFinal || this.plainSize !== sent.size) throw notWhole();
      const isHashed = !this.arrival.encrypted || this.isContinued;
      if (isHashed && this.digest.digest('hex') !== sent.sha256) throw notWhole();
      const item = describeItem(this.arrival, this.offer, sent);
      await this.target.write(
        sealFooter(this.committer.footerKey, { item, key: this.key }),
        this.streamLength,
      );
      await this.target.finish();
      this.hasEnded = true;
      try {
        return await this.committer.commit(this.target.path, item);
      } finally {
        await this.target.forget();
      }
    });
  }

  suspend(): Promise<void> {
    return this.steps.run(async () => {
      await this.writing.catch(() => undefined);
      if (!this.target.isKept || this.pieces === 0) return this.remove();
      if (this.hasEnded) return;
      this.hasEnded = true;
      await this.target.release();
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
    return this.hasEnded ? 0 : Math.max(0, (this.offer.size ?? 0) - this.pieces * PIECE_SIZE);
  }

  private async remove(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.writing.catch(() => undefined);
    await this.target.remove();
  }

  private get streamLength(): number {
    return this.hasFinal ? streamSize(this.plainSize) : tokenOffset(this.pieces);
  }

  private async sealLast(): Promise<void> {
    // Shorter than was offered: the piece before turns out to have been the last one.
    if (!this.held && this.taken > 0) this.held = await this.takeBack();
    await this.sealHeld(true);
  }

  /** Opens the piece that was written last, to be sealed anew in its place. */
  private async takeBack(): Promise<Buffer> {
    await this.writing;
    const { content } = await this.target.piece(this.key, this.taken - 1);
    this.taken = --this.pieces;
    this.plainSize -= content.length;
    return content;
  }

  private async sealHeld(final: boolean): Promise<void> {
    const piece = this.held ?? Buffer.alloc(0);
    this.held = undefined;
    const isEmptyRest = piece.length === 0 && this.taken > 0;
    if (final ? piece.length > PIECE_SIZE || isEmptyRest : piece.length !== PIECE_SIZE) throw notWhole();
    const token = this.sealer.seal(this.key, this.taken, final, piece);
    await this.write(token, piece.length);
    detach(piece);
    this.hasFinal = final;
  }

  /** Waits for the piece before, not for this one. What becomes of this one is told to whoever asks next. */
  private async write(token: Buffer, contentLength: number): Promise<void> {
    await this.writing;
    const index = this.taken++;
    this.plainSize += contentLength;
    this.writing = this.writePiece(token, index);
    this.writing.catch(() => undefined);
  }

  private async writePiece(token: Buffer, index: number): Promise<void> {
    await this.target.write(token, tokenOffset(index));
    this.pieces = index + 1;
    if (this.pieces % SYNC_PIECES === 0) await this.target.sync();
  }

  /** One after another, so that whoever takes over the transfer finds it in order. */
  private step<T>(work: () => Promise<T>): Promise<T> {
    return this.steps.run(async () => {
      if (this.hasEnded) throw this.reason();
      try {
        return await work();
      } catch (error) {
        throw diskError('store the item', error);
      }
    });
  }
}

function takenOver(): PicklepostError {
  return new PicklepostError(
    'refused',
    'The same file is being sent over another connection. Wait for that one.',
  );
}

function deleted(): PicklepostError {
  return new PicklepostError('cancelled', 'The receiver deleted it. Ask there before you send it again.');
}

/** For an item whose pieces are not what its sender says of it. */
export function notWhole(): ProtocolError {
  return new ProtocolError(
    'InvalidContent',
    'What arrived is not what the sender says it has sent. Send it again.',
  );
}
