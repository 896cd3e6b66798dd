import { isContainer } from '../values/children';
import { shownAt, shownCount } from '../values/known/shown';
import { recognise } from '../values/known/recognise';
import { elementCount } from '../arrays/ndArray';
import type { Value } from '../values/value';
import type { DecodedFile } from './fileDecoder';

/** Totals of a file of tensors. Structured-cloneable. */
export interface Checkpoint {
  readonly tensors: number;
  /** Elements of all tensors. A shared tensor counts once. */
  readonly parameters: number;
}

/** The largest number of containers that are visited. A checkpoint has some thousands. */
const MAX_VISITED = 200_000;

/** Counts the tensors in a file without reading them. Undefined if there are none, or too many other values to search. */
export function summarizeCheckpoint({ kind, values }: DecodedFile): Checkpoint | undefined {
  if (kind !== 'torch' && kind !== 'safetensors') return undefined;
  let [tensors, parameters] = [0, 0];
  const seen = new Set<Value>();
  const pending: Value[] = [...values];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (!isContainer(value) || seen.has(value)) continue;
    if (seen.size >= MAX_VISITED) return undefined;
    seen.add(value);
    const known = recognise(value);
    if (known?.library === 'torch' && known.array !== undefined) {
      tensors++;
      parameters += elementCount(known.array.shape) ?? 0;
      continue;
    }
    const count = Math.min(shownCount(value), MAX_VISITED);
    for (let i = 0; i < count; i++) {
      const child = shownAt(value, i);
      if (child) pending.push(child.value);
    }
  }
  return tensors > 0 ? { tensors, parameters } : undefined;
}
