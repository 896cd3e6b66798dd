import type { NdArray } from '../../arrays/ndArray';
import type { Picture } from '../../arrays/picture';
import type { Table } from '../../arrays/table';
import type { Child } from '../children';
import type { Value } from '../value';

/**
 * A recognized value: a date, an array, a frame. The stored call is kept, and codecs write and compare it; this is how it is
 * shown to people. Everything except the preview is made on request.
 */
export interface Known {
  /** The library of its form: `Python`, `numpy`, `pandas`; empty for an object of an unknown class. */
  readonly library: string;
  /** Python's name of the type: `datetime`, `ndarray`, `DataFrame`. */
  readonly type: string;
  /** Its preview, in one line; without one, its Python expression is shown. */
  readonly line?: string;
  /** As Python's `str()` returns it, which is the text of a cell in a table; without one, the preview. */
  readonly text?: string;
  /** Its children; missing if it has no parts that a person would look for. */
  readonly children?: Children;
  /**
   * What one would type in Python to make it, as an inert call that is written out like any other.
   * @param limit most parts
   * @returns undefined if it has more
   */
  python(limit: number): Value | undefined;
  /** Its form in JSON, made of simpler values: a text, a list, a dictionary. */
  plain(): Value;
  readonly table?: () => Table;
  readonly array?: NdArray;
  readonly picture?: () => Picture;
  /** Set for a missing value: `pandas.NA`, `NaT`. */
  readonly isMissing?: true;
  /** Set where Python would import a class that is not one of the library's own: a plain object, shown as a record. */
  readonly isRecord?: true;
  /**
   * For a record, the class that Python would import, if only functions of the library itself are called, and are given that
   * class.
   */
  readonly ofClass?: Value;
}

/** The parts of a known value, by position. */
export interface Children {
  readonly count: number;
  /** @param ordinal from 0 to `count` - 1 */
  at(ordinal: number): Child;
}
