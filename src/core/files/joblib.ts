import { DecodeError } from '../errors';
import { Dict, InertCall, InertName, Tuple, type Value } from '../values/value';
import { decodePickle, type PickleAccount, type PickleExtension } from '../codecs/pickle/codec';
import { bytesAt, type ByteSource } from '../values/byteSource';
import { STRING_DTYPE } from '../values/known/numpy/arrays';
import { arrayCall, byteCount, shapeOf } from './numpyForms';
import { say } from '../text';

const WRAPPER = 'joblib.numpy_pickle.NumpyArrayWrapper';

/**
 * Reads what joblib adds to pickles (joblib.numpy_pickle). The bytes of an array follow the opcode that sets the state of the
 * object which describes it. The array replaces that object. An array of objects is stored as a pickle, whose actions are
 * recorded in the account.
 */
export function joblibExtension(source: ByteSource): PickleExtension {
  return {
    built(object, input, account) {
      const wrapper = wrapperOf(object);
      if (wrapper === undefined) return undefined;
      const { dtype, shape, isFortran, alignment, subclass } = wrapper;
      if (dtype.hasObjects) return readObjects(source, input, account);
      if (alignment !== undefined) input.skip(1 + input.peekByte());
      const length = byteCount(shape, dtype.itemSize);
      if (length === undefined) throw input.error(say`a joblib array has an impossible shape`);
      const data = bytesAt(source, input.offset, length);
      input.skip(length);
      return arrayCall(shape, dtype, isFortran, data, subclass);
    },
  };
}

function readObjects(
  source: ByteSource,
  input: { readonly offset: number; skip(count: number): void },
  account: PickleAccount,
): Value {
  const rest = source.read(input.offset, source.size - input.offset);
  // joblib does not wrap the arrays inside of arrays of objects.
  const { value, length } = decodePickle(rest, { account });
  input.skip(length);
  return value;
}

interface Wrapper {
  readonly dtype: { readonly call: InertCall; readonly itemSize: number; readonly hasObjects: boolean };
  readonly shape: readonly number[];
  readonly isFortran: boolean;
  readonly alignment: bigint | undefined;
  readonly subclass: InertName;
}

/** Undefined for any other object, and if it does not have a form that joblib writes. */
function wrapperOf(object: InertCall): Wrapper | undefined {
  const { callable, state } = object;
  if (!(callable instanceof InertName) || callable.qualifiedName !== WRAPPER) return undefined;
  if (!(state instanceof Dict)) return undefined;
  const [subclass, shape, order, dtype, alignment] = [
    'subclass',
    'shape',
    'order',
    'dtype',
    'numpy_array_alignment_bytes',
  ].map((key) => state.get(key));
  const sizes = shape === undefined ? undefined : shapeOf(shape);
  const type = dtype === undefined ? undefined : pickledDtype(dtype);
  if (!(subclass instanceof InertName)) return undefined;
  if (sizes === undefined || type === undefined)
    throw new DecodeError('joblib', say`an array has an unknown type or shape`);
  return {
    dtype: type,
    shape: sizes,
    isFortran: order === 'F',
    alignment: typeof alignment === 'bigint' ? alignment : undefined,
    // joblib reads a memory-mapped array as a regular one.
    subclass: /(?:^|\.)memmap$/.test(subclass.name) ? new InertName('numpy', 'ndarray') : subclass,
  };
}

/** A dtype from a pickle with its size; undefined if the size is not known. */
function pickledDtype(call: Value): Wrapper['dtype'] | undefined {
  if (!(call instanceof InertCall && call.callable instanceof InertName)) return undefined;
  if (STRING_DTYPE.includes(call.callable.qualifiedName)) return { call, itemSize: 0, hasObjects: true };
  if (call.callable.qualifiedName !== 'numpy.dtype' || !(call.args instanceof Tuple)) return undefined;
  const [code] = call.args.items;
  const match = typeof code === 'string' ? /^([a-zA-Z])(\d{1,9})$/.exec(code) : null;
  if (!match) return undefined;
  const [, kind, digits] = match;
  const size = Number(digits) * (kind === 'U' ? 4 : 1);
  const hasObjects = kind === 'O' || hasObjectFields(call);
  return { call, itemSize: size, hasObjects };
}

/** Whether a field holds objects, by the lowest bit of the flags (numpy: NPY_ITEM_REFCOUNT). */
function hasObjectFields({ state }: InertCall): boolean {
  const flags = state instanceof Tuple ? state.items[7] : undefined;
  return typeof flags === 'bigint' && (flags & 1n) === 1n;
}
