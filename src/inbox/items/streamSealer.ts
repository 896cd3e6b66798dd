import { BufferPool, detach, detachAll } from '../../core/bufferRing';
import type { FernetKey } from '../../core/crypto/keys';
import { PIECE_SIZE, pieceTokenLength, sealInto, sealPiece } from '../../core/crypto/tokenStream';

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

/** Collects content in parts of any length until it is one piece. Its memory grows with the content, and is used again. */
class CollectedPiece {
  private memory = Buffer.alloc(0);
  private filled = 0;

  get length(): number {
    return this.filled;
  }

  /** The content, valid until more is added. */
  get content(): Buffer {
    return this.memory.subarray(0, this.filled);
  }

  /** @returns how many of the bytes there was room for */
  add(bytes: Uint8Array): number {
    const part = bytes.subarray(0, PIECE_SIZE - this.filled);
    this.reserve(this.filled + part.length);
    this.memory.set(part, this.filled);
    this.filled += part.length;
    return part.length;
  }

  clear(): void {
    this.filled = 0;
  }

  /** Frees its memory at once: under attack, hundreds of pieces in a second are never completed. */
  release(): void {
    this.filled = 0;
    detach(this.memory);
    this.memory = Buffer.alloc(0);
  }

  private reserve(length: number): void {
    if (this.memory.length >= length) return;
    const grown = Buffer.allocUnsafeSlow(Math.min(PIECE_SIZE, Math.max(length, 2 * this.memory.length)));
    this.memory.copy(grown, 0, 0, this.filled);
    detach(this.memory);
    this.memory = grown;
  }
}
