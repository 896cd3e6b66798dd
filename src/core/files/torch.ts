import { DecodeError, PicklepostError } from '../errors';
import { hashKey, InertName, InertReference, Tuple, type Value } from '../values/value';
import { MemoryBudget } from '../codecs/memoryBudget';
import { decodePickle, PickleAccount, type PickleExtension } from '../codecs/pickle/codec';
import { flatLiteral } from '../render/flatLiteral';
import { bytesAt, StoredBytes, type ByteSource } from '../values/byteSource';
import { elementSize } from '../values/known/torch/storages';
import { openZipEntry, type ZipEntry } from './zip';
import { say } from '../text';
import { TextMap } from '../values/textMap';

/** Characters of a persistent id that are compared. */
const MAX_ID = 1000;

/** The budget in bytes for the first reading of a legacy file, which finds its storages. */
const FIRST_READING = 256 * 1024 * 1024;

/** The entry of a torch archive that holds the value: `archive/data.pkl`; undefined if it is not such an archive. */
export function findTorchPickle(entries: readonly ZipEntry[]): ZipEntry | undefined {
  return entries.find(isTorchPickle);
}

function isTorchPickle({ name }: ZipEntry): boolean {
  return /^(?:[^/]+\/)?data\.pkl$/.test(name);
}

/** Records in the account what Python would do with a pickle that is not shown. */
function noteCalls(source: ByteSource, account: PickleAccount): void {
  try {
    decodePickle(source.read(0, source.size), { account });
  } catch (error) {
    if (!(error instanceof PicklepostError) || error.code === 'limit-exceeded') throw error;
  }
}

/**
 * Reads an archive of `torch.save` since 1.6: a pickle whose persistent ids name other entries of the archive. Those are read
 * only when their tensors are shown.
 * @throws PicklepostError
 */
export function readTorchArchive(
  source: ByteSource,
  entries: readonly ZipEntry[],
  pickle: ZipEntry,
  account: PickleAccount,
): Value {
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const records = new Map(entries.map((entry) => [hashKey(entry.name), entry]));
  const spend = (bytes: number): void => account.spend(bytes);
  const open = (name: string): ByteSource | undefined => {
    const entry = records.get(hashKey(folder + name));
    return entry && openZipEntry(source, entry, spend);
  };
  const byteOrder = open('byteorder');
  const isLittle = byteOrder === undefined || textOf(byteOrder) === 'little';
  // If there are several, torch uses the one in the folder of the first entry, which may be another one than here.
  for (const other of entries.filter((entry) => entry !== pickle && isTorchPickle(entry)))
    noteCalls(openZipEntry(source, other, spend), account);
  const content = openZipEntry(source, pickle, spend);
  const extension = storages(({ key, unit }) => {
    const record = open(`data/${key}`);
    return record && (isLittle ? bytesAt(record, 0, record.size) : swapped(record, unit));
  });
  return decodeOnly(content, account, extension);
}

/**
 * Reads a file of torch before 1.6: five pickles, the fourth of which is the value, and the fifth a list of storages, whose bytes
 * follow in that order.
 * @throws PicklepostError
 */
export function readLegacyTorch(source: ByteSource, account: PickleAccount): Value {
  const bytes = source.read(0, source.size);
  let at = 0;
  const next = (own: PickleAccount, extension?: PickleExtension): Value => {
    const { value, length } = decodePickle(bytes, {
      start: at,
      account: own,
      ...(extension && { extension }),
    });
    at += length;
    return value;
  };
  for (let i = 0; i < 3; i++) next(account);
  const start = at;
  const sizes = new TextMap<number>();
  // The positions of the storages' bytes are known only after the value, so it is read twice.
  const collect = storages(({ key, size }) => {
    sizes.set(key, size);
    return undefined;
  });
  const first = new PickleAccount(new MemoryBudget(FIRST_READING));
  let contents: TextMap<Uint8Array | StoredBytes>;
  try {
    next(first, collect);
    const keys = next(account);
    contents = locateStorages(source, at, keys, sizes);
  } catch (error) {
    // Python loads the value before it reaches the error.
    account.addAll(first);
    throw error;
  }
  at = start;
  return next(
    account,
    storages(({ key }) => contents.get(key)),
  );
}

