import { NOT_A_TIME } from '../../../arrays/instants';
import type { ElementType, NdArray } from '../../../arrays/ndArray';
import type { StoredBytes } from '../../byteSource';
import { Tuple, type Value } from '../../value';
import { textOfValue } from '../pythonText';
import { exactReader, numberReader, recordValue, textReader, valueReader } from './readers';

/** Reads the elements of an array. `at` is where an element begins; {@link offsetOf} returns it. */
export interface Elements {
  /** The element as a value; None where it is masked. */
  readonly value: (at: number) => Value;
  /** As numpy prints it. */
  readonly text: (at: number) => string;
  /** A number to compare and plot; for a time, milliseconds since 1970. NaN if there is none. */
  readonly number: (at: number) => number;
  /**
   * For an integer or a time, the exact value that {@link number} may have rounded: the integer, or nanoseconds since 1970.
   * Undefined for anything else.
   */
  readonly exact: (at: number) => bigint | undefined;
  /** Whether there is nothing: None, NaT, or the like. */
  readonly isMissing: (at: number) => boolean;
}

export function elementsOf(array: NdArray): Elements {
  const { type, objects } = array;
  if (objects !== undefined) return objectElements(objects, type);
  const source = array.stored === undefined ? undefined : new FileWindow(array.stored, type.size);
  if (source !== undefined) return elementsOfFile(type, source);
  const { bytes } = array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = valueReader(type);
  const text = textReader(type, value);
  const number = numberReader(type);
  const exact = exactReader(type);
  const isTime = type.kind === 'datetime' || type.kind === 'timedelta';
  return {
    value: (at) => value(view, at),
    text: (at) => text(view, at),
    number: (at) => number(view, at),
    exact: (at) => exact(view, at),
    isMissing: (at) => isTime && view.getBigInt64(at, type.littleEndian) === NOT_A_TIME,
  };
}

function elementsOfFile(type: ElementType, window: FileWindow): Elements {
  const [value, number, exact] = [valueReader(type), numberReader(type), exactReader(type)];
  const text = textReader(type, value);
  const isTime = type.kind === 'datetime' || type.kind === 'timedelta';
  return {
    value: (at) => value(window.at(at), 0),
    text: (at) => text(window.at(at), 0),
    number: (at) => number(window.at(at), 0),
    exact: (at) => exact(window.at(at), 0),
    isMissing: (at) => isTime && window.at(at).getBigInt64(0, type.littleEndian) === NOT_A_TIME,
  };
}

/** Bytes that are read from a file at once. */
const WINDOW = 64 * 1024;

/** Caches bytes of a file from the last element that was read on, as the next one is usually near. */
class FileWindow {
  private start = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly stored: StoredBytes,
    private readonly size: number,
  ) {}

  /** @param offset of an element in bytes */
  at(offset: number): DataView {
    if (offset < this.start || offset + this.size > this.start + this.bytes.length) {
      this.start = offset;
      this.bytes = this.stored.read(
        offset,
        Math.max(this.size, Math.min(WINDOW, this.stored.length - offset)),
      );
    }
    const { buffer, byteOffset } = this.bytes;
    return new DataView(buffer, byteOffset + offset - this.start, this.size);
  }
}

function objectElements(objects: readonly Value[], type: ElementType): Elements {
  const value = (at: number): Value => withFields(objects[at] as Value, type);
  return {
    value,
    text: (at) => textOfValue(value(at)),
    number: (at) => {
      const one = value(at);
      return typeof one === 'number' || typeof one === 'bigint' || typeof one === 'boolean'
        ? Number(one)
        : NaN;
    },
    exact: () => undefined,
    isMissing: (at) => value(at) === null,
  };
}

/** Gives a tuple from an array of records the names of the fields. */
function withFields(value: Value, { fields }: ElementType): Value {
  if (fields === undefined || !(value instanceof Tuple) || value.items.length !== fields.length) return value;
  return recordValue(fields.map(({ name, type }, i) => [name, withFields(value.items[i] as Value, type)]));
}
