import { Dict, InertName, type Value } from '../../value';
import { attributes } from '../attributes';
import type { Known } from '../known';
import { dictOf, expression, hasNoItems, isBare, itemsOf, numbersOf, shortName } from '../matching';
import type { Form, Forms } from '../registry';
import { sequence } from '../standard/collections';
import { attributesOf } from '../standard/records';
import { formatSize } from '../../../amounts';
import { layoutForm, metaForm, nestedForm, sparseForm } from './layouts';
import { moduleShape } from './modules';
import { CONSTANTS, storageOf } from './storages';
import { parameterForm, typedTensorForm } from './parameters';
import { quantisedForm, sizesOf, tensorForm, tensorOf } from './tensors';

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

/** `torch.__version__`: `new TorchVersion('2.13.0')`. */
const versionForm: Form = (call, args) => {
  const [version] = args;
  if (!isBare(call) || args.length !== 1 || typeof version !== 'string') return undefined;
  return {
    library: 'torch',
    type: 'TorchVersion',
    line: version,
    text: version,
    python: () => expression('torch.torch_version.TorchVersion', [version]),
    plain: () => version,
  };
};

/** `Generator(device) ⊕ (seed, offset, state)`. */
const generatorForm: Form = (call, args) => {
  const parts = itemsOf(call.state);
  const [seed = null, offset = null, state = null] = parts ?? [];
  if (!hasNoItems(call) || args.length !== 1 || parts?.length !== 3 || tensorOf(state) === undefined)
    return undefined;
  const entries: [Value, Value][] = [
    ['seed', seed],
    ['offset', offset],
    ['state', state],
  ];
  return {
    library: 'torch',
    type: 'Generator',
    line: 'Generator',
    children: attributes(entries),
    python: () => expression('torch.Generator', args),
    plain: () => Dict.from(entries),
  };
};

/** `UninitializedParameter(requires_grad)`: the shape of a parameter of a lazy layer is not known yet. */
const uninitialisedForm: Form = (call, args) => {
  const type = shortName(call.callable);
  if (!isBare(call) || args.length !== 1 || typeof args[0] !== 'boolean') return undefined;
  return {
    library: 'torch',
    type,
    line: type,
    python: () => expression(`torch.nn.parameter.${type}`, args),
    plain: () => null,
  };
};

/** Optimizers, schedulers and data sets, by module. Whole ones are saved beside their `state_dict()`. */
const OBJECTS =
  'optim Adafactor Muon,optim.adadelta Adadelta,optim.adagrad Adagrad,optim.adam Adam,optim.adamax Adamax,optim.adamw AdamW,' +
  'optim.asgd ASGD,optim.lbfgs LBFGS,optim.nadam NAdam,optim.radam RAdam,optim.rmsprop RMSprop,optim.rprop Rprop,optim.sgd SGD,' +
  'optim.sparse_adam SparseAdam,optim.lr_scheduler LambdaLR MultiplicativeLR StepLR MultiStepLR ConstantLR LinearLR ExponentialLR ' +
  'SequentialLR PolynomialLR CosineAnnealingLR ChainedScheduler ReduceLROnPlateau CyclicLR CosineAnnealingWarmRestarts OneCycleLR,' +
  'utils.data.dataset TensorDataset Subset ConcatDataset,nn.utils.weight_norm WeightNorm';

/** `new Adam() ⊕ {...}`. */
const objectForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const isPlain = call.isNew && args.length === 0 && hasNoItems(call) && call.kwargs === undefined;
  if (!isPlain || !state?.keys.every((key) => typeof key === 'string')) return undefined;
  return attributesOf(shortName(call.callable), [...state], 'torch');
};

/** A form for each class of a list such as {@link OBJECTS}. */
function formsOf(list: string, form: Form): Forms {
  const names = list.split(',').flatMap((part) => {
    const [module = '', ...classes] = part.split(' ');
    return classes.map((name) => [`torch.${module}.${name}`, form] as const);
  });
  return Object.fromEntries(names);
}

/** A storage outside of a tensor, as `pickle.dumps` writes it. */
const storageForm: Form = (call) => {
  const storage = storageOf(call);
  if (storage === undefined) return undefined;
  const type = storage.type?.name ?? 'bytes';
  return {
    library: 'torch',
    type: 'Storage',
    line: `Storage ${type} ${formatSize(storage.array.length)}`,
    python: () => call,
    plain: () => (storage.array instanceof Uint8Array ? storage.array : null),
  };
};

/** Results of functions that return several tensors, such as `max`. */
const RESULTS =
  'return_types aminmax cummax cummin frexp geqrf histogram histogramdd kthvalue lu_unpack max median min mode nanmedian qr slogdet sort svd topk ' +
  'triangular_solve linalg_cholesky_ex linalg_eig linalg_eigh linalg_inv_ex linalg_ldl_factor linalg_lstsq linalg_lu ' +
  'linalg_lu_factor linalg_qr linalg_slogdet linalg_solve_ex linalg_svd';

/** `max((values, indices), {})`. */
const resultForm: Form = (call, args) => {
  const [given, names = new Dict()] = args;
  const items = itemsOf(given);
  if (!isBare(call) || args.length > 2 || items === undefined || dictOf(names)?.size !== 0) return undefined;
  const name = shortName(call.callable);
  const source = (): Value => expression(`torch.return_types.${name}`, [given as Value]);
  return { ...sequence(name, items, source), library: 'torch' };
};

const forms: Forms = {
  ...formsOf(RESULTS, resultForm),
  ...formsOf(OBJECTS, objectForm),
  ...formsOf('nn.parameter UninitializedParameter UninitializedBuffer', uninitialisedForm),
  'torch._utils._rebuild_tensor': tensorForm,
  'torch._utils._rebuild_tensor_v2': tensorForm,
  'torch._utils._rebuild_tensor_v3': tensorForm,
  'torch._tensor._rebuild_from_type_v2': typedTensorForm,
  'torch.tensor._rebuild_from_type_v2': typedTensorForm,
  'torch._utils._rebuild_parameter': parameterForm,
  'torch._utils._rebuild_parameter_with_state': parameterForm,
  'torch._utils._rebuild_qtensor': quantisedForm,
  'torch._utils._rebuild_sparse_tensor': sparseForm,
  'torch._utils._rebuild_sparse_csr_tensor': sparseForm,
  'torch._utils._rebuild_meta_tensor_no_storage': metaForm,
  'torch._utils._rebuild_nested_tensor': nestedForm,
  'torch.storage._load_from_bytes': storageForm,
  'torch.serialization._get_layout': layoutForm,
  'torch.torch_version.TorchVersion': versionForm,
  'torch._C.Generator': generatorForm,
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

/** Tensors, parameters and related objects (torch `_utils.py`, `serialization.py`). */
export const torch = {
  forms,
  names: Object.fromEntries(CONSTANTS.map((name) => [`torch.${name}`, constant(name)])),
  shapes: [moduleShape],
};
