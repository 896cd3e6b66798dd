import type { ElementType, NdArray } from '../../../arrays/ndArray';
import { InertCall, InertName, InertReference, type Value } from '../../value';
import { argumentsOf, bytesOf, itemsOf, shortName } from '../matching';
import { simpleType } from '../numpy/dtype';

/** Element types by the class of a storage, or the name of a dtype, in `torch`. */
const TYPES: ReadonlyMap<string, ElementType> = new Map(
  Object.entries({
    DoubleStorage: simpleType('float', 8),
    FloatStorage: simpleType('float', 4),
    HalfStorage: simpleType('float', 2),
    BFloat16Storage: smallFloat('bfloat16', 2),
    LongStorage: simpleType('int', 8),
    IntStorage: simpleType('int', 4),
    ShortStorage: simpleType('int', 2),
    CharStorage: simpleType('int', 1),
    ByteStorage: simpleType('uint', 1),
    BoolStorage: simpleType('bool', 1),
    ComplexFloatStorage: simpleType('complex', 8),
    ComplexDoubleStorage: simpleType('complex', 16),
    QInt8Storage: { ...simpleType('int', 1), name: 'qint8' },
    QUInt8Storage: { ...simpleType('uint', 1), name: 'quint8' },
    QInt32Storage: { ...simpleType('int', 4), name: 'qint32' },
    float64: simpleType('float', 8),
    float32: simpleType('float', 4),
    float16: simpleType('float', 2),
    bfloat16: smallFloat('bfloat16', 2),
    float8_e4m3fn: smallFloat('float8_e4m3fn', 1),
    float8_e5m2: smallFloat('float8_e5m2', 1),
    float8_e4m3fnuz: smallFloat('float8_e4m3fnuz', 1),
    float8_e5m2fnuz: smallFloat('float8_e5m2fnuz', 1),
    float8_e8m0fnu: smallFloat('float8_e8m0fnu', 1),
    int64: simpleType('int', 8),
    int32: simpleType('int', 4),
    int16: simpleType('int', 2),
    int8: simpleType('int', 1),
    uint8: simpleType('uint', 1),
    uint16: simpleType('uint', 2),
    uint32: simpleType('uint', 4),
    uint64: simpleType('uint', 8),
    bool: simpleType('bool', 1),
    complex64: simpleType('complex', 8),
    complex128: simpleType('complex', 16),
  }),
);

/** The names of dtypes in `torch`. */
export const DTYPES: readonly string[] = [...TYPES.keys()].filter((name) => !name.endsWith('Storage'));

function smallFloat(name: string, size: number): ElementType {
  return { name, kind: 'float', size, littleEndian: true, floatFormat: name };
}

/** The element type of a dtype, such as the name `torch.float32`. */
export function typeOfDtype(value: Value | undefined): ElementType | undefined {
  const name = torchName(value);
  return name === undefined || name.endsWith('Storage') ? undefined : TYPES.get(name);
}

/** The name of something in the module `torch` itself. */
export function torchName(value: Value | undefined): string | undefined {
  return value instanceof InertName && value.module === 'torch' ? value.name : undefined;
}

/** A storage, of which tensors are views. */
export interface Storage {
  /** Undefined for an untyped storage. */
  readonly type: ElementType | undefined;
  readonly array: NdArray['bytes'] | NonNullable<InertReference['content']>;
  readonly device: string;
  readonly key: string;
  /** Whether other tensors are views of it too. */
  readonly isShared: boolean;
}

/**
 * The storage of a persistent id `('storage', class, key, device, count)`, if the reader of the file has attached its bytes
 * (their number is checked there), or of `torch.storage._load_from_bytes(b'...')`, which `pickle.dumps` of a tensor writes.
 */
export function storageOf(value: Value | undefined): Storage | undefined {
  if (value instanceof InertCall) return embeddedStorage(value);
  if (!(value instanceof InertReference) || value.kind !== 'persistent' || value.content === undefined)
    return undefined;
  const [kind, type, key, device] = itemsOf(value.id) ?? [];
  if (kind !== 'storage' || !(type instanceof InertName) || typeof device !== 'string') return undefined;
  if (typeof key !== 'string') return undefined;
  return { type: TYPES.get(shortName(type)), array: value.content, device, key, isShared: value.uses > 1 };
}

