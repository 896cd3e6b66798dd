import { arrayOver } from '../../data/arrayPart';
import {
  contiguousStrides,
  elementCount,
  isWithin,
  type ElementType,
  type NdArray,
} from '../../data/ndArray';
import { Dict, InertCall, InertName, InertReference, Tuple, type Value } from '../value';
import { attributes } from './attributes';
import type { Known } from './known';
import {
  dictOf,
  expression,
  hasNoItems,
  isBare,
  itemsOf,
  nameOf,
  numberOf,
  numbersOf,
  shortName,
} from './matching';
import { knownArray, shapeText, type ArrayNames } from './numpy/knownArray';
import { simpleType } from './numpy/dtype';
import { recognise, type Form, type Forms } from './registry';
import { countOf } from '../../render/plural';
import { formatSize } from '../../render/sizeText';

/** Element types by the class of a storage, or the name of a dtype, in `torch`. */
const TYPES: Readonly<Record<string, ElementType | undefined>> = {
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
};

/** Names in `torch` that a pickle holds as values. */
const CONSTANTS = [
  ...Object.keys(TYPES).filter((name) => !name.endsWith('Storage')),
  'strided',
  'sparse_coo',
  'sparse_csr',
  'per_tensor_affine',
  'per_channel_affine',
  'contiguous_format',
  'preserve_format',
];

function smallFloat(name: string, size: number): ElementType {
  return { name, kind: 'float', size, littleEndian: true, floatFormat: name };
}

interface Storage {
  readonly type: ElementType | undefined;
  readonly array: NdArray['bytes'] | NonNullable<InertReference['content']>;
  readonly device: string;
  readonly key: string;
  /** Whether other tensors are views of it too. */
  readonly isShared: boolean;
}

