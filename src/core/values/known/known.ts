import type { NdArray } from '../../arrays/ndArray';
import type { Picture } from '../../arrays/picture';
import type { Table } from '../../arrays/table';
import type { Child } from '../children';
import type { Value } from '../value';

/**
 * What a stored call is known to make: a date, an array, a frame. The call stays the truth, which codecs write and compare; this is how
 * it is shown to people. Everything beyond the line is made when it is asked for.
 */
export interface Known {
  /** Whose form it is: `Python`, `numpy`, `pandas`; empty for an object of a class that nothing is known of. */
  readonly library: string;
  /** Python's name of the type: `datetime`, `ndarray`, `DataFrame`. */
  readonly type: string;
  /** What it is, in one line; where there is none, its Python expression says it best. */
  readonly line?: string;
  /** As Python's `str()` has it, which is how a cell of a table shows it; where there is none, the line. */
  readonly text?: string;
  /** What one can step into; absent where it has no parts that a person would look for. */
  readonly children?: Children;
  /**
   * What one would type in Python to make it, as an inert call that is written out like any other.
   * @param limit parts that it may have @returns undefined where it has more
   */
  python(limit: number): Value | undefined;
  /** What stands for it in JSON, made of simpler values: a text, a list, a dictionary. */
  plain(): Value;
  readonly table?: () => Table;
  readonly array?: NdArray;
  readonly picture?: () => Picture;
  /** Set for what stands for a value that is not there: `pandas.NA`, `NaT`. */
  readonly isMissing?: true;
  /** Set where Python would import a class that is not one of the library's own: a plain object, shown as a record. */
  readonly isRecord?: true;
  /** For a record, the class that Python would import where nothing is called but what is the library's own, and is given that class. */
  readonly ofClass?: Value;
}

/** The parts of a known value, by position. */
export interface Children {
  readonly count: number;
  /** @param ordinal from 0 to `count` - 1 */
  at(ordinal: number): Child;
}
