import { LimitError, PicklepostError } from '../errors';
import { quoteString } from '../render/pythonAtoms';
import { partOf } from '../arrays/arrayPart';
import { contiguousStrides, elementCount, type ElementType, type NdArray } from '../arrays/ndArray';
import type { Steps } from './steps';
import { say } from '../text';

/** Bytes that are copied between two steps. */
const STEP_BYTES = 4 * 1024 * 1024;
/** The header ends where this many bytes, or a multiple, do (numpy.lib.format). */
const ALIGNMENT = 64;

/**
 * An array as the content of a `.npy` file (numpy.lib.format, version 1 or 2), with its elements in C order.
 * @param maxLength bytes
 * @throws PicklepostError `unsupported` for elements that numpy cannot load without running something, or has no type for; LimitError
 */
export function* encodeNpy(array: NdArray, maxLength: number): Steps<Uint8Array> {
  const count = elementCount(array.shape) ?? Infinity;
  const header = headerOfArray(array);
  const length = header.length + count * array.type.size;
  if (length > maxLength)
    throw new LimitError(say`The array`, maxLength, say`bytes`, say`Export it with the command line.`);
  const bytes = new Uint8Array(length);
  bytes.set(header);
  let at = header.length;
  for (const piece of contentPieces(array)) {
    bytes.set(piece, at);
    at += piece.length;
    yield;
  }
  return bytes;
}

/** As {@link encodeNpy}, in pieces of some megabytes. */
export function npyPieces(array: NdArray): Iterable<Uint8Array> {
  const header = headerOfArray(array);
  return (function* () {
    yield header;
    yield* contentPieces(array);
  })();
}

function headerOfArray({ type, shape, mask }: NdArray): Uint8Array {
  if (mask) throw new PicklepostError('unsupported', say`A .npy file cannot store masks.`);
  return headerOf(describe(type), shape);
}

function* contentPieces(array: NdArray): Generator<Uint8Array> {
  if ((elementCount(array.shape) ?? 0) === 0) return;
  for (const part of partsOf(array)) {
    const piece = new Uint8Array((elementCount(part.shape) ?? 0) * part.type.size);
    copyElements(part, piece);
    yield piece;
  }
}

/** Blocks that follow one another in C order, none of them much larger than a step. */
function* partsOf(array: NdArray): Generator<NdArray> {
  const { shape, type } = array;
  const size = (elementCount(shape) ?? 0) * type.size;
  const axis = shape.findIndex((length) => length > 1);
  const length = shape[axis];
  if (size <= STEP_BYTES || length === undefined) {
    yield partOf(
      array,
      shape.map((count) => ({ start: 0, count })),
    );
    return;
  }
  const rows = Math.max(1, Math.floor(STEP_BYTES / (size / length)));
  for (let start = 0; start < length; start += rows) {
    const count = Math.min(rows, length - start);
    const ranges = shape.map((all, at) => (at === axis ? { start, count } : { start: 0, count: all }));
    const block = partOf(array, ranges);
    if (count > 1) yield block;
    else yield* partsOf(block);
  }
}

function copyElements({ type, shape, strides, offset, bytes }: NdArray, to: Uint8Array): void {
  const own = contiguousStrides(shape, type.size);
  let target = 0;
  const isRun = (axis: number): boolean =>
    shape.slice(axis).every((length, i) => length === 1 || strides[axis + i] === own[axis + i]);
  const runAxis = [...shape.keys()].find(isRun) ?? shape.length;
  const runLength = shape.slice(runAxis).reduce((product, length) => product * length, type.size);
  const walk = (axis: number, from: number): void => {
    if (axis === runAxis) {
      to.set(bytes.subarray(from, from + runLength), target);
      target += runLength;
      return;
    }
    const [length = 0, stride = 0] = [shape[axis], strides[axis]];
    for (let i = 0; i < length; i++) walk(axis + 1, from + i * stride);
  };
  walk(0, offset);
}

/** The header with its prefix, padded with spaces. */
function headerOf(description: string, shape: readonly number[]): Uint8Array {
  const lengths = shape.map(String).join(', ') + (shape.length === 1 ? ',' : '');
  const text = `{'descr': ${description}, 'fortran_order': False, 'shape': (${lengths}), }`;
  const encoded = Buffer.from(text);
  // numpy reads other versions than the first as UTF-8 from 3 on only.
  const version = encoded.length !== text.length ? 3 : encoded.length < 65_000 ? 1 : 2;
  const before = version === 1 ? 10 : 12;
  const total = Math.ceil((before + encoded.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(total, ' ');
  header.write('\x93NUMPY', 'latin1');
  header.writeUInt8(version, 6);
  header.writeUInt8(0, 7);
  if (version === 1) header.writeUInt16LE(total - before, 8);
  else header.writeUInt32LE(total - before, 8);
  encoded.copy(header, before);
  header.writeUInt8(0x0a, total - 1);
  return header;
}

const CODES: Readonly<Partial<Record<ElementType['kind'], string>>> = {
  bool: 'b',
  int: 'i',
  uint: 'u',
  float: 'f',
  complex: 'c',
  datetime: 'M',
  timedelta: 'm',
  str: 'U',
  bytes: 'S',
  void: 'V',
};

/** Whether a `.npy` file can hold an array. */
export function fitsNpy({ type, mask }: NdArray): boolean {
  if (mask) return false;
  try {
    return describe(type) !== '';
  } catch {
    return false;
  }
}

/** As numpy writes `descr`: a code, or a list of fields. */
function describe(type: ElementType): string {
  if (type.kind === 'record') return describeRecord(type);
  if (type.kind === 'array' && type.element) return `(${describe(type.element)}${shapeOf(type)})`;
  const code = CODES[type.kind];
  if (code === undefined || type.floatFormat !== undefined || type.name === 'complex32')
    throw new PicklepostError('unsupported', say`A .npy file cannot hold elements of type ${type.name}.`);
  const hasOrder = type.size > 1 && !['bool', 'bytes', 'void'].includes(type.kind);
  const order = hasOrder ? (type.littleEndian ? '<' : '>') : '|';
  const size = type.kind === 'str' ? type.size / 4 : type.size;
  const unit = type.unit === undefined || type.unit === 'generic' ? '' : `[${type.unit}]`;
  return `'${order}${code}${String(size)}${unit}'`;
}

/** The bytes between fields are fields without a name. */
function describeRecord({ fields = [], size }: ElementType): string {
  const parts: string[] = [];
  let end = 0;
  for (const { name, title, type, offset } of fields) {
    if (offset < end)
      throw new PicklepostError('unsupported', say`A .npy file cannot hold records whose fields overlap.`);
    if (offset > end) parts.push(`('', '|V${String(offset - end)}')`);
    const names = title === undefined ? quoteString(name) : `(${quoteString(title)}, ${quoteString(name)})`;
    parts.push(`(${names}, ${describe(type.element ?? type)}${shapeOf(type)})`);
    end = offset + type.size;
  }
  if (end < size) parts.push(`('', '|V${String(size - end)}')`);
  return `[${parts.join(', ')}]`;
}

function shapeOf({ shape }: ElementType): string {
  return shape === undefined ? '' : `, (${shape.map((one) => `${String(one)},`).join(' ')})`;
}
