import { PickleInput } from './input';

/** Below this many bytes, CPython looks ahead in a file that can. `PREFETCH` in `Modules/_pickle.c`. */
const PREFETCH = 128 * 1024;

/**
 * Reads like CPython's C reader from a file (`pickle.load`): a frame is a buffer of its own. Bytes that an opcode needs
 * beyond its end come from the file after it, and the rest of the frame is lost. From memory (`pickle.loads`), frames have
 * no effect.
 */
export class FileInput extends PickleInput {
  /** The end of the data in the reader's buffer. */
  private windowEnd: number;
  /** Whether that has only been looked at, so that the file stands where it begins. */
  private isPrefetched = false;
  /** Where the file stands. */
  private filePosition: number;
  /** How far the file object has read ahead. */
  private fileBufferEnd = 0;

  /** @param block bytes that the file object reads at once; 0 where it cannot look ahead, such as `io.BytesIO` */
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
    // Whatever a frame said has had its effect.
  }

  protected override enterFrame(size: number): void {
    this.moveTo(this.advance(size));
  }

  protected override advance(count: number): number {
    if (count > this.windowEnd - this.offset) this.readFile(count);
    return super.advance(count);
  }

  /** `_Unpickler_ReadInto`: counted bytes that do not fit the buffer follow it. */
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

  /** `_Unpickler_ReadFromFile` */
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

  /** How far a `BufferedReader` has read ahead when it has been read from `start` to `end`: large reads go past its buffer. */
  private noteRead(start: number, end: number): void {
    if (this.block === 0 || end <= this.fileBufferEnd) return;
    const from = Math.max(start, this.fileBufferEnd);
    const direct = Math.floor((end - from) / this.block) * this.block;
    const rest = end - from - direct;
    this.fileBufferEnd = from + direct + (rest > 0 ? this.block : 0);
  }
}
