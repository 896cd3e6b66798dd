import { detach } from '../../core/bufferRing';
import { PIECE_SIZE } from '../../core/crypto/tokenStream';

/** Collects content in parts of any length until it is one piece. Its memory grows with the content, and is used again. */
export class CollectedPiece {
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
