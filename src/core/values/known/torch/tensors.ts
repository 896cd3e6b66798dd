import { arrayOver } from '../../../arrays/arrayPart';
import {
  contiguousStrides,
  elementCount,
  isWithin,
  type ElementType,
  type NdArray,
} from '../../../arrays/ndArray';
import { formatSize } from '../../../amounts';
import { StoredBytes, type ByteSource } from '../../byteSource';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { dictOf, expression, isBare, itemsOf, nameOf, numberOf, numbersOf } from '../matching';
import { knownArray, shapeText, type ArrayNames } from '../numpy/knownArray';
import { commaList, say, type Words } from '../../../text';
import { storageOf, torchName, typeOfDtype, type Storage } from './storages';

/** A tensor that is a view of a storage. */
export interface Tensor {
  readonly storage: Storage;
  readonly array: NdArray;
}

/**
 * `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`. `_rebuild_tensor_v3` takes a dtype
 * before the metadata; the oldest, `_rebuild_tensor`, takes nothing after the stride.
 */
export function tensorOf(value: Value | undefined): Tensor | undefined {
  if (!(value instanceof InertCall) || !isBare(value)) return undefined;
  const args = itemsOf(value.args);
  const counts = ARGUMENTS[nameOf(value.callable) ?? ''];
  if (args === undefined || counts === undefined || !counts.includes(args.length)) return undefined;
  const storage = storageOf(args[0]);
  const type = counts === V3 ? typeOfDtype(args[6]) : storage?.type;
  const array =
    storage && type && viewOfStorage(storage, type, args.slice(1, 4), args[counts === V3 ? 7 : 6]);
  return array && { storage, array };
}

const V3 = [7, 8];

/** Accepted numbers of arguments by function. */
const ARGUMENTS: Readonly<Record<string, readonly number[] | undefined>> = {
  'torch._utils._rebuild_tensor': [4],
  'torch._utils._rebuild_tensor_v2': [6, 7],
  'torch._utils._rebuild_tensor_v3': V3,
};

/** A form of a tensor, whose class may be another one than `Tensor`. */
export type TensorForm = (call: InertCall, args: readonly Value[], name?: string) => Known | undefined;

export const tensorForm: TensorForm = (call, _, name = 'Tensor') => {
  const tensor = tensorOf(call);
  return tensor && knownArray(tensor.array, tensorNames(name, viewRemark(tensor)));
};

/** A view of a storage; undefined if an element would lie outside of the storage. */
function viewOfStorage(
  storage: Storage,
  type: ElementType,
  [offset, size, stride]: readonly (Value | undefined)[],
  metadata: Value | undefined = new Dict(),
): NdArray | undefined {
  const start = numberOf(offset);
  const shape = numbersOf(sizesOf(size));
  const steps = numbersOf(itemsOf(stride));
  const signs = signBytes(type, metadata);
  if (start === undefined || shape === undefined || signs === undefined) return undefined;
  if (!steps?.every((step) => step >= 0)) return undefined;
  const strides = steps.map((step) => step * type.size);
  const layout = { type, shape, strides, offset: start * type.size };
  if (!isWithin(layout, type.size, storage.array.length)) return undefined;
  return arrayOver(layout, signs.length === 0 ? storage.array : flipped(storage.array, type.size, signs));
}

/**
 * The bytes of each element whose highest bit the metadata `{'conj': True, 'neg': True}` flips: those with the signs of the
 * imaginary part, or of all parts. Undefined for other metadata, and for types that torch sets none for.
 */
function signBytes({ kind, size, floatFormat }: ElementType, metadata: Value): number[] | undefined {
  const flags = dictOf(metadata);
  const [conj, neg] = [flags?.get('conj') ?? false, flags?.get('neg') ?? false];
  if (typeof conj !== 'boolean' || typeof neg !== 'boolean') return undefined;
  if (!flags?.keys.every((key) => key === 'conj' || key === 'neg')) return undefined;
  const isComplex = kind === 'complex';
  if (conj && !isComplex) return undefined;
  if (neg && !isComplex && (kind !== 'float' || floatFormat?.startsWith('float8'))) return undefined;
  return [
    ...(isComplex && neg ? [size / 2 - 1] : []),
    ...(conj !== neg && (isComplex || neg) ? [size - 1] : []),
  ];
}

