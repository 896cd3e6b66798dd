import { DecodeError } from '../../errors';
import { PartSource, type ByteSource } from '../../values/byteSource';
import { say, type Words } from '../../text';

const MAGIC = 0x184d2204;
/** The first magic number of frames without content: 0x184D2A50 to 0x184D2A5F. */
const SKIPPABLE = 0x184d2a50;
/** The largest distance of a match, in bytes. */
const WINDOW = 64 * 1024;
const MIN_MATCH = 4;

/** The blocks of LZ4 frames (lz4_Frame_format.md), unpacked. Checksums are not verified. @throws DecodeError */
export function* unpackLz4(source: ByteSource): Generator<Uint8Array> {
  for (let at = 0; at < source.size;) {
    const magic = uint32(source, at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) at += 8 + uint32(source, at + 4);
    else if (magic === MAGIC) at = yield* unpackFrame(source, at + 4);
    else throw damaged(say`something else follows its end`, at);
  }
}

/** @returns where the frame ends */
function* unpackFrame(source: ByteSource, start: number): Generator<Uint8Array, number> {
  const [flags = 0, descriptor = 0] = source.read(start, 2);
  const blockSize = 4 ** (((descriptor >> 4) & 7) + 4);
  if (flags >> 6 !== 1 || blockSize < WINDOW) throw damaged(say`its header is malformed`, start);
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  const contentChecksum = (flags & 0x04) !== 0 ? 4 : 0;
  // Skips the optional content size and dictionary id, and the checksum of the header.
  let at = start + 2 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0) + 1;
  const output = new Uint8Array(WINDOW + blockSize);
  let history = 0;
  for (;;) {
    const header = uint32(source, at);
    at += 4;
    if (header === 0) return at + contentChecksum;
    const size = header & 0x7fffffff;
    if (size > blockSize) throw damaged(say`a block is too large`, at);
    const packed = new PartSource(source, at, size).read(0, size);
    const end =
      header >>> 31 === 1 ? keep(packed, output, history) : unpackBlock(packed, output, history, at);
    yield output.slice(history, end);
    const kept = Math.min(WINDOW, end);
    output.copyWithin(0, end - kept, end);
    history = kept;
    at += size + blockChecksum;
  }
}

function keep(packed: Uint8Array, output: Uint8Array, at: number): number {
  output.set(packed, at);
  return at + packed.length;
}

/** Unpacks a block. Matches may refer to the output before `offset`. @returns the end of the output */
function unpackBlock(packed: Uint8Array, output: Uint8Array, start: number, offset: number): number {
  let to = start;
  let at = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; total += byte) byte = packed[at++] ?? NaN;
    return total;
  };
  while (at < packed.length) {
    const token = packed[at++] as number;
    const literals = length(token >> 4);
    if (!(at + literals <= packed.length && to + literals <= output.length))
      throw damaged(say`a block is malformed`, offset);
    output.set(packed.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === packed.length) break;
    const distance = (packed[at] ?? 0) + (packed[at + 1] ?? 0) * 256;
    at += 2;
    const count = length(token & 15) + MIN_MATCH;
    if (distance === 0 || distance > to || !(to + count <= output.length))
      throw damaged(say`a block is malformed`, offset);
    for (let end = to + count; to < end; to++) output[to] = output[to - distance] as number;
  }
  return to;
}

function uint32(source: ByteSource, at: number): number {
  return Buffer.from(source.read(at, 4)).readUInt32LE();
}

function damaged(reason: Words, offset: number): DecodeError {
  return new DecodeError('lz4', reason, offset);
}
