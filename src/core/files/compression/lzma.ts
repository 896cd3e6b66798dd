import { DecodeError } from '../../errors';
import { say, type Words } from '../../text';
import type { ByteSource } from '../../values/byteSource';
import { LengthDecoder, RangeDecoder, START } from './rangeDecoder';

/*
 * The format .lzma, which joblib and `xz --format=lzma` write, according to lzma-specification.txt of the LZMA SDK. Names
 * are those of the specification.
 */

const HEADER = 13;
const STATES = 12;
/** The first of the states that follow a match. */
const AFTER_MATCH = 7;
/** The largest number of low bits of a position that select a model. */
const MAX_POSITION_BITS = 4;
/** The first slot of distances whose middle bits have no models. */
const FIRST_DIRECT_SLOT = 14;
const ALIGN_BITS = 4;
const MIN_MATCH = 2;
const SMALLEST_DICTIONARY = 4096;
/** The distance that stands for the end of the content. */
const END_MARKER = 0xffffffff;
/** Models of one literal: 256, and 256 for each value of the corresponding bit of the byte at the last distance. */
const LITERAL_MODELS = 0x300;

/** The content of a file in the format .lzma. @throws DecodeError */
export function* unlzma(source: ByteSource): Generator<Uint8Array> {
  if (source.size < HEADER) throw damaged(say`it ends too early`);
  const header = source.read(0, HEADER);
  const view = new DataView(header.buffer, header.byteOffset, HEADER);
  const properties = view.getUint8(0);
  if (properties >= 9 * 5 * 5) throw damaged(say`its header is malformed`);
  const size = view.getBigUint64(5, true);
  const decoder = new LzmaDecoder(source, properties, view.getUint32(1, true));
  // If all bits of the size are set, an end marker follows the content.
  yield* decoder.pieces(size === 2n ** 64n - 1n ? Infinity : Number(size));
}

class LzmaDecoder {
  private readonly range: RangeDecoder;
  private readonly window: SlidingWindow;
  private readonly literalBits: number;
  private readonly literalMask: number;
  private readonly positionMask: number;
  private state = 0;
  private rep0 = 0;
  private rep1 = 0;
  private rep2 = 0;
  private rep3 = 0;
  private readonly literals: Uint16Array;
  private readonly isMatch = models(STATES << MAX_POSITION_BITS);
  private readonly isRep = models(STATES);
  private readonly isRepG0 = models(STATES);
  private readonly isRepG1 = models(STATES);
  private readonly isRepG2 = models(STATES);
  private readonly isRep0Long = models(STATES << MAX_POSITION_BITS);
  private readonly slots = [models(64), models(64), models(64), models(64)] as const;
  private readonly special = models(115);
  private readonly align = models(1 << ALIGN_BITS);
  private readonly lengths = new LengthDecoder();
  private readonly repLengths = new LengthDecoder();

  constructor(source: ByteSource, properties: number, dictionarySize: number) {
    this.literalBits = properties % 9;
    const rest = Math.floor(properties / 9);
    this.literalMask = (1 << (rest % 5)) - 1;
    this.positionMask = (1 << Math.floor(rest / 5)) - 1;
    this.literals = models(LITERAL_MODELS << (this.literalBits + (rest % 5)));
    this.window = new SlidingWindow(Math.max(dictionarySize, SMALLEST_DICTIONARY));
    this.range = new RangeDecoder(source, HEADER, damaged);
  }

  /** @param size of the content in bytes; infinite if an end marker follows it */
  *pieces(size: number): Generator<Uint8Array> {
    const { window } = this;
    for (let isMarked = false; window.size < size && !isMarked;) {
      window.makeRoom();
      isMarked = this.decodeSome(Math.min(size, window.size + PIECE), size);
      yield window.takePiece();
    }
    if (size !== Infinity && window.size < size) throw damaged(say`it ends too early`);
    if (size === Infinity && !this.range.isFinished) throw damaged(say`something else follows its end`);
  }

  /** Decodes until there are `until` bytes. @returns whether the end marker was found */
  private decodeSome(until: number, size: number): boolean {
    const { range, window } = this;
    while (window.size < until) {
      const position = window.size & this.positionMask;
      if (range.bit(this.isMatch, (this.state << MAX_POSITION_BITS) + position) === 0) {
        this.literal();
        continue;
      }
      const length = this.match(position);
      if (this.rep0 === END_MARKER) return true;
      if (!window.has(this.rep0 + 1)) throw damaged(say`a match begins before the data`);
      if (length > size - window.size) throw damaged(say`it is longer than its header says`);
      window.copy(this.rep0 + 1, length);
    }
    return false;
  }

