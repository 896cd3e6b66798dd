import { crc32, inflateRawSync } from 'node:zlib';
import { DecodeError, LimitError } from '../errors';
import { PartSource, MemorySource, type ByteSource } from '../values/byteSource';
import { say, type Words } from '../text';

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** The offset of its local header in the file. */
  readonly headerOffset: number;
}

const MAX_ENTRIES = 100_000;
/** The largest ratio of the unpacked to the packed size. */
const MAX_DEFLATE_RATIO = 1032;
const STORED = 0;
const DEFLATED = 8;

const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_SIZE = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_SIZE = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_SIZE = 30;

/**
 * Reads the central directory of a zip archive (APPNOTE.TXT, with zip64), and no contents. Folders are left out.
 * @throws PicklepostError also if entries overlap, which only decompression bombs do
 */
export function readZipDirectory(source: ByteSource): ZipEntry[] {
  const { offset, size, count } = findDirectory(source);
  if (count > MAX_ENTRIES)
    throw new LimitError(
      say`The number of files in the archive`,
      MAX_ENTRIES,
      say`files`,
      say`Unpack it and open them one by one.`,
    );
  if (offset + size > source.size) throw damaged(say`its directory lies outside the file`);
  const directory = Buffer.from(source.read(offset, size));
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + ENTRY_SIZE > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw damaged(say`its directory is cut off`, offset + at);
    const { entry, end } = readEntry(directory, at);
    entries.push(entry);
    at = end;
  }
  checkOverlaps(entries, source.size);
  return entries.filter(({ name }) => !name.endsWith('/'));
}

/**
 * Opens the content of an entry. If it is compressed, it is unpacked into memory; otherwise it stays in the archive.
 * @param spend charges the memory, in bytes
 */
export function openZipEntry(
  source: ByteSource,
  entry: ZipEntry,
  spend: (bytes: number) => void,
): ByteSource {
  const { name, method, isEncrypted, packedSize, size } = entry;
  if (isEncrypted) throw damaged(say`"${name}" is encrypted. Unpack it first`);
  if (method === STORED) {
    if (packedSize !== size) throw damaged(say`the sizes of "${name}" contradict each other`);
    return new StoredEntry(source, entry);
  }
  if (method !== DEFLATED)
    throw damaged(say`"${name}" is compressed in a way (${method}) that is not read here. Unpack it first`);
  if (size > MAX_DEFLATE_RATIO * packedSize + 64)
    throw damaged(say`"${name}" claims a size that it cannot have`);
  const packed = new PartSource(source, contentOffset(source, entry), packedSize);
  spend(size);
  return new MemorySource(inflate(packed.read(0, packedSize), entry));
}

/** The content of an entry that is not compressed. Its offset is looked up on the first read, as a checkpoint has thousands of entries. */
class StoredEntry implements ByteSource {
  readonly size: number;
  private content: ByteSource | undefined;

  constructor(
    private readonly archive: ByteSource,
    private readonly entry: ZipEntry,
  ) {
    this.size = entry.size;
  }

  read(offset: number, length: number): Uint8Array {
    const { archive, entry } = this;
    this.content ??= new PartSource(archive, contentOffset(archive, entry), entry.size);
    return this.content.read(offset, length);
  }
}

function inflate(packed: Uint8Array, { name, size, crc }: ZipEntry): Uint8Array {
  let content: Buffer;
  try {
    // A single allocation of the claimed size, and no more.
    content = inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size) });
  } catch (cause) {
    throw damaged(say`"${name}" cannot be unpacked, or has another size than it claims`, undefined, cause);
  }
  if (content.length !== size || crc32(content) !== crc) throw damaged(say`"${name}" is damaged`);
  return content;
}

