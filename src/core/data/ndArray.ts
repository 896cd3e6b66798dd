import type { StoredBytes } from '../files/byteSource';

/** The type of the elements of an array, as numpy names it: `float64`, `>i4`, `datetime64[ns]`, `U3`, `object`. */
export interface ElementType {
  readonly name: string;
  /** How its bytes are read. `record` has {@link fields}; `object` has elements that are values of their own. */
  readonly kind:
    | 'bool'
    | 'int'
    | 'uint'
    | 'float'
    | 'complex'
    | 'datetime'
    | 'timedelta'
    | 'str'
    | 'bytes'
    | 'record'
    | 'object'
    | 'void';
  /** Bytes of one element; 0 for `object`. */
  readonly size: number;
  readonly littleEndian: boolean;
  /** `bfloat16` and `float8_*` share their sizes with other floats, and are told apart by this name. */
  readonly floatFormat?: string;
  /** Unit of a datetime or timedelta, such as `ns`, with its count: `25s`. */
  readonly unit?: string;
  readonly fields?: readonly { readonly name: string; readonly type: ElementType; readonly offset: number }[];
}

/**
 * An n-dimensional array that is a view of bytes: nothing is copied, and no element is read before somebody asks for it. Whoever
 * makes one has checked that each element lies within the bytes.
 */
export interface NdArray {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes from one element to the next, per dimension; may be 0 or negative. */
  readonly strides: readonly number[];
  /** Where the first element begins in {@link bytes}. */
  readonly offset: number;
  /** Those of an array that lies in a file are all read at once: `partOf` reads only some. */
  readonly bytes: Uint8Array;
  /** What {@link bytes} are read from, where the array lies in a file. */
  readonly stored?: StoredBytes;
}
