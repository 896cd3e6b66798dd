import { DecodeError } from '../../errors';
import { decodeUtf8 } from './text';
import { say, type Words } from '../../text';

/** Content of up to this many bytes is copied, because a view of it would keep all of the input in memory. */
const COPIED = 64 * 1024;

/** Reads opcodes and their arguments. It never allocates memory for bytes that the input only claims to have. */
export class PickleInput {
  private readonly buffer: Buffer;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private position: number;
  private opcodePosition: number;
  private viewed = 0;
  /** The end of the current frame; Infinity outside one. */
  private frameEnd = Infinity;
  private isCut = false;
  /** Whether CPython may read it in one way from memory and in another from a file. */
  isAmbiguous = false;

  /** @param start where to begin */
  constructor(bytes: Uint8Array, start = 0) {
    this.position = start;
    this.opcodePosition = start;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Parts of a Buffer would be Buffers.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The position of the next byte. */
  get offset(): number {
    return this.position;
  }

  /** The position of the last read opcode. */
  get opcodeOffset(): number {
    return this.opcodePosition;
  }

  /** To be called if reading ends with an error. Beyond the end of a frame, the error may occur only when reading from memory. */
  noteError(): void {
    if (this.position > this.frameEnd) this.isAmbiguous = true;
  }

  /** An error in the opcode that was read last. */
  error(reason: Words): DecodeError {
    return new DecodeError('pickle', reason, this.opcodePosition);
  }

  opcode(): number {
    this.opcodePosition = this.position;
    if (this.position >= this.frameEnd) this.leaveFrame();
    return this.uint8();
  }

  /**
   * Reads the length of a frame. From memory, CPython ignores frames. If reading from a file then gives another result, the
   * input is ambiguous.
   */
  frame(): void {
    if (this.frameEnd !== Infinity) this.isAmbiguous = true;
    this.enterFrame(this.count64());
  }

  /** To be called at the end of a pickle. @throws DecodeError if a frame claimed to be longer than the input */
  finish(): void {
    if (this.frameEnd !== Infinity && this.position !== this.frameEnd) this.isAmbiguous = true;
    if (this.isCut) throw this.truncated();
  }

  /** Continues at another position. */
  moveTo(position: number): void {
    this.position = position;
    this.opcodePosition = position;
  }

  protected get length(): number {
    return this.bytes.length;
  }

  protected enterFrame(size: number): void {
    this.frameEnd = this.position + size;
    if (this.frameEnd <= this.bytes.length) return;
    // CPython's C reader fails here; its Python reader continues.
    this.isCut = true;
    this.frameEnd = Infinity;
  }

  /** To be called before bytes that are not opcodes. Arrays of joblib begin where a frame ends. */
  endFrame(): void {
    if (this.position >= this.frameEnd) this.leaveFrame();
  }

  private leaveFrame(): void {
    if (this.position > this.frameEnd) this.isAmbiguous = true;
    this.frameEnd = Infinity;
  }

  uint8(): number {
    return this.bytes[this.advance(1)] as number;
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  float64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A length in eight bytes. If it is too large, reading the content throws. */
  count64(): number {
    const at = this.advance(8);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32;
  }

  /** A length in four signed bytes. */
  signedCount(): number {
    const count = this.int32();
    if (count < 0) throw this.error(say`a length is negative`);
    return count;
  }

  /** The next byte, without advancing. */
  peekByte(): number {
    if (this.position >= this.bytes.length) throw this.truncated();
    return this.bytes[this.position] as number;
  }

  /** Skips bytes that are not opcodes. */
  skip(count: number): void {
    // If a frame ends before them, both of CPython's readers have left it.
    if (this.position === this.frameEnd) this.frameEnd = Infinity;
    this.viewed += count;
    this.advance(count);
  }

  /** Bytes for a value: copied if they are few, otherwise a view of the input. */
  content(count: number): Uint8Array {
    if (count <= COPIED) return this.copy(count);
    this.viewed += count;
    const at = this.advanceContent(count);
    return this.bytes.subarray(at, at + count);
  }

  /** How many of the bytes so far need no memory in addition to the input. */
  get viewedBytes(): number {
    return this.viewed;
  }

  /** A copy of the next bytes. */
  copy(count: number): Uint8Array {
    const at = this.advanceContent(count);
    return this.bytes.slice(at, at + count);
  }

  /** A view of the input, for immediate use. */
  peek(count: number): Buffer {
    const at = this.advance(count);
    return this.buffer.subarray(at, at + count);
  }

  /** Text in UTF-8, as Python's `surrogatepass` reads it. */
  utf8(byteCount: number): string {
    const at = this.advance(byteCount);
    const text = decodeUtf8(this.buffer, at, at + byteCount);
    if (text === undefined) throw this.error(say`a text is not UTF-8`);
    return text;
  }

  /** The bytes up to the next newline as Latin-1. The newline is read, but not returned. */
  line(): string {
    const end = this.lineEnd();
    if (end < 0) throw this.truncated();
    const line = this.buffer.toString('latin1', this.position, end);
    this.position = end + 1;
    return line;
  }

  /** The same as {@link line} for names, which are in UTF-8. */
  utf8Line(): string {
    const end = this.lineEnd();
    if (end < 0) throw this.truncated();
    const line = this.utf8(end - this.position);
    this.position = end + 1;
    return line;
  }

  /** The rest without its last byte, without advancing. Undefined if a newline follows, or the rest is not UTF-8. */
  unendedLine(): string | undefined {
    if (this.lineEnd() >= 0 || this.position >= this.bytes.length) return undefined;
    return decodeUtf8(this.buffer, this.position, this.bytes.length - 1);
  }

  /** The position of the newline that ends the next line; negative if there is none. */
  protected lineEnd(): number {
    return this.bytes.indexOf(0x0a, this.position);
  }

  /** The same as {@link advance} for bytes with a count, which CPython reads in another way. */
  protected advanceContent(count: number): number {
    return this.advance(count);
  }

  /** Advances by `count` bytes. @returns where they begin @throws DecodeError if there are fewer */
  protected advance(count: number): number {
    const at = this.position;
    if (count > this.bytes.length - at) throw this.truncated();
    this.position = at + count;
    return at;
  }

  private truncated(): DecodeError {
    return new DecodeError('pickle', say`it ends too early`, this.bytes.length);
  }
}
