import { InertCall, InertName, InertReference, Tuple, type Value } from '../values/value';
import type { StoredBytes } from '../values/byteSource';
import { elementSize, storageClass } from '../values/known/torch/storages';

/** A contiguous tensor as the call that a pickle of it has. @param key names its storage @param dtype its name in `torch` */
export function tensorCall(
  key: string,
  dtype: string,
  shape: readonly number[],
  content: Uint8Array | StoredBytes,
): InertCall {
  const count = BigInt(shape.reduce((product, size) => product * size, 1));
  const typed = storageClass(dtype);
  const storage =
    typed === undefined ? new InertName('torch.storage', 'UntypedStorage') : new InertName('torch', typed);
  const numel = typed === undefined ? count * BigInt(elementSize(dtype)) : count;
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
  if (typed === undefined) parts.push(new InertName('torch', dtype));
  const rebuild = typed === undefined ? '_rebuild_tensor_v3' : '_rebuild_tensor_v2';
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
