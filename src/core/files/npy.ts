import { DecodeError } from '../errors';
import { Dict, type Value } from '../values/value';
import { decodePickle, type PickleAccount } from '../codecs/pickle/codec';
import { bytesAt, type ByteSource } from '../values/byteSource';
import { NPY_MAGIC } from './fileKind';
import { arrayCall, byteCount, dtypeOf, shapeOf } from './numpyForms';
import { parsePythonHeader } from './pythonHeader';
import { say } from '../text';

/** The largest header in bytes. numpy itself reads 10,000 by default. */
const MAX_HEADER = 1024 * 1024;
/** Estimated memory of an array in bytes, in addition to its elements. */
const ARRAY_COST = 2048;

/**
 * Reads an array of a `.npy` file (numpy.lib.format, versions 1 to 3). If it has many elements, they stay in the file. An array
 * of objects is a pickle, whose actions are recorded in the account.
 * @returns the array, and the offset of its end
 * @throws PicklepostError
 */
export function readNpy(
  source: ByteSource,
  start: number,
  account: PickleAccount,
): { value: Value; end: number } {
  account.spend(ARRAY_COST);
  const { header, end: at } = readHeader(source, start);
  const dtype = dtypeOf(header.description);
  if (dtype.hasObjects) {
    const pickle = source.read(at, source.size - at);
    const { value, length } = decodePickle(pickle, { account });
    return { value, end: at + length };
  }
  const length = byteCount(header.shape, dtype.itemSize);
  if (length === undefined || length > source.size - at)
    throw new DecodeError(
      '.npy',
      say`its shape (${header.shape.join(', ')}) needs more bytes than the file has`,
    );
  return {
    value: arrayCall(header.shape, dtype, header.isFortran, bytesAt(source, at, length)),
    end: at + length,
  };
}

/** Reads all arrays that were saved into a file, one after another; at least one. @throws PicklepostError for the first error */
export function* readAllNpy(source: ByteSource, account: PickleAccount): Generator<Value> {
  let at = 0;
  do {
    const { value, end } = readNpy(source, at, account);
    yield value;
    at = end;
  } while (at < source.size);
}

interface NpyHeader {
  readonly description: Value;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

function readHeader(source: ByteSource, start: number): { header: NpyHeader; end: number } {
  const fixed = Buffer.from(source.read(start, 12 <= source.size - start ? 12 : source.size - start));
  if (fixed.toString('latin1', 0, 6) !== NPY_MAGIC)
    throw new DecodeError('.npy', say`it lacks the start mark`, start);
  const version = fixed[6] ?? 0;
  if (version < 1 || version > 3 || fixed.length < 12)
    throw new DecodeError('.npy', say`its version ${version} is unknown`, start);
  const lengthSize = version === 1 ? 2 : 4;
  const length = fixed.readUIntLE(8, lengthSize);
  if (length > MAX_HEADER) throw new DecodeError('.npy', say`its header claims ${length} bytes`, start);
  const at = start + 8 + lengthSize;
  const text = Buffer.from(source.read(at, length)).toString(version === 3 ? 'utf8' : 'latin1');
  return { header: describe(parsePythonHeader(text)), end: at + length };
}

function describe(value: Value): NpyHeader {
  if (!(value instanceof Dict)) throw new DecodeError('.npy', say`its header is not a dictionary`);
  const [description, isFortran, shape] = ['descr', 'fortran_order', 'shape'].map((key) => value.get(key));
  const sizes = shape === undefined ? undefined : shapeOf(shape);
  if (description === undefined || typeof isFortran !== 'boolean' || sizes === undefined)
    throw new DecodeError('.npy', say`its header lacks the type, the order or the shape of the array`);
  return { description, isFortran, shape: sizes };
}
