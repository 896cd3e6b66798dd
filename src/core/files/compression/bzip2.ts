import { DecodeError } from '../../errors';
import type { ByteSource } from '../../values/byteSource';
import { say, type Words } from '../../text';

const BLOCK_START = 0x314159265359;
const STREAM_END = 0x177245385090;
const MAX_CODE_LENGTH = 20;
/** The number of symbols before the next selector chooses a table. */
const GROUP_SIZE = 50;
const RUN_A = 0;
const RUN_B = 1;
/** Bytes that are yielded at once. */
const PIECE = 256 * 1024;

/** The content of bzip2 streams, one after another. Checksums of blocks are verified. @throws PicklepostError */
export function* bunzip2(source: ByteSource): Generator<Uint8Array> {
  const bits = new BitReader(source);
  do {
    if (bits.read(24) !== 0x425a68) throw damaged(say`something else follows its end`);
    const blockSize = (bits.read(8) - 0x30) * 100_000;
    if (blockSize < 100_000 || blockSize > 900_000) throw damaged(say`its header is malformed`);
    for (let mark = bits.read(24) * 2 ** 24 + bits.read(24); mark !== STREAM_END;) {
      if (mark !== BLOCK_START) throw damaged(say`a block lacks its start mark`);
      yield* unpackBlock(bits, blockSize);
      mark = bits.read(24) * 2 ** 24 + bits.read(24);
    }
    // The checksum of the stream is skipped, as it is computed from those of the blocks.
    bits.read(16);
    bits.read(16);
    bits.align();
  } while (!bits.isAtEnd);
}

function* unpackBlock(bits: BitReader, blockSize: number): Generator<Uint8Array> {
  const expected = (bits.read(16) * 2 ** 16 + bits.read(16)) >>> 0;
  if (bits.read(1) === 1) throw damaged(say`it is of a version before 0.9.5`);
  const origin = bits.read(24);
  const { counts, chain, length } = readSymbols(bits, blockSize);
  if (origin >= length) throw damaged(say`a block has an invalid origin`);
  linkBack(counts, chain, length);
  const checksum = yield* expandRuns(chain, length, origin);
  if (checksum !== expected) throw damaged(say`a checksum is wrong`);
}

interface Block {
  /** How often each byte occurs. */
  readonly counts: Int32Array;
  /** The bytes of the transformed block, in the lowest eight bits. {@link linkBack} sets the other bits. */
  readonly chain: Uint32Array;
  readonly length: number;
}

/** Decodes the Huffman code, the move-to-front transform and the run lengths of its zeros. */
function readSymbols(bits: BitReader, blockSize: number): Block {
  const alphabet = readAlphabet(bits);
  const tableCount = bits.read(3);
  const selectors = readSelectors(bits, tableCount);
  const tables = Array.from({ length: tableCount }, () => new HuffmanTable(bits, alphabet.length + 2));
  const counts = new Int32Array(256);
  const chain = new Uint32Array(blockSize);
  const end = alphabet.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (byte: number, count: number): void => {
    if (length + count > blockSize) throw damaged(say`a block is too long`);
    chain.fill(byte, length, length + count);
    counts[byte] = (counts[byte] as number) + count;
    length += count;
  };
  for (let group = 0, left = 0, table = tables[0]; ; left--) {
    if (left === 0) {
      table = tables[selectors[group++] ?? tableCount];
      left = GROUP_SIZE;
    }
    if (table === undefined) throw damaged(say`a block lacks a table`);
    const symbol = table.read(bits);
    if (symbol === RUN_A || symbol === RUN_B) {
      run += weight << symbol;
      weight *= 2;
      if (run > blockSize) throw damaged(say`a run is longer than a block`);
      continue;
    }
    if (run > 0) put(alphabet[0] as number, run);
    run = 0;
    weight = 1;
    if (symbol === end) return { counts, chain, length };
    put(moveToFront(alphabet, symbol - 1), 1);
  }
}

/** Reads which bytes occur in the block, in ascending order. */
function readAlphabet(bits: BitReader): number[] {
  const used = bits.read(16);
  const alphabet: number[] = [];
  for (let high = 0; high < 16; high++) {
    const row = (used >> (15 - high)) & 1 ? bits.read(16) : 0;
    for (let low = 0; low < 16; low++) if ((row >> (15 - low)) & 1) alphabet.push(high * 16 + low);
  }
  if (alphabet.length === 0) throw damaged(say`a block is empty`);
  return alphabet;
}

function readSelectors(bits: BitReader, tableCount: number): number[] {
  const count = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || count === 0) throw damaged(say`its tables are malformed`);
  const order = Array.from({ length: tableCount }, (_, i) => i);
  return Array.from({ length: count }, () => {
    let position = 0;
    while (bits.read(1) === 1) if (++position >= tableCount) throw damaged(say`its tables are malformed`);
    return moveToFront(order, position);
  });
}

