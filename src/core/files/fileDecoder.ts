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

/** The content of a file. */
export interface DecodedFile {
  readonly kind: FileKind;
  /** A value for each pickle or array, in order. If not even the first could be read, there are none, and `problem` says why. */
  readonly values: readonly Value[];
  /** Whether pickles were damaged, and the values come from the repaired bytes. `problem` describes the damage. */
  readonly isRepaired?: true;
  /** The actions that Python would take to load the file. */
  readonly actions: PickleActions;
  /** Why the data after the values could not be read; undefined if there are none. */
  readonly problem?: PicklepostError;
}

/** Bytes in which a safetensors file is searched for opcodes that go beyond them. */
const PROBE = 64 * 1024;
/** The deepest nesting of archives. */
const MAX_DEPTH = 3;
/** Estimated memory for each entry of an archive, in addition to its value. */
const ENTRY_COST = 512;

/** Unpacks a compressed file into memory, also if it is compressed several times. @throws PicklepostError */
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

export function fileKindOf(source: ByteSource): FileKind {
  return kindOfStart(startOf(source), source.size);
}

/** Reads a file of any kind that is not compressed. Large contents stay in the file until they are needed. Nothing is run. */
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

/** Adds the kind of the file to an error of a lower layer. @throws any error that is not a PicklepostError */
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

/** Records what Python would do if it loaded a safetensors file as a pickle: the length at its start can be valid opcodes. */
function noteAsPickle(source: ByteSource, account: PickleAccount): void {
  const start = source.read(0, Math.min(source.size, PROBE));
  try {
    decodePickle(start, { account: account.sibling() });
  } catch (error) {
    if (!(error instanceof DecodeError) || (error.offset ?? 0) < start.length) return;
  }
  noteWithoutFormat(source.read(0, source.size), account);
}

/** Reads an archive of torch or numpy. Of any other archive, it returns the files by name, or the only file. */
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

/** The name of an array as in numpy: that of its file without the extension. */
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

/** Reads pickles. A file that cannot be read completely is shown as bytes, but what Python would call before it fails is recorded. */
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

/** Reads pickles, including the arrays that joblib writes between their opcodes. */
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
