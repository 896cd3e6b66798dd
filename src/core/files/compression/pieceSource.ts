import { checkedEnd, type ByteSource } from '../../values/byteSource';

const PIECE = 1024 * 1024;

/** Bytes that are appended in pieces. They stay in these pieces, because a single growing buffer would take more time and memory. */
export class PieceSource implements ByteSource {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  get size(): number {
    return this.length;
  }

  append(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length;) {
      const at = this.length % PIECE;
      if (at === 0) this.pieces.push(new Uint8Array(PIECE));
      const part = bytes.subarray(taken, taken + PIECE - at);
      this.pieces.at(-1)?.set(part, at);
      taken += part.length;
      this.length += part.length;
    }
  }

  read(offset: number, length: number): Uint8Array {
    const end = checkedEnd(this, offset, length);
    const first = Math.floor(offset / PIECE);
    const inFirst = offset - first * PIECE;
    if (inFirst + length <= PIECE) return (this.pieces[first] ?? EMPTY).subarray(inFirst, inFirst + length);
    const bytes = new Uint8Array(length);
    for (let at = offset; at < end;) {
      const from = at % PIECE;
      const part = (this.pieces[Math.floor(at / PIECE)] ?? EMPTY).subarray(
        from,
        Math.min(PIECE, from + end - at),
      );
      bytes.set(part, at - offset);
      at += part.length;
    }
    return bytes;
  }
}

const EMPTY = new Uint8Array(0);
