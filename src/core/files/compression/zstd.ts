import { Decompress } from 'fzstd';
import { DecodeError, LimitError } from '../../errors';
import { say, type Words } from '../../text';
import type { ByteSource } from '../../values/byteSource';

/*
 * Zstandard (RFC 8878) for Node.js before 22.15, which has no decoder for it. The headers of frames are checked before the
 * decoder gets them, because it allocates the window by the header alone, moves the whole window for each block, and unpacks
 * everything that it gets at once.
 */

const MiB = 1024 * 1024;
const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** The length of the longest header of a frame in bytes. */
const HEADER = 18;
/** The largest size of a window in bytes, which is the default of the program `zstd`. */
const MAX_WINDOW = 128 * MiB;
/** The largest number of bytes that are moved within windows, which takes half a minute. */
const MAX_MOVED = 128 * 1024 * MiB;

/** @throws DecodeError, LimitError, and errors of fzstd */
export function* unzstd(source: ByteSource): Generator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decompress = new Decompress((piece) => ready.push(piece));
  let isWhole = false;
  checkMoves(source);
  for (const { start, end, isLast } of blocksOf(source)) {
    decompress.push(Uint8Array.from(source.read(start, end - start)), end === source.size);
    yield* ready;
    ready = [];
    isWhole = isLast;
  }
  if (!isWhole) throw tooEarly();
}

/** @throws LimitError if the window would be moved too often, as for many empty blocks */
function checkMoves(source: ByteSource): void {
  let moved = 0;
  for (const { window } of blocksOf(source)) {
    moved += window;
    if (moved > MAX_MOVED) throw tooLarge(say`The work to unpack the file`, MAX_MOVED);
  }
}

interface Block {
  /** The first block includes the header of its frame, and the last one the checksum. */
  readonly start: number;
  readonly end: number;
  /** The size of the frame's window in bytes. */
  readonly window: number;
  readonly isLast: boolean;
}

function* blocksOf(source: ByteSource): Generator<Block> {
  for (let at = 0; at < source.size;) {
    const view = viewOf(source, at, Math.min(HEADER, source.size - at));
    if (view.byteLength < 8) throw tooEarly();
    const magic = view.getUint32(0, true);
    if (magic >>> 4 === SKIPPABLE >>> 4) {
      const end = at + 8 + view.getUint32(4, true);
      if (end > source.size) throw tooEarly();
      yield { start: at, end, window: 0, isLast: true };
      at = end;
      continue;
    }
    if (magic !== FRAME) throw new DecodeError('zstd', say`something else follows its end`);
    let isLast = false;
    const { length, window, checksum } = headerOf(view);
    for (let [start, next] = [at, at + length]; !isLast; start = at) {
      const header = viewOf(source, next, 3);
      const bits = header.getUint16(0, true) + header.getUint8(2) * 2 ** 16;
      isLast = (bits & 1) === 1;
      const isRepeated = ((bits >> 1) & 3) === 1;
      at = next + 3 + (isRepeated ? 1 : bits >> 3) + (isLast ? checksum : 0);
      if (at > source.size) throw tooEarly();
      yield { start, end: at, window, isLast };
      next = at;
    }
  }
}

interface FrameHeader {
  readonly length: number;
  readonly window: number;
  /** The length of the checksum after the last block in bytes. */
  readonly checksum: number;
}

/** Reads the header of a frame (RFC 8878, section 3.1.1.1). */
function headerOf(view: DataView): FrameHeader {
  const descriptor = view.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const contentBytes = descriptor >> 6 === 0 ? (isSingle ? 1 : 0) : 1 << (descriptor >> 6);
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentAt = 5 + (isSingle ? 0 : 1) + dictionaryBytes;
  const length = contentAt + contentBytes;
  if (length > view.byteLength) throw tooEarly();
  const window = isSingle ? contentSize(view, contentAt, contentBytes) : windowSize(view.getUint8(5));
  if (window > MAX_WINDOW) throw tooLarge(say`The window of the file`, MAX_WINDOW);
  return { length, window, checksum: (descriptor & 4) === 0 ? 0 : 4 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 8) return Number(view.getBigUint64(at, true));
  if (bytes === 4) return view.getUint32(at, true);
  return bytes === 2 ? view.getUint16(at, true) + 256 : view.getUint8(at);
}

function viewOf(source: ByteSource, at: number, length: number): DataView {
  if (at + length > source.size) throw tooEarly();
  const bytes = source.read(at, length);
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

function tooEarly(): DecodeError {
  return new DecodeError('zstd', say`it ends too early`);
}

function tooLarge(what: Words, limit: number): LimitError {
  return new LimitError(what, limit, say`bytes`, say`Unpack it with another program.`);
}
