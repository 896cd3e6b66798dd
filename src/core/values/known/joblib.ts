import { dictOf, hasNoItems, itemsOf, nameOf, numbersOf } from './matching';
import { stringTypeOf } from './numpy/arrays';
import { elementTypeOf } from './numpy/dtype';
import { shapeText } from './numpy/knownArray';
import type { Form } from './registry';
import { inEnglish, say } from '../../text';

/** `NumpyArrayWrapper() ⊕ {'subclass', 'shape', 'order', 'dtype', …}`, whose bytes follow it in a file of joblib. */
const wrapperForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (args.length > 0 || !hasNoItems(call) || call.kwargs !== undefined || state === undefined)
    return undefined;
  const type = elementTypeOf(state.get('dtype')) ?? stringTypeOf(state.get('dtype'));
  const shape = numbersOf(itemsOf(state.get('shape')));
  const isWritten = [...state.keys].every((key) => typeof key === 'string' && KEYS.has(key));
  if (!isWritten || type === undefined || shape === undefined || nameOf(state.get('subclass')) === undefined)
    return undefined;
  const line = say`array of joblib ${type.name} ${shapeText(shape)}`;
  return {
    library: 'joblib',
    type: 'NumpyArrayWrapper',
    line,
    python: () => call,
    plain: () => inEnglish(line),
  };
};

const KEYS: ReadonlySet<string> = new Set([
  'subclass',
  'shape',
  'order',
  'dtype',
  'allow_mmap',
  'numpy_array_alignment_bytes',
]);

/** The objects that joblib puts into pickles (joblib `numpy_pickle.py`). */
export const joblib = { forms: { 'joblib.numpy_pickle.NumpyArrayWrapper': wrapperForm } };
