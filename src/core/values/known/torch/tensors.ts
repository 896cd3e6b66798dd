import { arrayOver } from '../../../arrays/arrayPart';
import {
  contiguousStrides,
  elementCount,
  isWithin,
  type ElementType,
  type NdArray,
} from '../../../arrays/ndArray';
import { formatSize } from '../../../amounts';
import { InertCall, InertName, type Value } from '../../value';
import { expression, isBare, itemsOf, nameOf, numberOf, numbersOf } from '../matching';
import { knownArray, shapeText, type ArrayNames } from '../numpy/knownArray';
import type { Form } from '../registry';
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
  const array = storage && type && viewOfStorage(storage, type, args.slice(1, 4));
  return array && { storage, array };
}

const V3 = [7, 8];

/** Accepted numbers of arguments by function. */
const ARGUMENTS: Readonly<Record<string, readonly number[] | undefined>> = {
  'torch._utils._rebuild_tensor': [4],
  'torch._utils._rebuild_tensor_v2': [6, 7],
  'torch._utils._rebuild_tensor_v3': V3,
};

export const tensorForm: Form = (call) => {
  const tensor = tensorOf(call);
  return tensor && knownArray(tensor.array, tensorNames('Tensor', viewRemark(tensor)));
};

/** A view of a storage; undefined if an element would lie outside of the storage. */
function viewOfStorage(
  storage: Storage,
  type: ElementType,
  [offset, size, stride]: readonly (Value | undefined)[],
): NdArray | undefined {
  const start = numberOf(offset);
  const shape = numbersOf(sizesOf(size));
  const steps = numbersOf(itemsOf(stride));
  if (start === undefined || shape === undefined || steps === undefined) return undefined;
  const strides = steps.map((step) => step * type.size);
  const layout = { type, shape, strides, offset: start * type.size };
  return isWithin(layout, type.size, storage.array.length) ? arrayOver(layout, storage.array) : undefined;
}

/** The lengths in a tuple or `torch.Size(...)`. */
export function sizesOf(value: Value | undefined): readonly Value[] | undefined {
  if (value instanceof InertCall && nameOf(value.callable) === 'torch.Size' && isBare(value))
    return itemsOf(itemsOf(value.args)?.[0]);
  return itemsOf(value);
}

/** The size in bytes, and if they are not the usual ones, the device, the strides, and that the storage is shared. */
function viewRemark({ storage, array }: Tensor): Words {
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

function tensorExpression(elements: Value, { type }: NdArray): Value {
  return expression('torch.tensor', [elements], { dtype: new InertName('', `torch.${type.name}`) });
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)` or `_rebuild_parameter_with_state(tensor, requires_grad, hooks, state)`. */
export const parameterForm: Form = (call, args) => {
  const tensor = tensorOf(args[0]);
  if (!isBare(call) || args.length < 3 || args.length > 4 || tensor === undefined) return undefined;
  const remark = viewRemark(tensor);
  const isFrozen = args[1] === false;
  const python: ArrayNames['python'] = (elements, part) =>
    expression('torch.nn.Parameter', [tensorExpression(elements, part)], {
      requires_grad: isFrozen ? false : undefined,
    });
  return knownArray(tensor.array, {
    ...tensorNames('Parameter', isFrozen ? say`${remark}, frozen` : remark),
    python,
  });
};

/** `_rebuild_from_type_v2(rebuild, class, arguments, state)`: a tensor with attributes. Only torch's own classes match. */
export const typedTensorForm: Form = (call, args) => {
  const [rebuild, type, given] = args;
  const inner = rebuild && itemsOf(given) ? new InertCall(rebuild, given as Value) : undefined;
  const isOwn = ['torch.Tensor', 'torch._tensor.Tensor', 'torch.nn.parameter.Parameter'].includes(
    nameOf(type) ?? '',
  );
  if (!isBare(call) || args.length < 3 || args.length > 4 || inner === undefined || !isOwn) return undefined;
  const tensor = tensorOf(inner);
  const name = nameOf(type)?.endsWith('Parameter') === true ? 'Parameter' : 'Tensor';
  return tensor && knownArray(tensor.array, tensorNames(name, viewRemark(tensor)));
};

/**
 * `_rebuild_qtensor(storage, offset, size, stride, quantizer, requires_grad, hooks)`, the quantizer being
 * `(per_tensor_affine, scale, zero point)` or `(per_channel_affine, scales, zero points, axis)`.
 */
export const quantisedForm: Form = (call, args) => {
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
  return knownArray(array, { ...tensorNames('quantized Tensor', commaList([view, detail])), python });
};