/** The same elements with other signs, which are changed as the bytes are read. */
function flipped(content: Storage['array'], size: number, signs: readonly number[]): StoredBytes {
  const source: ByteSource = {
    size: content.length,
    read: (offset, length) => {
      const bytes = Uint8Array.from(
        content instanceof StoredBytes
          ? content.read(offset, length)
          : content.subarray(offset, offset + length),
      );
      for (const sign of signs)
        for (let at = (((sign - offset) % size) + size) % size; at < length; at += size)
          bytes[at] = (bytes[at] ?? 0) ^ 0x80;
      return bytes;
    },
  };
  return new StoredBytes(source, 0, content.length);
}

/** The lengths in a tuple or `torch.Size(...)`. */
export function sizesOf(value: Value | undefined): readonly Value[] | undefined {
  if (value instanceof InertCall && nameOf(value.callable) === 'torch.Size' && isBare(value))
    return itemsOf(itemsOf(value.args)?.[0]);
  return itemsOf(value);
}

/** The size in bytes, and if they are not the usual ones, the device, the strides, and that the storage is shared. */
export function viewRemark({ storage, array }: Tensor): Words {
  const { type, shape, strides } = array;
  const { device, key, isShared } = storage;
  const expected = contiguousStrides(shape, type.size);
  const isContiguous = strides.every((stride, axis) => stride === expected[axis] || (shape[axis] ?? 0) <= 1);
  const steps = strides.map((stride) => stride / type.size);
  return commaList([
    formatSize((elementCount(shape) ?? 0) * type.size),
    ...(device === 'cpu' ? [] : [say`on ${device}`]),
    ...(isContiguous ? [] : [say`strides ${shapeText(steps)}`]),
    ...(isShared ? [say`shares storage ${key}`] : []),
  ]);
}

export function tensorNames(type: string, remark: Words): ArrayNames {
  return { library: 'torch', type, python: tensorExpression, remark };
}

export function tensorExpression(elements: Value, { type, shape }: NdArray): Value {
  const dtype = new InertName('', `torch.${type.name}`);
  // Lists within an empty list cannot be told.
  const isLost = shape.slice(0, -1).includes(0);
  return isLost
    ? expression('torch.empty', [new Tuple(shape.map(BigInt))], { dtype })
    : expression('torch.tensor', [elements], { dtype });
}

/**
 * `_rebuild_qtensor(storage, offset, size, stride, quantizer, requires_grad, hooks)`, the quantizer being
 * `(per_tensor_affine, scale, zero point)` or `(per_channel_affine, scales, zero points, axis)`.
 */
export const quantisedForm: TensorForm = (call, args, name = 'Tensor') => {
  const storage = storageOf(args[0]);
  const [scheme, scale = null, zero = null, axis = null] = itemsOf(args[4]) ?? [];
  if (!isBare(call) || args.length !== 7 || storage?.type === undefined) return undefined;
  const array = viewOfStorage(storage, storage.type, args.slice(1, 4));
  const kind = torchName(scheme);
  if (array === undefined || kind === undefined || !storage.type.name.startsWith('q')) return undefined;
  const isSimple = typeof scale === 'number' && typeof zero === 'bigint';
  const view = viewRemark({ storage, array });
  const detail = isSimple
    ? say`scale ${String(scale)}, zero point ${String(zero)}`
    : kind.replaceAll('_', ' ');
  // The expression makes the stored integers (`qint8` becomes `int8`), and quantizes them with the scale of the whole.
  const python: ArrayNames['python'] = (elements, part) => {
    const type = { ...part.type, name: part.type.name.slice(1) };
    const stored = tensorExpression(elements, { ...part, type });
    return isSimple
      ? expression('torch._make_per_tensor_quantized_tensor', [stored, scale, zero])
      : expression('torch._make_per_channel_quantized_tensor', [stored, scale, zero, axis]);
  };
  return knownArray(array, { ...tensorNames(`quantized ${name}`, commaList([view, detail])), python });
};
