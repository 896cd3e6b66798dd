import { isWithin, offsetOf, viewOf, type NdArray } from '../../../arrays/ndArray';
import { countOf } from '../../../amounts';
import { say } from '../../../text';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import { attributes } from '../attributes';
import type { Known } from '../known';
import { dictOf, expression, isBare, itemsOf, nameOf, numberOf, numbersOf, textOf } from '../matching';
import { elementsOf } from '../numpy/elements';
import { arrayValue, shapeText } from '../numpy/knownArray';
import { recognise, type Form } from '../registry';
import { torchName, typeOfDtype } from './storages';
import { sizesOf, tensorNames, type TensorForm } from './tensors';

const SPARSE_PARTS: Readonly<Record<string, readonly string[] | undefined>> = {
  sparse_coo: ['indices', 'values'],
  sparse_csr: ['crow_indices', 'col_indices', 'values'],
  sparse_csc: ['ccol_indices', 'row_indices', 'values'],
  sparse_bsr: ['crow_indices', 'col_indices', 'values'],
  sparse_bsc: ['ccol_indices', 'row_indices', 'values'],
};

/**
 * `_rebuild_sparse_tensor(layout, parts)`. The parts of COO are indices, values, a size and, since torch 2, whether it is
 * coalesced; those of compressed layouts are two kinds of indices, values and a size. An older function is only for CSR, and
 * takes no layout.
 */
export const sparseForm: TensorForm = (call, args, type = 'Tensor') => {
  const isOfOne = nameOf(call.callable) === 'torch._utils._rebuild_sparse_csr_tensor';
  const [layout, parts] = isOfOne ? [new InertName('torch', 'sparse_csr'), args[0]] : args;
  const name = layoutName(layout);
  const names = SPARSE_PARTS[name ?? ''];
  const values = itemsOf(isOfOne && args.length === 2 ? args[1] : parts);
  if (!isBare(call) || name === undefined || names === undefined || values === undefined) return undefined;
  const size = numbersOf(sizesOf(values[names.length]));
  const arrays = names.map((_, i) => recognise(values[i] as Value)?.array);
  if (size === undefined || arrays.some((array) => array === undefined)) return undefined;
  const stored = arrays[names.indexOf('values')];
  const entries = names.map((part, i): [Value, Value] => [part, values[i] as Value]);
  return {
    library: 'torch',
    type,
    line: say`${`${type} ${stored?.type.name ?? ''} ${shapeText(size)} ${name}`}, ${{ count: stored?.shape[0] ?? 0 }} stored`,
    children: attributes(entries),
    python: () =>
      expression(`torch.${name}_tensor`, [...values.slice(0, names.length), new Tuple(size.map(BigInt))]),
    plain: () => Dict.from([...entries, ['size', size.map(BigInt)]]),
  };
};

/** `_get_layout('torch.sparse_coo')`, or the name itself. */
function layoutName(value: Value | undefined): string | undefined {
  if (!(value instanceof InertCall)) return torchName(value);
  const [name] = itemsOf(value.args) ?? [];
  const isLayout = nameOf(value.callable) === 'torch.serialization._get_layout' && isBare(value);
  return isLayout && typeof name === 'string' ? name.replace(/^torch\./, '') : undefined;
}

/** The layout of a sparse tensor. */
export const layoutForm: Form = (call, [name]) => {
  const layout = isBare(call) ? textOf(name) : undefined;
  if (layout === undefined) return undefined;
  return {
    library: 'torch',
    type: 'layout',
    line: layout,
    python: () => new InertName('', layout),
    plain: () => layout,
  };
};

/** `_rebuild_meta_tensor_no_storage(dtype, size, stride, requires_grad)`: a tensor without content. */
export const metaForm: TensorForm = (call, args, name = 'Tensor') => {
  const type = typeOfDtype(args[0])?.name;
  const size = numbersOf(sizesOf(args[1]));
  if (!isBare(call) || args.length !== 4 || type === undefined || size === undefined) return undefined;
  return {
    library: 'torch',
    type: name,
    line: say`${`${name} ${type} ${shapeText(size)}`} without content`,
    python: () =>
      expression('torch.empty', [new Tuple(size.map(BigInt))], {
        dtype: new InertName('', `torch.${type}`),
        device: 'meta',
      }),
    plain: () => Dict.from([['dtype', type] as const, ['size', size.map(BigInt)]]),
  };
};

/** The largest number of tensors in a nested tensor. */
const MAX_NESTED = 100_000;

