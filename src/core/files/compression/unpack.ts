import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { XzReadableStream } from 'xz-decompress';
import { DecodeError, LimitError, PicklepostError, wordsOf } from '../../errors';
import { type ByteSource, checkedEnd } from '../../values/byteSource';
import type { Compression } from '../fileKind';
import { bunzip2 } from './bzip2';
import { unpackLz4 } from './lz4';
import { unlzma } from './lzma';
import { unzstd } from './zstd';
import { say } from '../../text';

const MiB = 1024 * 1024;
/** The largest unpacked size of a file in bytes, as it is unpacked into memory. */
const MAX_SIZE = 1024 * MiB;
/** Up to this unpacked size in bytes, the ratio is not checked. */
const FREE_SIZE = 64 * MiB;
/** The largest ratio of the unpacked size to the size of the file. Only files of zeros and decompression bombs reach it. */
const MAX_RATIO = 1000;
/** Bytes that are read at once. */
const PIECE = 256 * 1024;

/**
 * Unpacks a file into memory. Nothing is written to the disk.
 * @throws DecodeError if it is damaged; LimitError if its unpacked size or its ratio is too large
 */
export async function unpack(compression: Compression, source: ByteSource): Promise<ByteSource> {
  const unpacked = new PieceSource();
  try {
    for await (const piece of UNPACKERS[compression](source)) {
      checkSize(unpacked.size + piece.length, source.size);
      unpacked.append(piece);
    }
  } catch (cause) {
    if (cause instanceof PicklepostError) throw cause;
    throw new DecodeError(compression, say`it cannot be unpacked: ${wordsOf(cause)}`, undefined, { cause });
  }
  return unpacked;
}

function checkSize(size: number, packedSize: number): void {
  if (size > MAX_SIZE)
    throw new LimitError(
      say`The unpacked size of the file`,
      MAX_SIZE,
      say`bytes`,
      say`Unpack it with another program.`,
    );
  if (size > FREE_SIZE && size > MAX_RATIO * packedSize)
    throw new LimitError(
      say`The ratio of the unpacked size of the file to its own`,
      MAX_RATIO,
      say`times`,
      say`It may be crafted to fill the memory. If you trust it, unpack it with another program.`,
    );
}

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const UNPACKERS: Readonly<Record<Compression, (source: ByteSource) => Pieces>> = {
  gzip: (source) => through(zlib.createGunzip(), source),
  zlib: (source) => through(zlib.createInflate(), source),
  bzip2: bunzip2,
  xz: (source) =>
    new XzReadableStream(Readable.toWeb(Readable.from(piecesOf(source))) as ReadableStream<Uint8Array>),
  lzma: unlzma,
  zstd: unpackZstd,
  lz4: unpackLz4,
};

function* piecesOf(source: ByteSource): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield source.read(at, Math.min(PIECE, source.size - at));
}

function through(transform: Transform, source: ByteSource): AsyncIterable<Uint8Array> {
  // The stream that the caller reads reports the errors.
  pipeline(Readable.from(piecesOf(source)), transform, () => undefined);
  return transform as AsyncIterable<Uint8Array>;
}

/** Uses the decoder of Node.js since 22.15, which is several times as fast as the other one. */
function unpackZstd(source: ByteSource): Pieces {
  const create = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
  return create ? through(create(), source) : unzstd(source);
}

/** Bytes of a piece in memory. */
const UNPACKED_PIECE = 1024 * 1024;

/** Bytes that are appended in pieces. They stay in these pieces, because a single growing buffer would take more time and memory. */
class PieceSource implements ByteSource {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  get size(): number {
    return this.length;
  }

  append(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length;) {
      const at = this.length % UNPACKED_PIECE;
      if (at === 0) this.pieces.push(new Uint8Array(UNPACKED_PIECE));
      const part = bytes.subarray(taken, taken + UNPACKED_PIECE - at);
      this.pieces.at(-1)?.set(part, at);
      taken += part.length;
      this.length += part.length;
    }
  }

  read(offset: number, length: number): Uint8Array {
    const end = checkedEnd(this, offset, length);
    const first = Math.floor(offset / UNPACKED_PIECE);
    const inFirst = offset - first * UNPACKED_PIECE;
    if (inFirst + length <= UNPACKED_PIECE)
      return (this.pieces[first] ?? EMPTY).subarray(inFirst, inFirst + length);
    const bytes = new Uint8Array(length);
    for (let at = offset; at < end;) {
      const from = at % UNPACKED_PIECE;
      const part = (this.pieces[Math.floor(at / UNPACKED_PIECE)] ?? EMPTY).subarray(
        from,
        Math.min(UNPACKED_PIECE, from + end - at),
      );
      bytes.set(part, at - offset);
      at += part.length;
    }
    return bytes;
  }
}

const EMPTY = new Uint8Array(0);
