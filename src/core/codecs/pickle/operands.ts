import { childCount } from '../../values/children';
import { ByteArray, InertCall, InertName, InertReference, Tuple, type Value } from '../../values/value';
import { isOfLibrary } from './knownNames';

/** Whether a value stands for an object that Python has imported or been given, and that exists outside of the pickle. */
export function isImported(value: Value): value is InertName | InertReference {
  return value instanceof InertName || value instanceof InertReference;
}

/** Whether a value is known only to Python. It may be anything, such as an integer, a slice or `None`. */
export function isUnknown(value: Value): boolean {
  return isImported(value) || value instanceof InertCall;
}

/** Whether a value that is known only to Python may be the text of a name. Known classes, and what they make, never are. */
export function mayBeText(value: Value): boolean {
  const type = value instanceof InertCall && value.isNew ? value.callable : value;
  return isUnknown(value) && !(type instanceof InertName && isOfLibrary(type.qualifiedName));
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
