import type { LimitError } from '../errors';

/** Pieces are collected in chunks of this length. A single growing string would take many times its length in memory. */
const CHUNK_LENGTH = 64 * 1024;

/** Collects text piece by piece. A piece must not split a surrogate pair, or hold a lone surrogate. */
export class TextSink {
  private readonly chunks: Buffer[] = [];
  private chunk = '';
  private length = 0;

  constructor(
    private readonly maxLength: number,
    /** Makes the error of {@link append} for a text of more than `maxLength` characters. */
    private readonly tooLong: (maxLength: number) => LimitError,
  ) {}

  /** @throws LimitError */
  append(piece: string): void {
    this.chunk += piece;
    if (this.chunk.length >= CHUNK_LENGTH || this.length + this.chunk.length > this.maxLength) this.flush();
  }

  /** The complete text in UTF-8. */
  toBuffer(): Buffer {
    this.flush();
    return Buffer.concat(this.chunks);
  }

  toString(): string {
    return this.toBuffer().toString();
  }

  private flush(): void {
    this.length += this.chunk.length;
    if (this.length > this.maxLength) throw this.tooLong(this.maxLength);
    this.chunks.push(Buffer.from(this.chunk));
    this.chunk = '';
  }
}
