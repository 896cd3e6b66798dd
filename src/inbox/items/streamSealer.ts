import { BufferPool, detach, detachAll } from '../../core/bufferRing';
import type { FernetKey } from '../../core/crypto/keys';
import { PIECE_SIZE, pieceTokenLength, sealInto, sealPiece } from '../../core/crypto/tokenStream';
import { CollectedPiece } from './collectedPiece';

/** A piece of an item, as it is stored. */
export interface SealedPiece {
  readonly token: Buffer;
  /** Bytes of its content. */
  readonly length: number;
  /** Whether it is the last one. */
  readonly final: boolean;
  /** Called when the token is no longer needed, unless writing it fails. */
  readonly onWritten?: () => void;
}

/** The destination of the pieces of a stream. */
export interface PieceSink {
  /** The key that seals the next piece, and the index of that piece. */
  next(): { readonly key: FernetKey; readonly index: number };
  /** Called with all content, in order. */
  update(content: Buffer): void;
  append(piece: SealedPiece): Promise<void>;
  /** Takes the last piece back, which was full. @returns its content */
  takeBackLast(): Promise<Buffer>;
}

/** Buffers for tokens of full pieces that are kept for the next ones, in the whole process. */
const TOKENS_KEPT = 8;
const tokens = new BufferPool(pieceTokenLength(PIECE_SIZE), TOKENS_KEPT);

/** Seals a stream, which comes in parts of any length, piece by piece. */
export class StreamSealer {
  private readonly collected = new CollectedPiece();

  constructor(private readonly sink: PieceSink) {}

  /** Content that is not in a piece yet, valid until more is added. */
  get rest(): Buffer {
    return this.collected.content;
  }

  /** Frees its memory. To be called last. */
  release(): void {
    this.collected.release();
  }

  /** @param plain may be used again when this settles */
  async add(plain: Buffer): Promise<void> {
    for (let at = 0; at < plain.length;) {
      const part = plain.subarray(at, at + PIECE_SIZE);
      const isPiece = this.collected.length === 0 && part.length === PIECE_SIZE;
      const count = isPiece ? PIECE_SIZE : this.collected.add(part);
      this.sink.update(part.subarray(0, count));
      at += count;
      if (isPiece) await this.seal(part, false);
      else if (this.collected.length === PIECE_SIZE) await this.sealCollected(false);
    }
  }

  /** Seals what is left as the last piece. */
  async finish(): Promise<void> {
    const isBegun = this.sink.next().index > 0;
    if (this.collected.length > 0 || !isBegun) await this.sealCollected(true);
    else await this.sealAgain(await this.sink.takeBackLast());
  }

  private async sealAgain(last: Buffer): Promise<void> {
    await this.seal(last, true);
    detachAll(last);
  }

  private async sealCollected(final: boolean): Promise<void> {
    await this.seal(this.collected.content, final);
    this.collected.clear();
  }

  /** The content may be used again when this settles. */
  private async seal(content: Buffer, final: boolean): Promise<void> {
    const { key, index } = this.sink.next();
    const { length } = content;
    if (length < PIECE_SIZE) {
      const token = sealPiece(key, index, final, content);
      await this.sink.append({ token, length, final, onWritten: () => detach(token) });
      return;
    }
    const token = tokens.take();
    sealInto(token, key, { final, pieceSize: PIECE_SIZE, index }, content);
    await this.sink.append({ token, length, final, onWritten: () => tokens.give(token) });
  }
}