/** `_rebuild_nested_tensor(buffer, sizes, strides, offsets)`: several tensors of one type in one buffer. */
export const nestedForm: Form = (call, args) => {
  const [buffer, sizes, strides, offsets] = args.map((arg) => recognise(arg)?.array);
  if (!isBare(call) || args.length !== 4 || buffer?.shape.length !== 1) return undefined;
  const tensors = nestedTensors(buffer, rowsOf(sizes), rowsOf(strides), numbersIn(offsets));
  return tensors && knownNested(buffer, tensors);
};

/**
 * `_rebuild_njt({'values': …, 'offsets': …, 'lengths': …, '_ragged_idx': …, …})`: tensors that lie one after the other along
 * an axis of the values, counted from 1.
 */
export const jaggedForm: Form = (call, args) => {
  const given = dictOf(args[0]);
  const part = (name: string): Value => given?.get(name) ?? null;
  const [values, offsets, lengths] = ['values', 'offsets', 'lengths'].map(
    (name) => recognise(part(name))?.array,
  );
  const axis = (numberOf(part('_ragged_idx')) ?? 1) - 1;
  const starts = numbersIn(offsets);
  const counts =
    part('lengths') === null ? starts?.slice(1).map((end, i) => end - (starts[i] ?? 0)) : numbersIn(lengths);
  const [along, step] = [values?.shape[axis], values?.strides[axis]];
  if (!isBare(call) || values === undefined || starts === undefined || along === undefined) return undefined;
  const isFitting = counts?.every((count, i) => {
    const start = starts[i] ?? -1;
    return start >= 0 && count >= 0 && start + count <= along;
  });
  if (counts?.length !== starts.length - 1 || isFitting !== true || step === undefined) return undefined;
  const tensors = counts.map((count, i) =>
    viewOf(values, {
      shape: values.shape.map((size, at) => (at === axis ? count : size)),
      offset: values.offset + (starts[i] ?? 0) * step,
    }),
  );
  return knownNested(values, tensors, 'torch.jagged');
};

function knownNested({ type }: NdArray, tensors: readonly NdArray[], layout?: string): Known {
  const parts = tensors.map((tensor) => arrayValue(tensor, tensorNames('Tensor', '')));
  return {
    library: 'torch',
    type: 'nested Tensor',
    line: say`${`nested Tensor ${type.name}`} ${countOf(tensors.length, 'tensor')}`,
    children: {
      count: parts.length,
      at: (index) => ({ step: { kind: 'index', index }, value: parts[index] as Value }),
    },
    python: (limit) =>
      parts.length > limit
        ? undefined
        : expression('torch.nested.nested_tensor', [parts], {
            layout: layout === undefined ? undefined : new InertName('', layout),
          }),
    plain: () => parts.map((part) => recognise(part)?.plain() ?? null),
  };
}

/** Undefined if the lists do not fit together, or if a tensor does not lie within the buffer. */
function nestedTensors(
  buffer: NdArray,
  sizes: readonly (readonly number[])[] | undefined,
  strides: readonly (readonly number[])[] | undefined,
  offsets: readonly number[] | undefined,
): NdArray[] | undefined {
  if (sizes === undefined || strides?.length !== sizes.length || offsets?.length !== sizes.length)
    return undefined;
  const { size } = buffer.type;
  const isFlat = buffer.strides[0] === size;
  const length = buffer.offset + (buffer.shape[0] ?? 0) * size;
  const tensors = sizes.map((shape, i) => {
    const offset = buffer.offset + (offsets[i] as number) * size;
    return { shape, strides: (strides[i] as number[]).map((step) => step * size), offset };
  });
  const areWithin = tensors.every(
    (layout) =>
      layout.offset >= buffer.offset &&
      layout.strides.every((step) => step >= 0) &&
      isWithin(layout, size, length),
  );
  return isFlat && areWithin ? tensors.map((layout) => viewOf(buffer, layout)) : undefined;
}

/** The integers in a tensor of one dimension. */
function numbersIn(array: NdArray | undefined): number[] | undefined {
  const [count = 0] = array?.shape ?? [];
  if (array?.shape.length !== 1 || array.type.kind !== 'int' || count > MAX_NESTED) return undefined;
  const { number } = elementsOf(array);
  return Array.from({ length: count }, (_, i) => number(offsetOf(array, i)));
}

/** The integers in a tensor of two dimensions, row by row. */
function rowsOf(array: NdArray | undefined): number[][] | undefined {
  const [rows = 0, columns = 0] = array?.shape ?? [];
  if (array?.shape.length !== 2 || array.type.kind !== 'int' || rows > MAX_NESTED || columns > 64)
    return undefined;
  const { number } = elementsOf(array);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => number(offsetOf(array, row * columns + column))),
  );
}
