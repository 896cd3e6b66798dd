import type { LimitError } from '../errors';

/** Pieces are gathered into chunks of this length: as one string they would take many times their length in memory. */
const CHUNK_LENGTH = 64 * 1024;

/** Gathers text piece by piece. No piece may end or begin inside of a surrogate pair, or hold a lone surrogate. */
export class TextSink {
  private readonly chunks: Buffer[] = [];
  private chunk = '';
  private length = 0;

  constructor(
    private readonly maxLength: number,
    /** The error of {@link append} when the text grows beyond `maxLength` characters. */
    private readonly tooLong: (maxLength: number) => LimitError,
  ) {}

  /** @throws LimitError */
  append(piece: string): void {
    this.chunk += piece;
    if (this.chunk.length >= CHUNK_LENGTH || this.length + this.chunk.length > this.maxLength) this.flush();
  }

  /** All of the text in UTF-8. */
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