/** `('storage', class, key, device, count)`, with its bytes where the file has them. The size is checked by whoever has read the file. */
function storageOf(value: Value | undefined): Storage | undefined {
  if (!(value instanceof InertReference) || value.kind !== 'persistent' || value.content === undefined)
    return undefined;
  const [kind, type, key, device] = itemsOf(value.id) ?? [];
  if (kind !== 'storage' || !(type instanceof InertName) || typeof device !== 'string') return undefined;
  if (typeof key !== 'string') return undefined;
  return { type: TYPES[shortName(type)], array: value.content, device, key, isShared: value.uses > 1 };
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`; `_v3` has a dtype before the metadata. */
function tensorForm(version: 'v2' | 'v3'): Form {
  return (call, args) => {
    if (!isBare(call)) return undefined;
    const [reference, offset, size, stride, , , dtype] = args;
    if (args.length < (version === 'v3' ? 7 : 6) || args.length > 8) return undefined;
    const storage = storageOf(reference);
    const type = version === 'v3' ? TYPES[torchName(dtype) ?? ''] : storage?.type;
    const array = storage && type && viewOfStorage(storage, type, [offset, size, stride]);
    return array && knownArray(array, tensorNames('Tensor', viewRemark(storage, array)));
  };
}

/** A view whose every element lies within the storage. */
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
  if (elementCount(shape) === undefined) return undefined;
  return isWithin(layout, type.size, storage.array.length) ? arrayOver(layout, storage.array) : undefined;
}

/** A tuple, or the same as `torch.Size(...)`. */
function sizesOf(value: Value | undefined): readonly Value[] | undefined {
  if (value instanceof InertCall && nameOf(value.callable) === 'torch.Size' && isBare(value))
    return itemsOf(itemsOf(value.args)?.[0]);
  return itemsOf(value);
}

/** The name of something in the module `torch` itself. */
function torchName(value: Value | undefined): string | undefined {
  return value instanceof InertName && value.module === 'torch' ? value.name : undefined;
}

/** Size, device, strides where they are not those of the shape, and the storage where it is shared. */
function viewRemark({ device, key, isShared }: Storage, { type, shape, strides }: NdArray): string {
  const expected = contiguousStrides(shape, type.size);
  const isContiguous = strides.every((stride, axis) => stride === expected[axis] || (shape[axis] ?? 0) <= 1);
  const steps = strides.map((stride) => stride / type.size);
  return [
    formatSize((elementCount(shape) ?? 0) * type.size),
    ...(device === 'cpu' ? [] : [`on ${device}`]),
    ...(isContiguous ? [] : [`strides ${shapeText(steps)}`]),
    ...(isShared ? [`shares storage ${key}`] : []),
  ].join(', ');
}

function tensorNames(type: string, remark: string): ArrayNames {
  return {
    library: 'torch',
    type,
    python: (elements, array) =>
      expression('torch.tensor', [elements], { dtype: new InertName('', `torch.${array.type.name}`) }),
    remark,
  };
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)`, with a state behind it in `_rebuild_parameter_with_state`. */
const parameterForm: Form = (call, args) => {
  const tensor = args[0] instanceof InertCall ? recognise(args[0]) : undefined;
  if (!isBare(call) || args.length < 3 || args.length > 4 || tensor?.library !== 'torch') return undefined;
  const { array } = tensor;
  const storage = storageOf(itemsOf((args[0] as InertCall).args)?.[0]);
  if (array === undefined || storage === undefined) return undefined;
  const remark = viewRemark(storage, array);
  const isFrozen = args[1] === false;
  const names = tensorNames('Parameter', isFrozen ? `${remark}, frozen` : remark);
  const python: ArrayNames['python'] = (elements, part) =>
    expression('torch.nn.Parameter', [names.python(elements, part)], {
      requires_grad: isFrozen ? false : undefined,
    });
  return knownArray(array, { ...names, python });
};

/** `_rebuild_qtensor(storage, offset, size, stride, (scheme, scale, zero point), requires_grad, hooks)`. */
const quantisedForm: Form = (call, args) => {
  const storage = storageOf(args[0]);
  const [scheme, scale, zero] = itemsOf(args[4]) ?? [];
  if (!isBare(call) || args.length !== 7 || storage?.type === undefined) return undefined;
  const array = viewOfStorage(storage, storage.type, args.slice(1, 4));
  if (array === undefined || torchName(scheme) === undefined) return undefined;
  const isSimple = typeof scale === 'number' && typeof zero === 'bigint';
  const view = viewRemark(storage, array);
  const remark = isSimple ? `${view}, scale ${String(scale)}, zero point ${String(zero)}` : view;
  return knownArray(array, tensorNames('quantized Tensor', remark));
};

/** `_rebuild_sparse_tensor(layout, parts)`: COO has indices, values and a size; CSR rows, columns, values and a size. */
const sparseForm: Form = (call, args) => {
  const [layout, parts] = args;
  const name = layoutName(layout);
  const names = SPARSE_PARTS[name ?? ''];
  const values = itemsOf(parts);
  if (!isBare(call) || args.length !== 2 || name === undefined || names === undefined || values === undefined)
    return undefined;
  const size = numbersOf(sizesOf(values[names.length]));
  const arrays = names.map((_, i) => recognise(values[i] as Value)?.array);
  if (size === undefined || arrays.some((array) => array === undefined)) return undefined;
  const stored = arrays[names.indexOf('values')];
  const entries = names.map((part, i): [Value, Value] => [part, values[i] as Value]);
  return {
    library: 'torch',
    type: 'Tensor',
    line: `Tensor ${stored?.type.name ?? ''} ${shapeText(size)} ${name}, ${String(stored?.shape[0] ?? 0)} stored`,
    children: attributes(entries),
    python: () =>
      expression(`torch.${name}_tensor`, [...values.slice(0, names.length), new Tuple(size.map(BigInt))]),
    plain: () => Dict.from([...entries, ['size', size.map(BigInt)]]),
  };
};

const SPARSE_PARTS: Readonly<Record<string, readonly string[] | undefined>> = {
  sparse_coo: ['indices', 'values'],
  sparse_csr: ['crow_indices', 'col_indices', 'values'],
};

/** `_get_layout('torch.sparse_coo')`, or the name itself. */
function layoutName(value: Value | undefined): string | undefined {
  if (!(value instanceof InertCall)) return torchName(value);
  const [name] = itemsOf(value.args) ?? [];
  const isLayout = nameOf(value.callable) === 'torch.serialization._get_layout' && isBare(value);
  return isLayout && typeof name === 'string' ? name.replace(/^torch\./, '') : undefined;
}

/** `_rebuild_meta_tensor_no_storage(dtype, size, stride, requires_grad)`: a tensor without content. */
const metaForm: Form = (call, args) => {
  const type = torchName(args[0]);
  const size = numbersOf(sizesOf(args[1]));
  if (!isBare(call) || args.length !== 4 || type === undefined || size === undefined) return undefined;
  return {
    library: 'torch',
    type: 'Tensor',
    line: `Tensor ${type} ${shapeText(size)} without content`,
    python: () =>
      expression('torch.empty', [new Tuple(size.map(BigInt))], {
        dtype: new InertName('', `torch.${type}`),
        device: 'meta',
      }),
    plain: () => Dict.from([['dtype', type] as const, ['size', size.map(BigInt)]]),
  };
};

const sizeForm: Form = (call, args) => {
  const sizes = numbersOf(sizesOf(call));
  if (args.length !== 1 || sizes === undefined) return undefined;
  return {
    library: 'torch',
    type: 'Size',
    line: `Size(${sizes.join(', ')})`,
    python: () => expression('torch.Size', [sizes.map(BigInt)]),
    plain: () => sizes.map(BigInt),
  };
};

const deviceForm: Form = (call, args) => {
  const [type, index] = args;
  const isDevice =
    typeof type === 'string' && (args.length === 1 || (args.length === 2 && typeof index === 'bigint'));
  if (!isBare(call) || !isDevice) return undefined;
  const text = typeof index === 'bigint' ? `${type}:${index.toString()}` : type;
  return {
    library: 'torch',
    type: 'device',
    line: text,
    python: () => expression('torch.device', [text]),
    plain: () => text,
  };
};

/** A module of `torch.nn` as a whole: an object whose state has these three dictionaries. */
const moduleForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (args.length > 0 || !hasNoItems(call) || call.kwargs !== undefined || state === undefined)
    return undefined;
  const parts = MODULE_PARTS.map((name) => [
    ...(dictOf(state.get(name)) ?? entriesOf(state.get(name)) ?? []),
  ]);
  if (!MODULE_PARTS.every((name) => state.has(name))) return undefined;
  const entries = parts.flat().filter(([, value]) => value !== null);
  const type = shortName(call.callable);
  const count = (parts[0] ?? []).length;
  return {
    library: isOwnModule(call.callable) ? 'torch' : '',
    type,
    line: `${type}, ${countOf(count, 'parameter')}`,
    children: attributes(entries),
    python: (limit) => (entries.length > limit ? undefined : expression(type, [Dict.from(entries)])),
    plain: () => Dict.from(entries),
    ...(!isOwnModule(call.callable) && { isRecord: true }),
  };
};

