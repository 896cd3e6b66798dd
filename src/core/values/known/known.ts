import type { NdArray } from '../../arrays/ndArray';
import type { Picture } from '../../arrays/picture';
import type { Table } from '../../arrays/table';
import type { Child } from '../children';
import type { Dict, Value } from '../value';
import { inEnglish, type Words } from '../../text';

/**
 * How a recognized value (a date, an array, a frame) is shown to people. The stored call is kept, and codecs write and
 * compare that. Everything except the preview is computed on request.
 */
export interface Known {
  /** The library of its form: `Python`, `numpy`, `pandas`; empty for an object of an unknown class. */
  readonly library: string;
  /** Python's name of the type: `datetime`, `ndarray`, `DataFrame`. */
  readonly type: string;
  /** Its preview, in one line. If there is none, its Python expression is shown. */
  readonly line?: Words;
  /** What Python's `str()` returns for it: the text of a cell in a table. If there is none, the preview is shown. */
  readonly text?: string;
  /** What Python's `repr()` returns for it, if that is neither its text nor its Python expression. May have several lines. */
  readonly repr?: () => string;
  /** What `repr()` returns, unlike `str()`: a call, whose module most classes leave out, or a text in quotes. */
  readonly called?: Known['python'];
  /** For an object that is a container of another class, what it holds. */
  readonly held?: Dict | readonly Value[];
  /** Its children; missing if it has no parts that a person would look for. */
  readonly children?: Children;
  /**
   * The Python expression that makes it, as an inert call that is written out like any other.
   * @param limit of the number of parts
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
  /** Set if Python would import an unknown class, not one of the library: a plain object, shown as a record. */
  readonly isRecord?: true;
  /**
   * For a record, the class that Python would import, if only functions of the library itself are called, and are given that
   * class.
   */
  readonly ofClass?: Value;
}

/** What Python's `str()` returns for it, or else its preview in English. */
export function textOfKnown({ text, line }: Known): string | undefined {
  return text ?? (line === undefined ? undefined : inEnglish(line));
}

/** The parts of a known value, by position. */
export interface Children {
  readonly count: number;
  /** @param ordinal from 0 to `count` - 1 */
  at(ordinal: number): Child;
}
