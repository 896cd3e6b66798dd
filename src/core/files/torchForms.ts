import { InertCall, InertName, InertReference, Tuple, type Value } from '../values/value';
import type { StoredBytes } from '../values/byteSource';

/** A type of safetensors in torch: the class of its storage, or a dtype if there is no such class. */
export interface TensorType {
  readonly size: number;
  readonly storage?: string;
  readonly dtype?: string;
}

/** A contiguous tensor as the call that a pickle of it has. @param key names its storage */
export function tensorCall(
  key: string,
  type: TensorType,
  shape: readonly number[],
  content: Uint8Array | StoredBytes,
): InertCall {
  const count = BigInt(shape.reduce((product, size) => product * size, 1));
  const isTyped = type.storage !== undefined;
  const storage = isTyped
    ? new InertName('torch', type.storage)
    : new InertName('torch.storage', 'UntypedStorage');
  const numel = isTyped ? count : count * BigInt(type.size);
  const id = new Tuple(['storage', storage, key, 'cpu', numel]);
  const hooks = new InertCall(new InertName('collections', 'OrderedDict'), new Tuple([]));
  const parts: Value[] = [
    new InertReference('persistent', id, content),
    0n,
    new Tuple(shape.map(BigInt)),
    new Tuple(contiguousStrides(shape)),
    false,
    hooks,
  ];
  if (!isTyped) parts.push(new InertName('torch', type.dtype ?? ''));
  const rebuild = isTyped ? '_rebuild_tensor_v2' : '_rebuild_tensor_v3';
  return new InertCall(new InertName('torch._utils', rebuild), new Tuple(parts));
}

function contiguousStrides(shape: readonly number[]): bigint[] {
  const strides: bigint[] = [];
  let stride = 1n;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= BigInt(Math.max(1, size));
  }
  return strides;
}
