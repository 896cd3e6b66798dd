/** The kind of a file, by its first bytes. A file that is of no other kind counts as a pickle. */
export type FileKind = 'pickle' | 'npy' | 'zip' | 'torch' | 'safetensors';

/** How a file is compressed. */
export type Compression = 'gzip' | 'zlib' | 'bzip2' | 'xz' | 'lzma' | 'zstd' | 'lz4';

/** Bytes from the start that are enough to recognize a file. */
export const FILE_START = 64;

export const NPY_MAGIC = '\x93NUMPY';

/** The pickled magic number of files of torch before 1.6, in protocols from 2 on and in earlier ones. */
const LEGACY_TORCH = { binary: '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', text: 'L119547037146038801333356L\n.' };

/** Compressions by their first bytes, in Latin-1. zlib has no magic number; {@link isZlib} checks its first two bytes. */
const COMPRESSIONS: readonly (readonly [Compression, string])[] = [
  ['gzip', '\x1f\x8b\x08'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  // The usual parameters, and a dictionary size that is a multiple of 64 KiB. No pickle begins with these bytes.
  ['lzma', ']\0\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04\x22\x4d\x18'],
];

/** Bytes of the length of the header in a safetensors file, and the largest length that safetensors itself allows. */
const SAFETENSORS = { prefix: 8, maxHeader: 100_000_000 };

/** Whether a file with these first bytes holds arrays or tensors. @param size of the whole file */
export function beginsAsData(start: Uint8Array, size: number): boolean {
  return kindOfStart(start, size) !== 'pickle';
}

/** The kind of a file with these first {@link FILE_START} bytes, or more. @param size of the whole file */
export function kindOfStart(start: Uint8Array, size: number): FileKind {
  const text = latin1(start, FILE_START);
  if (text.startsWith(NPY_MAGIC)) return 'npy';
  // An empty archive consists of its end record only.
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'zip';
  if (isSafetensors(start, size)) return 'safetensors';
  return isLegacyTorch(text) ? 'torch' : 'pickle';
}

/** The magic number follows the opcode PROTO and, from protocol 4 on, FRAME. */
function isLegacyTorch(start: string): boolean {
  if (start.startsWith(LEGACY_TORCH.text)) return true;
  const at = start.indexOf(LEGACY_TORCH.binary);
  return start.startsWith('\x80') && (at === 2 || (at === 11 && start[2] === '\x95'));
}

/** The compression of content with these first bytes; undefined if it is not compressed. */
export function compressionOf(start: Uint8Array): Compression | undefined {
  const text = latin1(start, 16);
  const found = COMPRESSIONS.find(([, magic]) => text.startsWith(magic))?.[0];
  return found ?? (isZlib(start) ? 'zlib' : undefined);
}

/** Checks the header of RFC 1950: method 8, a window of up to 32 KiB, and the check bits of both bytes. */
function isZlib(start: Uint8Array): boolean {
  const [method = 0, flags = 0] = start;
  return start.length > 2 && method === 0x78 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;
}

/** Whether the first bytes are those of a safetensors file: a length, and a JSON object of that length. */
function isSafetensors(start: Uint8Array, size: number): boolean {
  const { prefix, maxHeader } = SAFETENSORS;
  if (start.length < prefix + 2) return false;
  const length = safetensorsHeader(start);
  return start[prefix] === 0x7b && length >= 2 && length <= Math.min(maxHeader, size - prefix);
}

/** The length of the header of a safetensors file in bytes, from the first eight bytes. */
export function safetensorsHeader(start: Uint8Array): number {
  const view = new DataView(start.buffer, start.byteOffset, SAFETENSORS.prefix);
  return view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, length)).toString('latin1');
}
