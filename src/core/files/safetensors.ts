import { DecodeError } from '../errors';
import { Dict, type Value } from '../values/value';
import type { PickleAccount } from '../codecs/pickle/codec';
import { bytesAt, type ByteSource } from '../values/byteSource';
import { safetensorsHeader } from './fileKind';
import { byteCount } from './numpyForms';
import { elementSize } from '../values/known/torch/storages';
import { tensorCall } from './torchForms';
import { say, type Words } from '../text';

const PREFIX = 8;
/** Estimated memory in bytes for each byte of the header, including the values that are made of it. */
const HEADER_COST = 32;

/** The names of types in torch. */
const DTYPES: Readonly<Record<string, string | undefined>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  U16: 'uint16',
  U32: 'uint32',
  U64: 'uint64',
  BOOL: 'bool',
  C64: 'complex64',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  F8_E4M3FNUZ: 'float8_e4m3fnuz',
  F8_E5M2FNUZ: 'float8_e5m2fnuz',
  F8_E8M0: 'float8_e8m0fnu',
  F4: 'float4_e2m1fn_x2',
};

/**
 * The tensors of a safetensors file by name, and its metadata. Only the header is read.
 * @throws PicklepostError if the header is malformed, or the description of a tensor contradicts itself or the size of the
 * file
 */
export function readSafetensors(source: ByteSource, account: PickleAccount): Dict {
  const length = safetensorsHeader(source.read(0, PREFIX));
  account.spend(HEADER_COST * length);
  const start = PREFIX + length;
  const result = new Dict();
  for (const [name, entry] of Object.entries(parseHeader(source.read(PREFIX, length)))) {
    if (name === '__metadata__') result.set(name, metadata(entry));
    else result.set(name, readTensor(source, start, name, entry));
  }
  return result;
}

function parseHeader(bytes: Uint8Array): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DecodeError('safetensors', say`its header is not JSON`, PREFIX, { cause });
  }
  if (!isObject(header)) throw new DecodeError('safetensors', say`its header is not an object`, PREFIX);
  return header;
}

function readTensor(source: ByteSource, start: number, name: string, entry: unknown): Value {
  const error = (reason: Words): DecodeError =>
    new DecodeError('safetensors', say`tensor "${name.slice(0, 100)}": ${reason}`);
  if (!isObject(entry)) throw error(say`it has no description`);
  const { dtype, shape: stored, data_offsets: offsets } = entry as Record<string, unknown>;
  const type = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  const shape = dtype === 'F4' ? inPairs(stored) : stored;
  if (type === undefined) throw error(say`the type is unknown`);
  if (!isSizes(shape)) throw error(say`the shape is not a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) throw error(say`its offsets are not a pair`);
  const [from = 0, to = 0] = offsets;
  const size = byteCount(shape, elementSize(type));
  if (to < from || size !== to - from) throw error(say`its shape does not fit its offsets`);
  if (to > source.size - start) throw error(say`it lies outside the file`);
  return tensorCall(name, type, shape, bytesAt(source, start + from, size));
}

/** The shape in elements that hold two values each, as torch has them. */
function inPairs(shape: unknown): unknown {
  if (!Array.isArray(shape)) return shape;
  const sizes = shape as readonly number[];
  return sizes.map((size, axis) => (axis === sizes.length - 1 ? size / 2 : size));
}

function metadata(entry: unknown): Dict {
  const entries = isObject(entry) ? Object.entries(entry) : [];
  return Dict.from(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    value.length <= 64
  );
}
