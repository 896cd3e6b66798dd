import { createHash } from 'node:crypto';
import { rm, type FileHandle } from 'node:fs/promises';
import { FernetKey } from '../core/crypto/keys';
import { openPiece, readPieceHeader, type Piece } from '../core/crypto/piece';
import {
  PIECE_SIZE,
  PieceSealer,
  pieceTokenLength,
  streamSize,
  tokenOffset,
} from '../core/crypto/tokenStream';
import { InvalidTokenError, PicklepostError, ProtocolError } from '../core/errors';
import { Mutex } from '../core/mutex';
import { nextTurn } from '../core/turns';
import type { Arrival, ReceivedItem } from '../core/wire/item';
import type { ItemOffer, PieceWriter } from '../core/wire/transfer';
import { diskError } from './diskError';
import { describeItem, type ItemHome } from './itemWriter';
import { sealFooter } from './itemFooter';

/** Pieces after which what has arrived is made durable. */
const SYNC_PIECES = 32;

/** A file that an item is written to, and what becomes of it when the transfer is cut off. */
export interface PieceFile {
  readonly path: string;
  readonly file: FileHandle;
  /** What makes it possible to continue; undefined where it is not kept. */
  readonly kept?: {
    /** Notes another key. */
    rekey(key: FernetKey): Promise<void>;
    /** Leaves the file to be continued. */
    release(): Promise<void>;
    /** Removes what was noted. */
    forget(): Promise<void>;
  };
}

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

  private constructor(
    private readonly home: ItemHome,
    private readonly target: PieceFile,
    private readonly arrival: Arrival,
    private readonly offer: ItemOffer,
    public key: FernetKey,
  ) {}

  static create(
    home: ItemHome,
    target: PieceFile,
    arrival: Arrival,
    offer: ItemOffer,
    key = FernetKey.generate(),
  ): InboxPieceWriter {
    return new InboxPieceWriter(home, target, arrival, offer, key);
  }

  /** Takes up a stream that was cut off, as far as its pieces are whole and untouched. */
  static async resume(
    home: ItemHome,
    target: PieceFile,
    arrival: Arrival,
    offer: ItemOffer,
    key: FernetKey,
  ): Promise<InboxPieceWriter> {
    const writer = new InboxPieceWriter(home, target, arrival, offer, key);
    await writer.readBack();
    writer.isContinued = writer.pieces > 0;
    return writer;
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
      await this.target.file.truncate(0);
      await this.target.kept?.rekey(key);
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
      await this.writeAt(sealFooter(this.home.footerKey, { item, key: this.key }), this.streamLength);
      await this.target.file.sync();
      await this.target.file.close();
      this.hasEnded = true;
      try {
        return await this.home.adopt(this.target.path, item);
      } finally {
        await this.target.kept?.forget().catch(() => undefined);
      }
    });
  }

  suspend(): Promise<void> {
    return this.steps.run(async () => {
      await this.writing.catch(() => undefined);
      const { file, kept } = this.target;
      if (!kept || this.pieces === 0) return this.remove();
      if (this.hasEnded) return;
      this.hasEnded = true;
      await file.close().catch(() => undefined);
      await kept.release().catch(() => undefined);
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
    await this.target.file.close().catch(() => undefined);
    await rm(this.target.path, { force: true }).catch(() => undefined);
    await this.target.kept?.forget().catch(() => undefined);
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
    const token = Buffer.allocUnsafeSlow(pieceTokenLength(PIECE_SIZE));
    await this.target.file.read(token, 0, token.length, tokenOffset(this.taken - 1));
    const { content } = openPiece(this.key, token);
    this.taken = --this.pieces;
    this.plainSize -= content.length;
    return content;
  }

  private async sealHeld(final: boolean): Promise<void> {
    const piece = this.held ?? Buffer.alloc(0);
    this.held = undefined;
    const isEmptyRest = piece.length === 0 && this.taken > 0;
    if (final ? piece.length > PIECE_SIZE || isEmptyRest : piece.length !== PIECE_SIZE) throw notWhole();
    await this.write(this.sealer.seal(this.key, this.taken, final, piece), piece.length);
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
    await this.writeAt(token, tokenOffset(index));
    this.pieces = index + 1;
    if (this.pieces % SYNC_PIECES === 0) await this.target.file.datasync();
  }

  /** A disk that is nearly full takes less than it is given, without an error. */
  private async writeAt(bytes: Buffer, position: number): Promise<void> {
    for (let at = 0; at < bytes.length;)
      at += (await this.target.file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }

  /** Reads what is here of a stream; from the first piece that is not whole or not of this stream on, it is cut off. */
  private async readBack(): Promise<void> {
    const token = Buffer.allocUnsafeSlow(tokenOffset(1));
    while (!this.hasFinal) {
      const { bytesRead } = await this.target.file.read(token, 0, token.length, tokenOffset(this.pieces));
      const piece = tryOpen(this.key, token.subarray(0, bytesRead), this.pieces);
      // A plain sender has to send its last piece again: only its end message tells that it is the last.
      if (!piece || (piece.final && !this.arrival.encrypted)) break;
      this.digest.update(piece.content);
      this.plainSize += piece.content.length;
      this.taken = ++this.pieces;
      this.hasFinal = piece.final;
    }
    await this.target.file.truncate(this.streamLength);
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

function tryOpen(key: FernetKey, token: Buffer, index: number): Piece | undefined {
  try {
    const piece = openPiece(key, token);
    return piece.index === index && piece.pieceSize === PIECE_SIZE ? piece : undefined;
  } catch {
    return undefined;
  }
}

/** For an item whose pieces are not what its sender says of it. */
export function notWhole(): ProtocolError {
  return new ProtocolError(
    'InvalidContent',
    'What arrived is not what the sender says it has sent. Send it again.',
  );
}
