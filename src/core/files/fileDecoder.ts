import { DecodeError, PicklepostError } from '../errors';
import { Dict, type Value } from '../values/value';
import {
  actionsOf,
  decodePickle,
  decodePickleFile,
  noteWithoutFormat,
  PickleAccount,
  type ActionOptions,
} from '../codecs/pickle/codec';
import type { PickleActions } from '../codecs/pickle/format';
import type { MemoryBudget } from '../codecs/memoryBudget';
import { bytesAt, type ByteSource } from '../values/byteSource';
import { unpack } from './compression/unpack';
import { compressionOf, FILE_START, kindOfStart, type FileKind } from './fileKind';
import { joblibExtension } from './joblib';
import { readAllNpy, readNpy } from './npy';
import { readSafetensors } from './safetensors';
import { findTorchPickle, readLegacyTorch, readTorchArchive } from './torch';
import { openZipEntry, readZipDirectory, type ZipEntry } from './zip';
import { say } from '../text';

/** What is in a file. */
export interface DecodedFile {
  readonly kind: FileKind;
  /** One for each pickle or array, in order. None where not even the first could be read; `problem` then says why. */
  readonly values: readonly Value[];
  /** For pickles, whether they were damaged on their way, and are read repaired; `problem` then says how. */
  readonly isRepaired?: true;
  /** What Python would do to load all of them. */
  readonly actions: PickleActions;
  /** Why the data after the values could not be read; undefined if there are none. */
  readonly problem?: PicklepostError;
}

/** Bytes that are enough to show that a file of an unknown kind is not a pickle either. */
const PROBE = 64 * 1024;
/** Archives inside of archives. */
const MAX_DEPTH = 3;
/** Estimated memory for each entry of an archive, in addition to its value. */
const ENTRY_COST = 512;

/** Unpacks a file that is compressed, also more than once, into memory. @throws PicklepostError */
export async function unpackFile(source: ByteSource): Promise<ByteSource> {
  let content = source;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const compression = compressionOf(startOf(content));
    if (compression === undefined) return content;
    content = await unpack(compression, content).catch((error: unknown) => {
      throw withFormat(error, compression);
    });
  }
  return content;
}

/** What the file is. */
export function fileKindOf(source: ByteSource): FileKind {
  return kindOfStart(startOf(source), source.size);
}

/** Reads a file that is not compressed, of any kind, and of large contents only where they are. Nothing is run. */
export function decodeFile(
  source: ByteSource,
  budget?: MemoryBudget,
  options: ActionOptions = {},
): DecodedFile {
  const account = new PickleAccount(budget);
  const kind = fileKindOf(source);
  if (kind === 'pickle') return { kind, ...decodePickles(source, account, options) };
  const values: Value[] = [];
  try {
    for (const value of readers[kind](source, account)) values.push(value);
    if (kind === 'safetensors') noteAsPickle(source, account);
    return {
      kind: isTorchArchive(source, kind) ? 'torch' : kind,
      values,
      actions: actionsOf(account, values, options),
    };
  } catch (error) {
    const problem = withFormat(error, TITLES[kind]);
    return { kind, values, actions: actionsOf(account, values, options), problem };
  }
}

const TITLES: Readonly<Record<FileKind, string>> = {
  pickle: 'pickle',
  npy: '.npy',
  zip: 'zip archive',
  torch: 'torch file',
  safetensors: 'safetensors',
};

/** Adds the kind of the file to an error of a lower layer. @throws errors that are not our own */
function withFormat(error: unknown, format: string): PicklepostError {
  if (!(error instanceof PicklepostError)) throw error;
  if (error instanceof DecodeError || error.code !== 'undecodable') return error;
  const [first = '', ...rest] = error.message.replace(/\.$/, '');
  return new DecodeError(format, first.toLowerCase() + rest.join(''), undefined, { cause: error });
}

const readers: Readonly<
  Record<Exclude<FileKind, 'pickle'>, (source: ByteSource, account: PickleAccount) => Iterable<Value>>
> = {
  npy: readAllNpy,
  zip: (source, account) => [readArchive(source, account, 1)],
  torch: (source, account) => [readLegacyTorch(source, account)],
  safetensors: (source, account) => [readSafetensors(source, account)],
};

/** The length at the start of a safetensors file may be made to be opcodes, which lead Python to others in the content. */
function noteAsPickle(source: ByteSource, account: PickleAccount): void {
  const start = source.read(0, Math.min(source.size, PROBE));
  try {
    decodePickle(start, { account: account.sibling() });
  } catch (error) {
    if (!(error instanceof DecodeError) || (error.offset ?? 0) < start.length) return;
  }
  noteWithoutFormat(source.read(0, source.size), account);
}

/** The content that torch and numpy wrote; for other archives, the files by their names, or the only one by itself. */
function readArchive(source: ByteSource, account: PickleAccount, depth: number): Value {
  const entries = readZipDirectory(source);
  account.spend(ENTRY_COST * entries.length);
  const pickle = findTorchPickle(entries);
  if (pickle) return readTorchArchive(source, entries, pickle, account);
  const files = new Dict();
  for (const entry of entries) {
    const content = openZipEntry(source, entry, (bytes) => account.spend(bytes));
    files.set(nameOf(entry), readEntry(content, account, depth));
  }
  const [only] = files.values;
  const isNumpy = entries.every(({ name }) => name.endsWith('.npy'));
  return files.size === 1 && only !== undefined && !isNumpy ? only : files;
}

/** As in numpy: the name of an array is that of its file without the extension. */
function nameOf({ name }: ZipEntry): string {
  return name.replace(/\.npy$/, '');
}

function readEntry(source: ByteSource, account: PickleAccount, depth: number): Value {
  switch (fileKindOf(source)) {
    case 'npy':
      return readNpy(source, 0, account).value;
    case 'zip':
      if (depth === MAX_DEPTH) throw new DecodeError('zip archive', say`archives are nested too deeply`);
      return readArchive(source, account, depth + 1);
    case 'torch':
      return readLegacyTorch(source, account);
    case 'safetensors':
      return readSafetensors(source, account);
    case 'pickle':
      return readPickleOrBytes(source, account);
  }
}

/** A file that is not a pickle as a whole is shown as bytes; but what Python would call until it fails is recorded. */
function readPickleOrBytes(source: ByteSource, account: PickleAccount): Value {
  const { values, problem } = decodePickleFile(source.read(0, source.size), account, joblibExtension(source));
  if (problem?.code === 'limit-exceeded') throw problem;
  const [first] = values;
  if (problem || first === undefined) return bytesAt(source, 0, source.size);
  return values.length === 1 ? first : [...values];
}

function isTorchArchive(source: ByteSource, kind: FileKind): boolean {
  return kind === 'zip' && findTorchPickle(readZipDirectory(source)) !== undefined;
}

/** Pickles, with the arrays that joblib puts between their opcodes. */
function decodePickles(
  source: ByteSource,
  account: PickleAccount,
  options: ActionOptions,
): Omit<DecodedFile, 'kind'> {
  return decodePickleFile(source.read(0, source.size), account, joblibExtension(source), options);
}

function startOf(source: ByteSource): Uint8Array {
  return source.read(0, Math.min(FILE_START, source.size));
}
