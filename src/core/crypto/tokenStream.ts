import { InvalidTokenError } from '../errors';
import { BufferRing } from '../bufferRing';
import { encryptInto, encryptToken, tokenLength } from './fernet';
import type { FernetKey } from './keys';
import { openPiece, PIECE_HEADER, writePieceHeader, type Piece, type PieceHeader } from './piece';

/*
 * The token stream (docs/format.md): an item as a sequence of binary Fernet tokens with nothing in between, each of which
 * holds one piece. It is the form of encrypted content on the wire and at rest. Each item has its own key. With index and
 * final flag, nobody can reorder, repeat, drop or mix pieces unnoticed. All tokens except the last have the same length, so
 * the position of any piece can be computed, and an interrupted stream can resume.
 */

/**
 * Bytes of content in every piece except the last. Smaller pieces were measured to be slower; larger ones block for too
 * long.
 */
export const PIECE_SIZE = 1024 * 1024;

/** How many pieces hold so much content. Empty content is one piece. */
export function pieceCount(plainSize: number, pieceSize: number = PIECE_SIZE): number {
  return Math.max(1, Math.ceil(plainSize / pieceSize));
}

/** The offset in the stream at which the token of a piece begins. */
export function tokenOffset(index: number, pieceSize: number = PIECE_SIZE): number {
  return index * pieceTokenLength(pieceSize);
}

/** Bytes of the whole stream of so much content. */
export function streamSize(plainSize: number, pieceSize: number = PIECE_SIZE): number {
  const last = pieceCount(plainSize, pieceSize) - 1;
  return tokenOffset(last, pieceSize) + pieceTokenLength(plainSize - last * pieceSize);
}

/** Bytes of the token of a piece with so much content. */
export function pieceTokenLength(contentLength: number): number {
  return tokenLength(PIECE_HEADER + contentLength);
}

/** The token of one piece, in memory of its own. */
export function sealPiece(
  key: FernetKey,
  index: number,
  final: boolean,
  content: Uint8Array,
  pieceSize: number = PIECE_SIZE,
): Buffer {
  const token = Buffer.allocUnsafe(pieceTokenLength(content.length));
  sealInto(token, key, { final, pieceSize, index }, content);
  return token;
}

/** Makes the tokens of full pieces in the buffers of a ring. */
export class PieceSealer {
  private readonly ring: BufferRing;

  /** @param count of buffers; a token is valid until so many more have been made */
  constructor(count: number) {
    this.ring = new BufferRing(count, pieceTokenLength(PIECE_SIZE));
  }

  seal(key: FernetKey, index: number, final: boolean, content: Uint8Array): Buffer {
    if (content.length < PIECE_SIZE) return sealPiece(key, index, final, content);
    const token = this.ring.next();
    sealInto(token, key, { final, pieceSize: PIECE_SIZE, index }, content);
    return token;
  }
}

/** Makes the token of one piece in memory that has exactly its length. */
export function sealInto(token: Buffer, key: FernetKey, about: PieceHeader, content: Uint8Array): void {
  const header = Buffer.alloc(PIECE_HEADER);
  writePieceHeader(header, about);
  encryptInto(token, key, [header, content]);
}

/** Makes the tokens of one item. Uses memory for one piece, and less while the item is small. */
export class TokenStreamWriter {
  private piece = Buffer.allocUnsafeSlow(PIECE_HEADER);
  private filled = 0;
  private index = 0;

  constructor(
    private readonly key: FernetKey,
    private readonly pieceSize: number = PIECE_SIZE,
  ) {}

  /** Content that is not in a token yet, valid until the writer is used again. */
  get pending(): Buffer {
    return this.piece.subarray(PIECE_HEADER, PIECE_HEADER + this.filled);
  }

  /**
   * Takes plain content, and yields the tokens that it completes, each in memory of its own. All of them must be consumed
   * before anything else is done. There are some milliseconds of work between two of them at most.
   */
  *push(plain: Uint8Array): Generator<Buffer, void> {
    for (let at = 0; at < plain.length;) {
      // A full piece waits for more content, since only that shows that it is not the last.
      if (this.filled === this.pieceSize) yield this.seal(false);
      const part = plain.subarray(at, at + this.pieceSize - this.filled);
      this.reserve(this.filled + part.length);
      this.piece.set(part, PIECE_HEADER + this.filled);
      this.filled += part.length;
      at += part.length;
    }
  }

  /** The last token. */
  finish(): Buffer {
    return this.seal(true);
  }

  private seal(final: boolean): Buffer {
    writePieceHeader(this.piece, { final, pieceSize: this.pieceSize, index: this.index++ });
    const plain = this.piece.subarray(0, PIECE_HEADER + this.filled);
    this.filled = 0;
    return encryptToken(this.key, plain);
  }

  private reserve(contentLength: number): void {
    const needed = PIECE_HEADER + contentLength;
    if (this.piece.length >= needed) return;
    const full = PIECE_HEADER + this.pieceSize;
    const grown = Buffer.allocUnsafeSlow(Math.min(full, Math.max(needed, 2 * this.piece.length)));
    this.piece.copy(grown, 0, 0, PIECE_HEADER + this.filled);
    this.piece = grown;
  }
}

/**
 * Opens the token of one piece of an item whose size is known.
 * @returns its content, in memory of its own
 * @throws InvalidTokenError also for a token from another position
 */
export function openPieceAt(
  key: FernetKey,
  token: Buffer,
  index: number,
  plainSize: number,
  pieceSize: number = PIECE_SIZE,
): Buffer {
  const piece = openPiece(key, token);
  checkPlace(piece, index, pieceSize);
  const end = index * pieceSize + piece.content.length;
  if (piece.final ? end !== plainSize : end >= plainSize) throw new InvalidTokenError('truncated');
  return piece.content;
}

function checkPlace(piece: Piece, index: number, pieceSize: number): void {
  if (piece.pieceSize !== pieceSize) throw new InvalidTokenError('piece');
  if (piece.index !== index) throw new InvalidTokenError('order');
}
