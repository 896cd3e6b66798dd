import { unfinishedLength } from './utf8';

/** A part of a stream. */
export interface Piece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * Splits a stream into pieces of `size` bytes, the last of which may be smaller; an empty stream is one empty piece. If the
 * stream already comes in such pieces, nothing is copied.
 * @param where with `characters`, a piece is up to three bytes smaller, so that no UTF-8 character is split
 */
export async function* cutPieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
  where: 'bytes' | 'characters',
): AsyncGenerator<Piece, void, undefined> {
  let piece = new PieceBuilder(size);
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length;) {
      if (piece.isFull) {
        const { bytes: full } = piece;
        const end = where === 'characters' ? size - unfinishedLength(full) : size;
        yield { bytes: full.subarray(0, end), isLast: false };
        piece = new PieceBuilder(size, full.subarray(end));
      }
      at += piece.add(at === 0 ? bytes : bytes.subarray(at));
    }
  }
  yield { bytes: piece.bytes, isLast: true };
}

/** Collects up to `size` bytes; if a single part has them, it is used without copying. */
class PieceBuilder {
  private collected: Buffer = Buffer.alloc(0);
  private filled = 0;

  constructor(
    private readonly size: number,
    rest: Uint8Array = new Uint8Array(),
  ) {
    this.add(rest);
  }

  get isFull(): boolean {
    return this.filled === this.size;
  }

  get bytes(): Buffer {
    return this.collected.subarray(0, this.filled);
  }

  /** @returns how many of the bytes there was room for */
  add(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.size - this.filled);
    if (this.filled === 0) this.collected = Buffer.from(part.buffer, part.byteOffset, part.length);
    else this.append(part);
    this.filled += part.length;
    return part.length;
  }

  private append(part: Uint8Array): void {
    if (this.collected.length < this.size) {
      const whole = Buffer.allocUnsafe(this.size);
      this.collected.copy(whole);
      this.collected = whole;
    }
    this.collected.set(part, this.filled);
  }
}

/** Views of parts of at most `size` bytes, in order, for work that is better done a little at a time. */
export function* slices(bytes: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
