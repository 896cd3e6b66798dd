import { DecodeError } from '../../errors';
import { decodeUtf8 } from './text';
import { say, type Words } from '../../text';

/** A view keeps all of the input in memory; fewer bytes than this are not worth it. */
const COPIED = 64 * 1024;

/** Reads the arguments of opcodes. Whatever the input claims, nothing is allocated before it is there. */
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
  isTwofold = false;

  /** @param start where to begin */
  constructor(bytes: Uint8Array, start = 0) {
    this.position = start;
    this.opcodePosition = start;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A Buffer would hand out its own kind.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next byte is. */
  get offset(): number {
    return this.position;
  }

  /** The position of the last read opcode. */
  get opcodeOffset(): number {
    return this.opcodePosition;
  }

  /** To be called where reading ends with a mistake: an opcode may be one only from memory. */
  noteMistake(): void {
    if (this.position > this.frameEnd) this.isTwofold = true;
  }

  /** A mistake in the opcode that was read last. */
  error(reason: Words): DecodeError {
    return new DecodeError('pickle', reason, this.opcodePosition);
  }

  opcode(): number {
    this.opcodePosition = this.position;
    if (this.position >= this.frameEnd) this.leaveFrame();
    return this.uint8();
  }

  /**
   * Reads the length of a frame. From memory, CPython continues as if there were none; if that makes a difference to reading
   * from a file, the input is ambiguous from then on.
   */
  frame(): void {
    if (this.frameEnd !== Infinity) this.isTwofold = true;
    this.enterFrame(this.count64());
  }

  /** To be called at the end of a pickle. @throws DecodeError where a frame was to be longer than the input */
  finish(): void {
    if (this.frameEnd !== Infinity && this.position !== this.frameEnd) this.isTwofold = true;
    if (this.isCut) throw this.truncated();
  }

  /** Goes on elsewhere. */
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
    // The C reader ends here; the one in Python continues.
    this.isCut = true;
    this.frameEnd = Infinity;
  }

  /** To be called before bytes that are no opcodes: those of joblib begin where a frame ends. */
  endFrame(): void {
    if (this.position >= this.frameEnd) this.leaveFrame();
  }

  private leaveFrame(): void {
    if (this.position > this.frameEnd) this.isTwofold = true;
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

  /** A length in eight bytes; the code that reads so many bytes reports one that is too large. */
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

  /** The next byte, which is not read by that. */
  peekByte(): number {
    if (this.position >= this.bytes.length) throw this.truncated();
    return this.bytes[this.position] as number;
  }

  /** Leaves out bytes that are no opcodes. */
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

  /** How many bytes have been read so far that take no memory in addition to the input. */
  get viewedBytes(): number {
    return this.viewed;
  }

  /** Bytes of their own, not a view of the input. */
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

  /** The bytes up to the next newline, one character each; the newline is read and left out. */
  line(): string {
    const end = this.lineEnd();
    if (end < 0) throw this.truncated();
    const line = this.buffer.toString('latin1', this.position, end);
    this.position = end + 1;
    return line;
  }

  /** As {@link line}, for names, which are in UTF-8. */
  utf8Line(): string {
    const end = this.lineEnd();
    if (end < 0) throw this.truncated();
    const line = this.utf8(end - this.position);
    this.position = end + 1;
    return line;
  }

  /** The rest without its last byte, where no newline comes any more; undefined where one does, or the rest is not UTF-8. Takes nothing. */
  unendedLine(): string | undefined {
    if (this.lineEnd() >= 0 || this.position >= this.bytes.length) return undefined;
    return decodeUtf8(this.buffer, this.position, this.bytes.length - 1);
  }

  /** The position of the newline that ends the next line; negative if there is none. */
  protected lineEnd(): number {
    return this.bytes.indexOf(0x0a, this.position);
  }

  /** As {@link advance}, for counted bytes, which CPython reads in another way. */
  protected advanceContent(count: number): number {
    return this.advance(count);
  }

  /** Takes the next bytes. @returns where they begin @throws DecodeError */
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