  private literal(): void {
    const { range, window, literals, literalBits } = this;
    const previous = window.size > 0 ? window.byteBefore(1) : 0;
    const place = ((window.size & this.literalMask) << literalBits) + (previous >> (8 - literalBits));
    const base = LITERAL_MODELS * place;
    let symbol = 1;
    if (this.state >= AFTER_MATCH) {
      let matched = window.byteBefore(this.rep0 + 1);
      for (let isExpected = true; symbol < 0x100 && isExpected;) {
        const expected = (matched >> 7) & 1;
        matched <<= 1;
        const bit = range.bit(literals, base + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        isExpected = bit === expected;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(literals, base + symbol);
    window.put(symbol & 0xff);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  /** Decodes a match, and sets its distance in {@link rep0}. @returns its length */
  private match(position: number): number {
    const { range, state } = this;
    const isAfterLiteral = state < AFTER_MATCH;
    if (range.bit(this.isRep, state) === 0) {
      this.rep3 = this.rep2;
      this.rep2 = this.rep1;
      this.rep1 = this.rep0;
      const length = this.lengths.decode(range, position);
      this.state = isAfterLiteral ? 7 : 10;
      this.rep0 = this.distance(length);
      return length + MIN_MATCH;
    }
    if (range.bit(this.isRepG0, state) === 1) this.takeEarlierDistance(state);
    else if (range.bit(this.isRep0Long, (state << MAX_POSITION_BITS) + position) === 0) {
      this.state = isAfterLiteral ? 9 : 11;
      return 1;
    }
    this.state = isAfterLiteral ? 8 : 11;
    return this.repLengths.decode(range, position) + MIN_MATCH;
  }

  private takeEarlierDistance(state: number): void {
    const { range } = this;
    let distance = this.rep1;
    if (range.bit(this.isRepG1, state) === 1) {
      distance = this.rep2;
      if (range.bit(this.isRepG2, state) === 1) {
        distance = this.rep3;
        this.rep3 = this.rep2;
      }
      this.rep2 = this.rep1;
    }
    this.rep1 = this.rep0;
    this.rep0 = distance;
  }

  private distance(length: number): number {
    const { range } = this;
    const slot = range.tree(this.slots[Math.min(length, 3)] as Uint16Array, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const high = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < FIRST_DIRECT_SLOT) return high + range.reverseTree(this.special, high - slot, bits);
    const middle = range.directBits(bits - ALIGN_BITS) * 2 ** ALIGN_BITS;
    return high + middle + range.reverseTree(this.align, 0, ALIGN_BITS);
  }
}

function models(count: number): Uint16Array {
  return new Uint16Array(count).fill(START);
}

function damaged(reason: Words): DecodeError {
  return new DecodeError('lzma', reason);
}

/** Bytes for which {@link SlidingWindow.makeRoom} makes room. */
const PIECE = 256 * 1024;
/** The longest match of LZMA, by which the output may exceed a piece. */
const LONGEST_COPY = 273;

/**
 * The last unpacked bytes, to which matches refer. The buffer grows with the content, so that a header alone cannot make it
 * allocate memory.
 */
class SlidingWindow {
  /** The number of bytes so far. */
  size = 0;
  private bytes = new Uint8Array(2 * PIECE);
  /** The position of the first of {@link bytes}. */
  private start = 0;
  private taken = 0;

  /** @param reach the largest distance of a match, in bytes */
  constructor(private readonly reach: number) {}

  put(byte: number): void {
    this.bytes[this.size++ - this.start] = byte;
  }

  /** Whether a match may have this distance. */
  has(distance: number): boolean {
    return distance <= this.size && distance <= this.reach;
  }

  byteBefore(distance: number): number {
    return this.bytes[this.size - this.start - distance] as number;
  }

  /** Repeats the bytes at a distance before the end. They may overlap the new ones. */
  copy(distance: number, length: number): void {
    const { bytes } = this;
    let to = this.size - this.start;
    for (let from = to - distance, end = from + length; from < end; from++)
      bytes[to++] = bytes[from] as number;
    this.size += length;
  }

  /** The bytes since the last piece was taken: valid until {@link makeRoom}. */
  takePiece(): Uint8Array {
    const piece = this.bytes.subarray(this.taken - this.start, this.size - this.start);
    this.taken = this.size;
    return piece;
  }

  /** To be called before each piece. */
  makeRoom(): void {
    const { bytes, reach } = this;
    const used = this.size - this.start;
    if (bytes.length - used >= PIECE + LONGEST_COPY) return;
    const kept = Math.min(used, reach);
    // With at least twice the reach, each byte is moved at most once.
    if (bytes.length < 2 * (reach + PIECE)) this.bytes = new Uint8Array(2 * bytes.length);
    this.bytes.set(bytes.subarray(used - kept, used));
    this.start = this.size - kept;
  }
}