function moveToFront(list: number[], position: number): number {
  const value = list[position];
  if (value === undefined) throw damaged(say`a symbol is unknown`);
  list.copyWithin(1, 0, position);
  list[0] = value;
  return value;
}

/** A canonical Huffman code. */
class HuffmanTable {
  /** For each length, the first code that is too large for it, and what to add to a code for its position in {@link symbols}. */
  private readonly limits: number[] = [];
  private readonly bases: number[] = [];
  private readonly symbols: number[];

  constructor(bits: BitReader, symbolCount: number) {
    const lengths = readCodeLengths(bits, symbolCount);
    this.symbols = lengths
      .map((_, symbol) => symbol)
      .sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
    let code = 0;
    let place = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      const count = lengths.filter((one) => one === length).length;
      this.bases[length] = place - code;
      code += count;
      place += count;
      this.limits[length] = count > 0 ? code : 0;
      code *= 2;
    }
  }

  read(bits: BitReader): number {
    let code = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      code = code * 2 + bits.read(1);
      if (code < (this.limits[length] as number)) {
        const symbol = this.symbols[code + (this.bases[length] as number)];
        if (symbol !== undefined) return symbol;
      }
    }
    throw damaged(say`a code is unknown`);
  }
}

function readCodeLengths(bits: BitReader, symbolCount: number): number[] {
  let length = bits.read(5);
  return Array.from({ length: symbolCount }, () => {
    while (bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
    if (length < 1 || length > MAX_CODE_LENGTH) throw damaged(say`its tables are malformed`);
    return length;
  });
}

/** Inverts the Burrows-Wheeler transform: sets the upper 24 bits of each entry to the position of the next byte. */
function linkBack(counts: Int32Array, chain: Uint32Array, length: number): void {
  let sum = 0;
  const places = counts.map((count) => {
    sum += count;
    return sum - count;
  });
  for (let i = 0; i < length; i++) {
    const byte = (chain[i] as number) & 0xff;
    const place = places[byte] as number;
    places[byte] = place + 1;
    chain[place] = ((chain[place] as number) | (i << 8)) >>> 0;
  }
}

/** Decodes the run lengths: four equal bytes are followed by the number of further ones. @returns the checksum */
function* expandRuns(chain: Uint32Array, length: number, origin: number): Generator<Uint8Array, number> {
  let output = new Uint8Array(PIECE + 256);
  let to = 0;
  let checksum = 0xffffffff;
  let place = (chain[origin] as number) >>> 8;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    const entry = chain[place] as number;
    const byte = entry & 0xff;
    place = entry >>> 8;
    const isCount = equal === 4;
    const count = isCount ? byte : 1;
    const value = isCount ? last : byte;
    equal = isCount ? 0 : byte === last ? equal + 1 : 1;
    // A count is not the beginning of another run.
    last = isCount ? -1 : byte;
    for (let k = 0; k < count; k++) {
      checksum = ((checksum << 8) ^ (CRC_TABLE[(checksum >>> 24) ^ value] as number)) >>> 0;
      output[to++] = value;
    }
    if (to < PIECE) continue;
    yield output.subarray(0, to);
    output = new Uint8Array(PIECE + 256);
    to = 0;
  }
  yield output.subarray(0, to);
  return ~checksum >>> 0;
}

/** The CRC-32 of bzip2, with the highest bit first. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 24;
  for (let bit = 0; bit < 8; bit++) rest = rest & 0x80000000 ? (rest << 1) ^ 0x04c11db7 : rest << 1;
  return rest >>> 0;
});

function damaged(reason: Words): DecodeError {
  return new DecodeError('bzip2', reason);
}

const WINDOW = 64 * 1024;

/** Reads bits, from the highest to the lowest of each byte. */
class BitReader {
  private window: Uint8Array = new Uint8Array(0);
  private at = 0;
  private next = 0;
  private bits = 0;
  private count = 0;

  constructor(private readonly source: ByteSource) {}

  /** Whether all bytes have been read. */
  get isAtEnd(): boolean {
    return this.at === this.window.length && this.next >= this.source.size;
  }

  /** @param count 1 to 24 @throws PicklepostError if there are fewer bits */
  read(count: number): number {
    while (this.count < count) {
      this.bits = ((this.bits & 0xffffff) << 8) | this.byte();
      this.count += 8;
    }
    this.count -= count;
    const value = (this.bits >>> this.count) & ((1 << count) - 1);
    this.bits &= (1 << this.count) - 1;
    return value;
  }

  /** Skips the rest of the byte. */
  align(): void {
    this.count -= this.count % 8;
  }

  private byte(): number {
    if (this.at === this.window.length) {
      const length = Math.max(1, Math.min(WINDOW, this.source.size - this.next));
      this.window = this.source.read(this.next, length);
      this.next += length;
      this.at = 0;
    }
    return this.window[this.at++] as number;
  }
}
