/** Kinds of files that often have the extension of a pickle, by their first bytes in Latin-1, with advice for the person. */
import { say, type Words } from '../../text';

const KINDS: readonly (readonly [start: string, reason: Words])[] = [
  ...starting(say`it is compressed with gzip. Decompress it first`, '\x1f\x8b'),
  ...starting(say`it is compressed with bzip2. Decompress it first`, 'BZh'),
  ...starting(say`it is compressed with xz. Decompress it first`, '\xfd7zXZ\0'),
  ...starting(
    say`it is compressed with LZMA (.lzma). Decompress it first, with "xz --decompress" or lzma.open in Python`,
    ']\0\0',
  ),
  ...starting(say`it is compressed with LZ4. Decompress it first`, '\x04\x22\x4d\x18'),
  ...starting(say`it is compressed with Zstandard. Decompress it first`, '\x28\xb5\x2f\xfd'),
  ...starting(say`it is compressed with zlib. Decompress it first`, 'x\x01', 'x^', 'x\x9c', 'x\xda'),
  ...starting(say`it is a 7-Zip archive. Unpack it first`, "7z\xbc\xaf'\x1c"),
  ...starting(say`it is a RAR archive. Unpack it first`, 'Rar!\x1a\x07'),
  ...starting(
    say`it is a zip archive, a format that NumPy, PyTorch and others also use. Unpack it first`,
    'PK\x03\x04',
    'PK\x05\x06',
  ),
  ...starting(
    say`it is a pointer of Git LFS. Fetch the file with "git lfs pull" first`,
    'version https://git-lfs',
  ),
  ...starting(say`it is an HDF5 file. Read it with h5py or pandas.read_hdf`, '\x89HDF\r\n\x1a\n'),
  ...starting(say`it is a NumPy array (.npy). Read it with numpy.load`, '\x93NUMPY'),
  ...starting(say`it is a Parquet file. Read it with pandas.read_parquet`, 'PAR1'),
  ...starting(say`it is an Arrow file. Read it with pyarrow`, 'ARROW1', 'FEA1'),
  ...starting(say`it is an SQLite database`, 'SQLite format 3\0'),
  ...starting(
    say`it is a dbm database, as shelve makes. Open it with Python`,
    '\xce\x9a\x57\x13',
    '\x13\x57\x9a\xce',
  ),
  ...starting(say`it is a MATLAB file. Read it with scipy.io.loadmat`, 'MATLAB 5.0'),
  ...starting(say`it is an R data file`, 'RDX2\n', 'RDX3\n'),
  ...starting(say`it is a PDF document`, '%PDF-'),
  ...starting(say`it is a PNG image`, '\x89PNG\r\n'),
  ...starting(say`it is a JPEG image`, '\xff\xd8\xff'),
  ...starting(say`it is a program`, '\x7fELF', 'MZ\x90\0'),
  ...starting(
    say`its bytes were decoded as UTF-8 text, which destroyed some of them. Get the file again, in binary mode`,
    '\xef\xbf\xbd',
  ),
  ...starting(say`it is a pickle in base64. Decode it first`, 'gAJ', 'gAN', 'gAS', 'gAV'),
];

function starting(reason: Words, ...starts: readonly string[]): [string, Words][] {
  return starts.map((start) => [start, reason]);
}

/** Recognizes bytes that are not a pickle. @returns the reason of the error; undefined if the kind is not known */
export function kindOfBytes(bytes: Uint8Array): { reason: Words; isText: boolean } | undefined {
  if (bytes.length === 0) return { reason: say`the file is empty`, isText: true };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = buffer.toString('latin1', 0, 64);
  const kind = KINDS.find(([prefix]) => start.startsWith(prefix))?.[1];
  const binary = kind ?? archiveKind(buffer) ?? lengthBefore(buffer);
  const reason = binary ?? textKind(buffer);
  return reason === undefined ? undefined : { reason, isText: binary === undefined };
}

function archiveKind(buffer: Buffer): Words | undefined {
  return buffer.toString('latin1', 257, 262) === 'ustar'
    ? say`it is a tar archive. Unpack it first`
    : undefined;
}

/** Recognizes a length in four or eight bytes or in ten digits before a pickle, as programs send them over sockets. */
function lengthBefore(buffer: Buffer): Words | undefined {
  const isPickleAt = (at: number): boolean => buffer[at] === 0x80 && (buffer[at + 1] ?? 9) <= 5;
  const reason = (size: number): Words =>
    say`it has its length in ${size} bytes before the pickle. Leave out the first ${size} bytes`;
  if (buffer.length > 12) {
    const rest = buffer.length - 4;
    if (isPickleAt(4) && (buffer.readUInt32BE(0) === rest || buffer.readUInt32LE(0) === rest))
      return reason(4);
    const long = BigInt(buffer.length - 8);
    if (isPickleAt(8) && (buffer.readBigUInt64BE(0) === long || buffer.readBigUInt64LE(0) === long))
      return reason(8);
  }
  return isPickleAt(10) && /^[\d ]{10}$/.test(buffer.toString('latin1', 0, 10)) ? reason(10) : undefined;
}

export const SHELF = say`it is the data of a shelf (shelve with dbm.dumb). Open it with Python`;

/** `dbm.dumb` begins each value at a multiple of 512 bytes. */
export function isShelf(bytes: Uint8Array): boolean {
  return bytes.length > 512 && bytes[0] === 0x80 && bytes[512] === 0x80 && bytes[511] === 0;
}

function textKind(buffer: Buffer): Words | undefined {
  const text = buffer
    .toString('utf8', 0, 4096)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^<(?:!doctype html|html|head|body)\b/i.test(text))
    return say`it is an HTML page, such as a site shows in place of a download. Download the file itself`;
  if (/^<\?xml|^<[a-z][\w:.-]*[\s/>]/i.test(text)) return say`it is XML`;
  if (/^[{[]/.test(text)) return say`it is JSON, or text like it`;
  // The last character of a part may be incomplete.
  return isPlainText(buffer.length > 4096 ? text.slice(0, -4) : text) ? say`it is text` : undefined;
}

function isPlainText(text: string): boolean {
  return text !== '' && !/[^\P{Cc}\t\n\v\f\r]|\ufffd/u.test(text);
}