function locateStorages(
  source: ByteSource,
  start: number,
  keys: Value,
  sizes: TextMap<number>,
): TextMap<Uint8Array | StoredBytes> {
  const contents = new TextMap<Uint8Array | StoredBytes>();
  let at = start;
  for (const key of Array.isArray(keys) ? keys : []) {
    if (typeof key !== 'string') throw new DecodeError('torch file', say`a storage has no name`);
    const count = Number(Buffer.from(source.read(at, 8)).readBigUInt64LE());
    const length = count * (sizes.get(key) ?? 1);
    contents.set(key, bytesAt(source, at + 8, length));
    at += 8 + length;
  }
  return contents;
}

/** Numbers that a machine with the other byte order wrote, with the bytes of each the other way round. @param unit bytes of a number */
function swapped(record: ByteSource, unit: number): StoredBytes {
  const { size } = record;
  const read = (offset: number, length: number): Uint8Array => {
    const start = offset - (offset % unit);
    const end = Math.min(size, Math.ceil((offset + length) / unit) * unit);
    const bytes = Uint8Array.from(record.read(start, end - start));
    for (let at = 0; at < bytes.length; at += unit) bytes.subarray(at, at + unit).reverse();
    return bytes.subarray(offset - start, offset - start + length);
  };
  return new StoredBytes({ size, read }, 0, size);
}

interface Storage {
  readonly key: string;
  /** The size of an element in bytes. */
  readonly size: number;
  /** The size of a number, of which complex elements have two. */
  readonly unit: number;
}

/** Resolves references to storages, if the content is as long as they claim. */
function storages(find: (storage: Storage) => Uint8Array | StoredBytes | undefined): PickleExtension {
  const found = new TextMap<Uint8Array | StoredBytes | undefined>();
  const references = new Map<string, InertReference>();
  return {
    persistent(id) {
      const [kind, type, key, device, count, ...others] = id instanceof Tuple ? id.items : [];
      // torch before 1.6 wrote the class of a module together with its source. Python uses the class.
      if (kind === 'module' && type instanceof InertName) return type;
      if (
        kind !== 'storage' ||
        !(type instanceof InertName) ||
        typeof key !== 'string' ||
        typeof count !== 'bigint'
      )
        return new InertReference('persistent', id);
      const isUsual = typeof device === 'string' && others.length === 0;
      // A literal of each of thousands of ids would take as long as everything else.
      const place = isUsual ? [type.qualifiedName, device, count, key].join('\n') : flatLiteral(id, MAX_ID);
      const known = references.get(place);
      // Python makes one storage for equal ids.
      if (known) {
        known.uses++;
        return known;
      }
      const size = elementSize(type.name);
      const unit = type.name.startsWith('Complex') ? size / 2 : size;
      if (!found.has(key)) found.set(key, find({ key, size, unit }));
      const content = found.get(key);
      // The first versions also wrote parts of storages, whose offsets follow the other arguments.
      const isWhole = (others[0] ?? null) === null;
      const isEnough =
        isWhole && content !== undefined && count >= 0n && count * BigInt(size) <= BigInt(content.length);
      const reference = new InertReference('persistent', id, isEnough ? content : undefined);
      references.set(place, reference);
      return reference;
    },
  };
}

function decodeOnly(source: ByteSource, account: PickleAccount, extension: PickleExtension): Value {
  const { value, length } = decodePickle(source.read(0, source.size), { account, extension });
  if (length < source.size) throw new DecodeError('torch file', say`data follows its value`, length);
  return value;
}

function textOf(source: ByteSource): string {
  return Buffer.from(source.read(0, Math.min(source.size, 16))).toString('latin1');
}
