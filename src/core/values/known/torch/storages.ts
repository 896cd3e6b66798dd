import type { ElementType, NdArray } from '../../../arrays/ndArray';
import { InertCall, InertName, InertReference, type Value } from '../../value';
import { argumentsOf, bytesOf, itemsOf, shortName } from '../matching';
import { simpleType } from '../numpy/dtype';

const KINDS: Readonly<Record<string, ElementType['kind'] | undefined>> = {
  b: 'bool',
  i: 'int',
  u: 'uint',
  f: 'float',
  c: 'complex',
};

/**
 * Each dtype with the letter of its kind, its size in bytes, and the class of its storage if it has one. The bits of `bits8`,
 * `float4_e2m1fn_x2` and the like are shown as integers, since torch shows no more of them.
 */
const DTYPE_ROWS =
  'float64 f8 Double,float32 f4 Float,float16 f2 Half,bfloat16 f2 BFloat16,int64 i8 Long,int32 i4 Int,int16 i2 Short,int8 i1 Char,' +
  'uint8 u1 Byte,bool b1 Bool,complex64 c8 ComplexFloat,complex128 c16 ComplexDouble,qint8 i1 QInt8,quint8 u1 QUInt8,qint32 i4 QInt32,' +
  'uint16 u2,uint32 u4,uint64 u8,complex32 c4,float8_e4m3fn f1,float8_e5m2 f1,float8_e4m3fnuz f1,float8_e5m2fnuz f1,' +
  'float8_e8m0fnu f1,float4_e2m1fn_x2 u1,bits8 u1,bits16 u2,bits1x8 u1,bits2x4 u1,bits4x2 u1,' +
  Array.from({ length: 7 }, (_, i) => `int${i + 1} i1,uint${i + 1} u1`).join();

/** Element types by the name of a dtype, and by the class of a storage, in `torch`. */
const TYPES = new Map<string, ElementType>();

/** Classes of storages by the name of a dtype. */
const STORAGES = new Map<string, string>();

for (const row of DTYPE_ROWS.split(',')) {
  const [name = '', [letter = '', ...size] = '', storage] = row.split(' ');
  const type = { ...simpleType(KINDS[letter] ?? 'uint', Number(size.join(''))), name };
  const isNamed = letter === 'f' && !/^float\d\d$/.test(name);
  TYPES.set(name, isNamed ? { ...type, floatFormat: name } : type);
  if (storage === undefined) continue;
  TYPES.set(`${storage}Storage`, TYPES.get(name) as ElementType);
  STORAGES.set(name, `${storage}Storage`);
}

/** Names in `torch` that occur as values. */
export const CONSTANTS: readonly string[] = [
  ...[...TYPES.keys()].filter((name) => !name.endsWith('Storage')),
  ...'quint4x2 quint2x4 strided sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc jagged'.split(' '),
  ...'per_tensor_affine per_channel_affine per_tensor_symmetric per_channel_symmetric'.split(' '),
  ...'per_channel_affine_float_qparams contiguous_format preserve_format channels_last channels_last_3d'.split(
    ' ',
  ),
];

/** Names of classes in `torch`, for each element type that has one of its own. */
export const CLASSES: readonly string[] = [
  ...[...TYPES.keys()].filter((name) => name.endsWith('Storage')),
  ...['QUInt4x2Storage', 'QUInt2x4Storage', 'Tensor'],
];

/** The class of storages of a dtype, if there is one. @param name of the dtype */
export function storageClass(name: string): string | undefined {
  return STORAGES.get(name);
}

/** The size in bytes of an element, by the name of a dtype or of the class of a storage. */
export function elementSize(name: string): number {
  return TYPES.get(name)?.size ?? 1;
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
