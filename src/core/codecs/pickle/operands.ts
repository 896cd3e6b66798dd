import { childCount } from '../../values/children';
import { ByteArray, InertCall, InertName, InertReference, Tuple, type Value } from '../../values/value';

/** Whether a value stands for an object that Python has imported or been given, and that exists outside of the pickle. */
export function isImported(value: Value): value is InertName | InertReference {
  return value instanceof InertName || value instanceof InertReference;
}

/** Whether a value is known only to Python. It may be anything, such as an integer, a slice or `None`. */
export function isUnknown(value: Value): boolean {
  return isImported(value) || value instanceof InertCall;
}

/** Whether a value that is known only to Python may be the text of a name. The description of an array by joblib never is. */
export function mayBeText(value: Value): boolean {
  const isWrapper =
    value instanceof InertCall &&
    value.isNew &&
    value.callable instanceof InertName &&
    value.callable.qualifiedName === 'joblib.numpy_pickle.NumpyArrayWrapper';
  return isUnknown(value) && !isWrapper;
}

export function isSequence(value: Value): boolean {
  return Array.isArray(value) || value instanceof ByteArray;
}

/** Whether CPython may ignore a state: `None`, in its Python reader anything that is false, or a pair of such states. */
export function isEmptyState(state: Value): boolean {
  if (state instanceof Tuple && state.items.length === 2) return state.items.every(isFalse);
  return isFalse(state);
}

function isFalse(value: Value): boolean {
  if (value instanceof Uint8Array || value instanceof ByteArray) return byteLength(value) === 0;
  if (typeof value !== 'object' || value === null) return !value;
  return isUnknown(value) || childCount(value) === 0;
}

function byteLength(value: Uint8Array | ByteArray): number {
  return value instanceof ByteArray ? value.bytes.length : value.length;
}
