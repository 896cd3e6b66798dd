import { Opcode } from './opcodes';
import { encodeUtf8, writeUtf8 } from './text';

/** The protocol that is written. */
const PROTOCOL = 4;

/** A frame ends when it holds this many bytes. A value of this size is written outside of frames. */
const FRAME_SIZE = 64 * 1024;

/** Bytes of the opcode FRAME and the frame's size. */
const FRAME_HEADER_SIZE = 9;

/** A smaller frame is written without its header. */
const SMALLEST_FRAME = 4;

/** A text of up to this length always has less than 256 bytes in UTF-8, so that its count takes one byte. */
const SHORT_TEXT = 85;

/** The opcodes for the same type of value with a count of 1, 4 and 8 bytes. */
export type CountedOpcodes = readonly [small: number, medium: number, large: number];

const TEXT_OPCODES: CountedOpcodes = [Opcode.SHORT_BINUNICODE, Opcode.BINUNICODE, Opcode.BINUNICODE8];

/** The size of each piece of a long output in bytes. The pieces are concatenated at the end, which takes less memory than growing. */
const PIECE_SIZE = 1024 * 1024;

/** Bytes into which most frames fit. A frame exceeds its size by at most the value that was begun before. */
const FRAME_ROOM = 2 * FRAME_SIZE + 1024;

const NO_FRAME = -1;

/** The bytes of a pickle of protocol 4, in frames as C Python makes them. */
export class PickleOutput {
  private buffer = new Uint8Array(1024);
  private view = new DataView(this.buffer.buffer);
  private length = 0;
  /** Completed pieces of the output. The current one is the part of the buffer from {@link start} on. */
  private readonly pieces: Uint8Array[] = [];
  private start = 0;
  /** The limit up to which data can be written without a check: 0 if a frame must begin first. */
  private limit = this.buffer.length;
  /** The position of the current frame's header; {@link NO_FRAME} before its first byte. */
  private frameStart = NO_FRAME;
  /** A value that begins at or after this position belongs to the next frame. */
  private frameEnd = Infinity;

  constructor() {
    this.opcodeAndByte(Opcode.PROTO, PROTOCOL);
    this.limit = 0;
  }

  /** Ends the pickle. The output must not be used any more. */
  finish(): Uint8Array {
    this.opcode(Opcode.STOP);
    this.closeFrame();
    this.endPiece();
    const [only, ...more] = this.pieces;
    return only !== undefined && more.length === 0 ? only : concatenate(this.pieces);
  }

  /** To be called before each value: a frame ends between values. */
  beginValue(): void {
    if (this.length >= this.frameEnd) this.closeFrame();
  }

  opcode(opcode: number): void {
    const at = this.reserve(1);
    this.buffer[at] = opcode;
  }

  opcodeAndByte(opcode: number, byte: number): void {
    const at = this.reserve(2);
    this.buffer[at] = opcode;
    this.buffer[at + 1] = byte;
  }

  opcodeAndUint16(opcode: number, value: number): void {
    const at = this.reserve(3);
    this.buffer[at] = opcode;
    this.view.setUint16(at + 1, value, true);
  }

  /** @param value signed or unsigned; the bytes are the same */
  opcodeAndInt32(opcode: number, value: number): void {
    const at = this.reserve(5);
    this.buffer[at] = opcode;
    this.view.setInt32(at + 1, value, true);
  }

  opcodeAndFloat64(opcode: number, value: number): void {
    const at = this.reserve(9);
    this.buffer[at] = opcode;
    this.view.setFloat64(at + 1, value);
  }

  /** Writes the opcode, the number of bytes, and a signed integer of up to 64 bits in as few bytes as possible. */
  opcodeAndInt64(opcode: number, value: bigint): void {
    const at = this.reserve(10);
    const { buffer } = this;
    const start = at + 2;
    this.view.setBigInt64(start, value, true);
    const sign = (buffer[start + 7] as number) >> 7 ? 0xff : 0;
    let size = 8;
    while (
      size > 1 &&
      buffer[start + size - 1] === sign &&
      (buffer[start + size - 2] as number) >> 7 === sign >> 7
    )
      size--;
    buffer[at] = opcode;
    buffer[at + 1] = size;
    this.length = start + size;
  }

