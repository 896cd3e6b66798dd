import type { Value } from '../values/value';

/** How a cell is drawn and compared. `missing` is None, NaT, NA and a masked element; `nan` is the float. */
export type CellKind = 'missing' | 'nan' | 'number' | 'boolean' | 'time' | 'text' | 'object';

export interface Cell {
  readonly kind: CellKind;
  /** The cell as the library prints it, in full: `1.5`, `True`, `2024-02-29 12:34:56.789000`, `NaT`. */
  readonly text: string;
}

/** One column of a {@link Table}, or one level of its index. Cells are read when they are asked for. */
export interface Column {
  /** The label as the library prints it; levels of a multi-index as `('a', 1)`. */
  readonly name: string;
  /** If the label is a tuple, or has several levels, each part, the outermost first; also if the only one is missing. */
  readonly labels?: readonly Cell[];
  /** The label itself if it is a tuple among labels of a single level: pandas prints its texts without quotes. */
  readonly tuple?: Value;
  /** Set for a level of an index that counts evenly (`RangeIndex`): pandas leaves no space for a sign. */
  readonly isRange?: true;
  /** Set for a level of an index whose name pandas takes for none among several levels, such as 0. */
  readonly isNameless?: true;
  /** For an index of times or periods, its frequency in the notation of pandas, such as `D`. */
  readonly frequency?: string;
  /** The type as the library prints it: `float64`, `category`, `string`, `datetime64[ns, Europe/Berlin]`. */
  readonly type: string;
  readonly kind: 'number' | 'boolean' | 'time' | 'text' | 'object';
  /** @param row from 0 to the number of rows - 1 */
  cell(row: number): Cell;
  /**
   * For a column of kind number, boolean or time, the number to sort, to plot and to compute with (times: milliseconds since the
   * epoch); NaN if there is none. Integers beyond 2^53 lose their last digits.
   */
  readonly number?: ((row: number) => number) | undefined;
  /**
   * For integers and times, a value that distinguishes those with the same {@link number}: the integer itself, or
   * nanoseconds since the epoch. Undefined if there is none.
   */
  readonly exact?: ((row: number) => bigint | undefined) | undefined;
  /** Set if each cell is one of these. */
  readonly choices?: Choices;
  /** The value itself, for a tree or an editor of one cell. */
  value(row: number): Value;
}

/** The categories of the cells of a column. */
export interface Choices {
  readonly values: Pick<Column, 'type' | 'cell' | 'value'>;
  readonly count: number;
  readonly isOrdered: boolean;
}

/**
 * Whether the number of a row of a column may be that of others as well, as a time has milliseconds only, and an integer beyond 2^53 not
 * all of its digits; {@link Column.exact} then tells them apart.
 */
export function isRounded({ kind, exact }: Pick<Column, 'kind' | 'exact'>, number: number): boolean {
  return exact !== undefined && (kind === 'time' || Math.abs(number) >= 2 ** 53);
}

/** Whether the numbers of a column are moments, and not how long something takes. */
export function isInstant({ kind, type }: Pick<Column, 'kind' | 'type'>): boolean {
  return kind === 'time' && !/^>?m8|timedelta|duration/.test(type);
}

/** Rows and columns: a frame, a series, an array of one or two dimensions, a list of records, columns of equal length. */
export interface Table {
  readonly rowCount: number;
  readonly columns: readonly Column[];
  /** The labels of the rows; empty if they are numbered. */
  readonly index: readonly Column[];
  /** The names of the levels of the column labels, empty for those without a name; missing if the only one has none. */
  readonly levelNames?: readonly string[];
  /** Whether the labels of the columns are those of a MultiIndex, which may have a single level. */
  readonly hasLevels?: true;
  /** The levels of the labels of the columns, by their position: their types decide how pandas prints and writes them. */
  readonly labels?: readonly Column[];
}
