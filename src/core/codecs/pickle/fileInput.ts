import { PickleInput } from './input';

/** For fewer bytes than this, CPython peeks in a file if the file object can do so. `PREFETCH` in `Modules/_pickle.c`. */
const PREFETCH = 128 * 1024;

/**
 * Reads like CPython's C reader from a file (`pickle.load`), for which a frame is a separate buffer. If an opcode needs bytes
 * beyond the end of the frame, all of them come from the file after the frame, and the rest of the frame is lost. From memory
 * (`pickle.loads`), frames have no effect.
 */
export class FileInput extends PickleInput {
  /** The end of the data in the reader's buffer. */
  private windowEnd: number;
  /** Whether the buffer was filled by peeking, so that the position in the file is still at its start. */
  private isPrefetched = false;
  /** The position in the file. */
  private filePosition: number;
  /** The end of the bytes that the file object has buffered. */
  private fileBufferEnd = 0;

  /** @param block bytes that the file object reads at once; 0 if it cannot peek, such as `io.BytesIO` */
  constructor(
    bytes: Uint8Array,
    private readonly block: number,
  ) {
    super(bytes);
    this.windowEnd = 0;
    this.filePosition = 0;
  }

  /** Where the next `pickle.load` begins. */
  get nextStart(): number {
    return this.isPrefetched ? this.offset : this.filePosition;
  }

  /** Begins the next pickle. */
  restart(): void {
    this.filePosition = this.nextStart;
    this.windowEnd = this.filePosition;
    this.isPrefetched = false;
    this.moveTo(this.filePosition);
  }

  override finish(): void {
    // Nothing to check: reading has followed the frames already.
  }

  protected override enterFrame(size: number): void {
    this.moveTo(this.advance(size));
  }

  protected override advance(count: number): number {
    if (count > this.windowEnd - this.offset) this.readFile(count);
    return super.advance(count);
  }

  /** `_Unpickler_ReadInto` of CPython: bytes with a count that do not fit into the buffer are read from its end on. */
  protected override advanceContent(count: number): number {
    if (count > this.windowEnd - this.offset) {
      const end = this.offset + count;
      this.noteRead(this.windowEnd, end);
      this.filePosition = end;
      this.windowEnd = end;
      this.isPrefetched = false;
    }
    return super.advance(count);
  }

  protected override lineEnd(): number {
    const end = super.lineEnd();
    if (end >= 0 && end < this.windowEnd) return end;
    this.skipConsumed();
    this.moveTo(this.filePosition);
    const found = super.lineEnd();
    if (found < 0) return found;
    while (this.fileBufferEnd <= found && this.block > 0)
      this.fileBufferEnd = Math.max(this.fileBufferEnd, this.filePosition) + this.block;
    this.filePosition = found + 1;
    this.windowEnd = found + 1;
    this.isPrefetched = false;
    return found;
  }

  /** `_Unpickler_ReadFromFile` of CPython. */
  private readFile(count: number): void {
    this.skipConsumed();
    const start = this.filePosition;
    this.moveTo(start);
    if (this.block > 0 && count < PREFETCH) {
      if (this.fileBufferEnd <= start) this.fileBufferEnd = Math.min(start + this.block, this.length);
      this.windowEnd = Math.max(start, Math.min(this.fileBufferEnd, this.length));
      this.isPrefetched = true;
      if (count <= this.windowEnd - start) return;
    }
    this.noteRead(start, start + count);
    this.filePosition = start + count;
    this.windowEnd = start + count;
    this.isPrefetched = false;
  }

  private skipConsumed(): void {
    if (this.isPrefetched) this.filePosition = this.offset;
    this.isPrefetched = false;
  }

  /** Computes how far a `BufferedReader` has buffered after a read from `start` to `end`. Whole blocks bypass its buffer. */
  private noteRead(start: number, end: number): void {
    if (this.block === 0 || end <= this.fileBufferEnd) return;
    const from = Math.max(start, this.fileBufferEnd);
    const direct = Math.floor((end - from) / this.block) * this.block;
    const rest = end - from - direct;
    this.fileBufferEnd = from + direct + (rest > 0 ? this.block : 0);
  }
}