/** The offset of the content. The local header repeats the entry of the directory, but the length of its fields can differ. */
function contentOffset(source: ByteSource, { name, headerOffset }: ZipEntry): number {
  if (headerOffset + LOCAL_SIZE > source.size) throw damaged(say`"${name}" lies outside the file`);
  const header = Buffer.from(source.read(headerOffset, LOCAL_SIZE));
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE)
    throw damaged(say`"${name}" is not where the directory says`, headerOffset);
  return headerOffset + LOCAL_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function findDirectory(source: ByteSource): { offset: number; size: number; count: number } {
  const length = Math.min(source.size, END_SIZE + MAX_COMMENT + LOCATOR_SIZE);
  const tailStart = source.size - length;
  const tail = Buffer.from(source.read(tailStart, length));
  for (let at = length - END_SIZE; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE || at + END_SIZE + tail.readUInt16LE(at + 20) !== length)
      continue;
    const found = {
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    const isLarge = found.count === 0xffff || found.size === 0xffff_ffff || found.offset === 0xffff_ffff;
    return isLarge ? (findLargeDirectory(source, tail, at - LOCATOR_SIZE) ?? found) : found;
  }
  throw damaged(say`its end is missing: it is cut off, or still being written`);
}

function findLargeDirectory(
  source: ByteSource,
  tail: Buffer,
  locator: number,
): { offset: number; size: number; count: number } | undefined {
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_SIGNATURE) return undefined;
  const at = count64(tail, locator + 8);
  if (at + END64_SIZE > source.size) throw damaged(say`its end is not where it should be`);
  const end = Buffer.from(source.read(at, END64_SIZE));
  if (end.readUInt32LE(0) !== END64_SIGNATURE) throw damaged(say`its end is not where it should be`, at);
  return { count: count64(end, 32), size: count64(end, 40), offset: count64(end, 48) };
}

function readEntry(directory: Buffer, at: number): { entry: ZipEntry; end: number } {
  const nameLength = directory.readUInt16LE(at + 28);
  const extraLength = directory.readUInt16LE(at + 30);
  const end = at + ENTRY_SIZE + nameLength + extraLength + directory.readUInt16LE(at + 32);
  if (end > directory.length) throw damaged(say`its directory is cut off`);
  const nameStart = at + ENTRY_SIZE;
  const flags = directory.readUInt16LE(at + 8);
  const isUtf8 = (flags & 0x800) !== 0;
  const sizes = largeSizes(directory.subarray(nameStart + nameLength, nameStart + nameLength + extraLength), [
    directory.readUInt32LE(at + 24),
    directory.readUInt32LE(at + 20),
    directory.readUInt32LE(at + 42),
  ]);
  const entry = {
    name: directory.toString(isUtf8 ? 'utf8' : 'latin1', nameStart, nameStart + nameLength),
    method: directory.readUInt16LE(at + 10),
    isEncrypted: (flags & 1) !== 0,
    crc: directory.readUInt32LE(at + 16),
    size: sizes[0],
    packedSize: sizes[1],
    headerOffset: sizes[2],
  };
  return { entry, end };
}

/** Replaces sizes that do not fit into four bytes by those in the extra field 1, which are in the same order. */
function largeSizes(extra: Buffer, small: [number, number, number]): [number, number, number] {
  const sizes = small;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2));
    let next = at + 4;
    sizes.forEach((size, i) => {
      if (size !== 0xffff_ffff || next + 8 > end) return;
      sizes[i] = count64(extra, next);
      next += 8;
    });
  }
  return sizes;
}

function checkOverlaps(entries: readonly ZipEntry[], size: number): void {
  let end = 0;
  const inOrder = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  for (const { headerOffset, packedSize, name } of inOrder) {
    if (headerOffset < end) throw damaged(say`its files overlap`);
    end = headerOffset + LOCAL_SIZE + packedSize;
    if (end > size) throw damaged(say`"${name}" lies outside the file`);
  }
}

function count64(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * 2 ** 32;
}

function damaged(reason: Words, offset?: number, cause?: unknown): DecodeError {
  return new DecodeError('zip archive', reason, offset, { cause });
}