  /** Writes the smallest suitable opcode, the count and the bytes. */
  counted(opcodes: CountedOpcodes, bytes: Uint8Array): void {
    const isLarge = bytes.length >= FRAME_SIZE;
    if (isLarge) {
      this.closeFrame();
      this.limit = this.buffer.length;
    }
    this.opcodeAndCount(opcodes, bytes.length);
    if (!isLarge) this.bytes(bytes);
    else {
      this.endPiece();
      this.pieces.push(bytes);
      this.limit = 0;
    }
  }

  bytes(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** Writes a text, and the opcode MEMOIZE. */
  text(text: string): void {
    if (text.length > SHORT_TEXT) {
      this.counted(TEXT_OPCODES, encodeUtf8(text));
      this.opcode(Opcode.MEMOIZE);
      return;
    }
    const at = this.reserve(3 + 3 * text.length);
    const { buffer } = this;
    const end = writeUtf8(text, buffer, at + 2);
    buffer[at] = Opcode.SHORT_BINUNICODE;
    buffer[at + 1] = end - at - 2;
    buffer[end] = Opcode.MEMOIZE;
    this.length = end + 1;
  }

  private opcodeAndCount(opcodes: CountedOpcodes, count: number): void {
    if (count <= 0xff) this.opcodeAndByte(opcodes[0], count);
    else if (count <= 0xffff_ffff) this.opcodeAndInt32(opcodes[1], count);
    else {
      const at = this.reserve(9);
      this.buffer[at] = opcodes[2];
      this.view.setBigUint64(at + 1, BigInt(count), true);
    }
  }

  /** Reserves bytes, and returns where they begin. The first ones of a frame start it. */
  private reserve(count: number): number {
    const at = this.length;
    const end = at + count;
    if (end > this.limit) return this.reserveFurther(count);
    this.length = end;
    return at;
  }

  private reserveFurther(count: number): number {
    const startsFrame = this.limit === 0;
    const needed = count + (startsFrame ? FRAME_HEADER_SIZE : 0);
    const room = this.buffer.length - this.length;
    if (startsFrame && room < FRAME_ROOM && this.buffer.length >= PIECE_SIZE) this.startBuffer(PIECE_SIZE);
    else if (room < needed) this.grow(needed);
    if (startsFrame) {
      this.frameStart = this.length;
      this.frameEnd = this.length + FRAME_HEADER_SIZE + FRAME_SIZE;
    }
    this.limit = this.buffer.length;
    this.length += needed;
    return this.length - count;
  }

  /** Enlarges the buffer within a frame, or while the output is short. */
  private grow(count: number): void {
    const { start } = this;
    const kept = this.buffer.subarray(start, this.length);
    this.setBuffer(Math.max(kept.length + count, 2 * this.buffer.length));
    this.buffer.set(kept);
    this.length = kept.length;
    if (this.frameStart === NO_FRAME) return;
    this.frameStart -= start;
    this.frameEnd -= start;
  }

  /** To be called between frames. */
  private startBuffer(size: number): void {
    this.endPiece();
    this.setBuffer(size);
  }

  private setBuffer(size: number): void {
    this.buffer = allocate(size);
    this.view = new DataView(this.buffer.buffer);
    this.start = 0;
    this.length = 0;
  }

  private endPiece(): void {
    if (this.length > this.start) this.pieces.push(this.buffer.subarray(this.start, this.length));
    this.start = this.length;
  }

  private closeFrame(): void {
    const start = this.frameStart;
    if (start === NO_FRAME) return;
    this.frameStart = NO_FRAME;
    this.frameEnd = Infinity;
    this.limit = 0;
    const content = start + FRAME_HEADER_SIZE;
    const size = this.length - content;
    if (size < SMALLEST_FRAME) {
      this.buffer.copyWithin(start, content, this.length);
      this.length -= FRAME_HEADER_SIZE;
      return;
    }
    this.buffer[start] = Opcode.FRAME;
    this.view.setUint32(start + 1, size, true);
    this.view.setUint32(start + 5, 0, true);
  }
}

/** Allocates memory that is not initialized. A Buffer would be slower to write to. */
function allocate(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const all = allocate(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
