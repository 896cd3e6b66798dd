import { Dict, InertCall, Tuple, type Value } from '../../value';
import { attributes } from '../attributes';
import type { Known } from '../known';
import { dictOf, expression, isBare, itemsOf, nameOf, numbersOf, shortName } from '../matching';
import { knownArray, shapeText, type ArrayNames } from '../numpy/knownArray';
import type { Form } from '../registry';
import { say } from '../../../text';
import { jaggedForm, metaForm, sparseForm } from './layouts';
import { typeOfDtype } from './storages';
import {
  quantisedForm,
  sizesOf,
  tensorExpression,
  tensorForm,
  tensorNames,
  tensorOf,
  viewRemark,
  type TensorForm,
} from './tensors';

/**
 * `_rebuild_from_type_v2(rebuild, class, arguments, state)`: a tensor of another class, or with attributes. Only functions
 * that make tensors match.
 */
export const typedTensorForm: TensorForm = (call, args, name) => {
  const [rebuild, type, given, state = null] = args;
  if (!isBare(call) || args.length < 3 || args.length > 4 || rebuild === undefined || type === undefined)
    return undefined;
  const inner = new InertCall(rebuild, given ?? new Tuple([]));
  const own = OWN[nameOf(type) ?? ''];
  const known = rebuilt(inner, name ?? own ?? shortName(type)) ?? wrapper(inner, type, state);
  return known && own === undefined ? { ...known, isRecord: true, ofClass: type } : known;
};

/** Classes of torch, and what a tensor of each is called. */
const OWN: Readonly<Record<string, string | undefined>> = {
  'torch.Tensor': 'Tensor',
  'torch._tensor.Tensor': 'Tensor',
  'torch.nn.parameter.Parameter': 'Parameter',
  'torch.nested._internal.nested_tensor.NestedTensor': 'Tensor',
};

/** `_rebuild_wrapper_subclass(class, dtype, size, ...)`: an object that computes its elements from its attributes. */
function wrapper({ callable, args }: InertCall, type: Value, state: Value): Known | undefined {
  const [, dtype, sizes] = itemsOf(args) ?? [];
  const element = typeOfDtype(dtype)?.name;
  const size = numbersOf(sizesOf(sizes));
  const parts = dictOf(state);
  if (nameOf(callable) !== 'torch._utils._rebuild_wrapper_subclass' || element === undefined)
    return undefined;
  if (size === undefined || parts === undefined) return undefined;
  return {
    library: 'torch',
    type: shortName(type),
    line: `${shortName(type)} ${element} ${shapeText(size)}`,
    children: attributes([...parts]),
    python: (limit) => (parts.size > limit ? undefined : expression(shortName(type), [parts])),
    plain: () => Dict.from([...parts]),
  };
}

const REBUILDS: Readonly<Record<string, TensorForm | undefined>> = {
  'torch._utils._rebuild_tensor': tensorForm,
  'torch._utils._rebuild_tensor_v2': tensorForm,
  'torch._utils._rebuild_tensor_v3': tensorForm,
  'torch._utils._rebuild_qtensor': quantisedForm,
  'torch._utils._rebuild_sparse_tensor': sparseForm,
  'torch._utils._rebuild_meta_tensor_no_storage': metaForm,
  'torch._tensor._rebuild_from_type_v2': typedTensorForm,
  'torch.nested._internal.nested_tensor._rebuild_njt': jaggedForm,
};

/** The tensor that one of these functions makes, as an object of another class. */
function rebuilt(call: Value | undefined, name: string): Known | undefined {
  const args = call instanceof InertCall ? itemsOf(call.args) : undefined;
  return args && REBUILDS[nameOf((call as InertCall).callable) ?? '']?.(call as InertCall, args, name);
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)` or `_rebuild_parameter_with_state(tensor, requires_grad, hooks, state)`. */
export const parameterForm: Form = (call, args) => {
  if (!isBare(call) || args.length < 3 || args.length > 4) return undefined;
  const isFrozen = args[1] === false;
  const wrapped = (tensor: Value): Value =>
    expression('torch.nn.Parameter', [tensor], { requires_grad: isFrozen ? false : undefined });
  const tensor = tensorOf(args[0]);
  if (tensor === undefined) {
    const known = rebuilt(args[0], 'Parameter');
    return (
      known && {
        ...known,
        python: (limit) => {
          const inner = known.python(limit);
          return inner && wrapped(inner);
        },
      }
    );
  }
  const remark = viewRemark(tensor);
  const python: ArrayNames['python'] = (elements, part) => wrapped(tensorExpression(elements, part));
  return knownArray(tensor.array, {
    ...tensorNames('Parameter', isFrozen ? say`${remark}, frozen` : remark),
    python,
  });
};
