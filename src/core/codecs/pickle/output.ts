import { Opcode } from './opcodes';
import { encodeUtf8, writeUtf8 } from './text';

/** The protocol that is written. */
const PROTOCOL = 4;

/** A frame is closed once it holds so much; a value as large as this stands outside of frames. */
const FRAME_SIZE = 64 * 1024;

/** Opcode FRAME and the frame's size. */
const FRAME_HEADER_SIZE = 9;

/** A smaller frame is not worth its header. */
const SMALLEST_FRAME = 4;

/** Up to this length, a text takes a count of one byte, whatever its characters are. */
const SHORT_TEXT = 85;

/** The opcodes that write the same thing with a count of 1, 4 and 8 bytes. */
export type CountedOpcodes = readonly [small: number, medium: number, large: number];

const TEXT_OPCODES: CountedOpcodes = [Opcode.SHORT_BINUNICODE, Opcode.BINUNICODE, Opcode.BINUNICODE8];

/** The bytes of a pickle of protocol 4, in frames as C Python makes them. */
export class PickleOutput {
  private buffer = Buffer.allocUnsafeSlow(1024);
  private length = 0;
  /** Where the current frame's header is; undefined before its first byte. */
  private frameStart: number | undefined;
  private isFraming = false;

  constructor() {
    this.opcodeAndByte(Opcode.PROTO, PROTOCOL);
    this.isFraming = true;
  }

  /** Ends the pickle. The output must not be used any more. */
  finish(): Uint8Array {
    this.opcode(Opcode.STOP);
    this.closeFrame();
    return new Uint8Array(this.buffer.buffer, 0, this.length);
  }

  /** To be called before each value: a frame ends between values. */
  beginValue(): void {
    if (this.frameStart !== undefined && this.length - this.frameStart - FRAME_HEADER_SIZE >= FRAME_SIZE) {
      this.closeFrame();
    }
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
    this.buffer[at + 1] = value & 0xff;
    this.buffer[at + 2] = value >> 8;
  }

  /** Signed or not: the bits are the same. */
  opcodeAndInt32(opcode: number, value: number): void {
    const at = this.reserve(5);
    this.buffer[at] = opcode;
    this.buffer.writeInt32LE(value | 0, at + 1);
  }

  opcodeAndFloat64(opcode: number, value: number): void {
    const at = this.reserve(9);
    this.buffer[at] = opcode;
    this.buffer.writeDoubleBE(value, at + 1);
  }

  /** The smallest opcode that will do, the count and the bytes. */
  counted(opcodes: CountedOpcodes, bytes: Uint8Array): void {
    const isLarge = bytes.length >= FRAME_SIZE;
    if (isLarge) {
      this.closeFrame();
      this.isFraming = false;
    }
    this.opcodeAndCount(opcodes, bytes.length);
    this.bytes(bytes);
    this.isFraming = true;
  }

  bytes(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  text(text: string): void {
    if (text.length > SHORT_TEXT) {
      this.counted(TEXT_OPCODES, encodeUtf8(text));
      return;
    }
    const at = this.reserve(2 + 3 * text.length);
    const end = writeUtf8(text, this.buffer, at + 2);
    this.buffer[at] = Opcode.SHORT_BINUNICODE;
    this.buffer[at + 1] = end - at - 2;
    this.length = end;
  }

  private opcodeAndCount(opcodes: CountedOpcodes, count: number): void {
    if (count <= 0xff) this.opcodeAndByte(opcodes[0], count);
    else if (count <= 0xffff_ffff) this.opcodeAndInt32(opcodes[1], count);
    else {
      const at = this.reserve(9);
      this.buffer[at] = opcodes[2];
      this.buffer.writeBigUInt64LE(BigInt(count), at + 1);
    }
  }

  /** Makes room and returns where it is. The first of a frame starts it. */
  private reserve(count: number): number {
    const startsFrame = this.isFraming && this.frameStart === undefined;
    const end = this.length + (startsFrame ? FRAME_HEADER_SIZE : 0) + count;
    if (end > this.buffer.length) this.grow(end);
    if (startsFrame) this.frameStart = this.length;
    this.length = end;
    return end - count;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(size, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }

  private closeFrame(): void {
    const start = this.frameStart;
    if (start === undefined) return;
    this.frameStart = undefined;
    const content = start + FRAME_HEADER_SIZE;
    const size = this.length - content;
    if (size < SMALLEST_FRAME) {
      this.buffer.copyWithin(start, content, this.length);
      this.length -= FRAME_HEADER_SIZE;
      return;
    }
    this.buffer[start] = Opcode.FRAME;
    this.buffer.writeUInt32LE(size, start + 1);
    this.buffer.writeUInt32LE(0, start + 5);
  }
}