const MODULE_PARTS = ['_parameters', '_buffers', '_modules'];

/** Of an ordered dictionary. */
function entriesOf(value: Value | undefined): readonly [Value, Value][] | undefined {
  return value instanceof InertCall && nameOf(value.callable) === 'collections.OrderedDict'
    ? value.entries
    : undefined;
}

/** The layers that most models are made of, by their full names. */
const LAYERS: ReadonlySet<string> = new Set(
  [
    'linear.Linear linear.Identity linear.Bilinear container.Sequential container.ModuleList container.ModuleDict',
    'conv.Conv1d conv.Conv2d conv.Conv3d conv.ConvTranspose1d conv.ConvTranspose2d conv.ConvTranspose3d',
    'batchnorm.BatchNorm1d batchnorm.BatchNorm2d batchnorm.BatchNorm3d normalization.LayerNorm normalization.GroupNorm',
    'activation.ReLU activation.ReLU6 activation.LeakyReLU activation.GELU activation.SiLU activation.Sigmoid activation.Tanh',
    'activation.Softmax activation.LogSoftmax activation.ELU activation.MultiheadAttention',
    'dropout.Dropout dropout.Dropout2d sparse.Embedding sparse.EmbeddingBag flatten.Flatten flatten.Unflatten',
    'pooling.MaxPool1d pooling.MaxPool2d pooling.AvgPool1d pooling.AvgPool2d pooling.AdaptiveAvgPool1d pooling.AdaptiveAvgPool2d',
    'rnn.RNN rnn.LSTM rnn.GRU rnn.LSTMCell rnn.GRUCell transformer.Transformer transformer.TransformerEncoder',
    'transformer.TransformerEncoderLayer transformer.TransformerDecoder transformer.TransformerDecoderLayer',
    'loss.MSELoss loss.CrossEntropyLoss loss.BCELoss loss.BCEWithLogitsLoss loss.L1Loss loss.NLLLoss',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `torch.nn.modules.${name}`),
);

function isOwnModule(callable: Value): boolean {
  return LAYERS.has(nameOf(callable) ?? '');
}

const forms: Forms = {
  'torch._utils._rebuild_tensor_v2': tensorForm('v2'),
  'torch._utils._rebuild_tensor_v3': tensorForm('v3'),
  'torch._utils._rebuild_parameter': parameterForm,
  'torch._utils._rebuild_parameter_with_state': parameterForm,
  'torch._utils._rebuild_qtensor': quantisedForm,
  'torch._utils._rebuild_sparse_tensor': sparseForm,
  'torch._utils._rebuild_meta_tensor_no_storage': metaForm,
  'torch.Size': sizeForm,
  'torch.device': deviceForm,
};

function constant(name: string): Known {
  return {
    library: 'torch',
    type: 'dtype',
    line: `torch.${name}`,
    python: () => new InertName('', `torch.${name}`),
    plain: () => name,
  };
}

/** Tensors, parameters and what stands beside them (torch `_utils.py`, `serialization.py`). */
export const torch = {
  forms,
  names: Object.fromEntries(CONSTANTS.map((name) => [`torch.${name}`, constant(name)])),
  shapes: [moduleForm],
};