const embedded = new WeakMap<InertCall, Storage | null>();

function embeddedStorage(call: InertCall): Storage | undefined {
  const known = embedded.get(call);
  if (known !== undefined) return known ?? undefined;
  const args = argumentsOf(call, 'torch.storage._load_from_bytes');
  const bytes = args?.length === 1 ? bytesOf(args[0]) : undefined;
  const storage = bytes && readStorageFile(bytes);
  embedded.set(call, storage ?? null);
  return storage;
}

/** The opcode BINUNICODE with its length; the length is compared with the text afterwards. BINPUT may follow. */
const TEXT = 'X([^]{4})';
const REMEMBERED = '(?:q[^])?';
const INTEGER = '(?:K([^])|M([^]{2})|J([^]{4})|\\x8a\\x05([^]{5}))';

/**
 * A file in the format before torch 1.6 that holds a single storage: five pickles (magic number, version, properties of the
 * machine, storage, list of its key), the number of elements, and the bytes. The pattern covers all five pickles, so none of
 * them can call anything.
 */
const STORAGE_FILE = new RegExp(
  [
    '^\\x80\\x02\\x8a\\nl\\xfc\\x9cF\\xf9 j\\xa8P\\x19\\.',
    '\\x80\\x02M\\xe9\\x03\\.',
    `\\x80\\x02\\}${REMEMBERED}\\(X\\x10\\0\\0\\0protocol_version${REMEMBERED}M\\xe9\\x03`,
    `X\\r\\0\\0\\0little_endian${REMEMBERED}\\x88X\\n\\0\\0\\0type_sizes${REMEMBERED}\\}${REMEMBERED}\\(`,
    ...['short', 'int', 'long'].map(
      (name) => `X${String.fromCharCode(name.length)}\\0\\0\\0${name}${REMEMBERED}K[\\x02\\x04\\x08]`,
    ),
    'uu\\.',
    `\\x80\\x02\\(X\\x07\\0\\0\\0storage${REMEMBERED}c(torch|torch\\.storage)\\n(\\w{1,30})\\n${REMEMBERED}`,
    `${TEXT}(\\d{1,20})${REMEMBERED}${TEXT}([a-z]{2,20}(?::\\d{1,3})?)${REMEMBERED}${INTEGER}Nt${REMEMBERED}Q\\.`,
    `\\x80\\x02\\]${REMEMBERED}${TEXT}(\\d{1,20})${REMEMBERED}a\\.`,
    '([^]{8})',
  ].join(''),
);

/** The largest offset at which the content of such a file begins. */
const MAX_HEAD = 1_000;

function readStorageFile(bytes: Uint8Array): Storage | undefined {
  const match = STORAGE_FILE.exec(Buffer.from(bytes.subarray(0, MAX_HEAD)).toString('latin1'));
  if (match === null) return undefined;
  const group = (index: number): string => match[index] ?? '';
  const [module, name, key, device, keyAgain] = [1, 2, 4, 6, 12].map(group) as [string, ...string[]];
  const type = module === 'torch' ? TYPES.get(name as string) : undefined;
  const isUntyped = module === 'torch.storage' && name === 'UntypedStorage';
  if (!isUntyped && (type === undefined || !(name as string).endsWith('Storage'))) return undefined;
  const lengths = [3, 5, 11].map((index) => littleEndian(group(index)));
  const texts = [key, device, keyAgain];
  if (keyAgain !== key || lengths.some((length, i) => length !== texts[i]?.length)) return undefined;
  const count = littleEndian([7, 8, 9, 10].map(group).join(''));
  const array = bytes.subarray(match[0].length);
  const isWhole = littleEndian(group(13)) === count && count * (type?.size ?? 1) === array.length;
  return isWhole ? { type, array, device: device as string, key: key as string, isShared: false } : undefined;
}

/** The little-endian integer in up to eight bytes, given as Latin-1 text. */
function littleEndian(bytes: string): number {
  let sum = 0;
  for (let at = bytes.length - 1; at >= 0; at--) sum = sum * 256 + bytes.charCodeAt(at);
  return sum;
}
