import type { Arrangement } from './arrange';
import type { RasterAxes, RasterChoice, Region } from './raster';
import type { SliceChoice } from './slice';
import type { ColumnStatistics } from './statistics';
import type { CellKind, Column } from '../arrays/table';

/** A run of rows or columns. */
export interface Span {
  readonly start: number;
  readonly count: number;
}

/** Which rows and columns of a value a question is about. */
export interface ViewState {
  /** Which part of an array with more than two dimensions. */
  readonly slice?: SliceChoice | undefined;
  readonly arrangement: Arrangement;
  /** For a comparison of two tables: only rows with differences. */
  readonly onlyDiffering?: boolean;
}

/** The questions about a table, an array or a picture, by name. All of it is structured-cloneable. */
export interface DataQuestions {
  /** Its kind and shape; the first question. */
  open: {
    parameters: { slice?: SliceChoice | undefined; axes?: RasterAxes | undefined };
    answer: DataInfo;
  };
  /** How many rows are shown. */
  count: { parameters: { view: ViewState }; answer: number };
  window: { parameters: { view: ViewState; rows: Span; columns: Span }; answer: CellWindow };
  /** The whole text of one cell, up to a limit. */
  cell: { parameters: { view: ViewState; row: number; column: number }; answer: ShownCell };
  statistics: { parameters: { view: ViewState; column: number }; answer: ShownStatistics };
  /** The next cell, from one on, whose text contains another; undefined if there is none. */
  find: {
    parameters: { view: ViewState; text: string; from: Place; backwards: boolean };
    answer: Place | undefined;
  };
  /**
   * The next cell that differs, from one on, around the end. A row that only one side has counts as one. Undefined if there is
   * none.
   */
  difference: {
    parameters: { view: ViewState; from: Place; backwards: boolean };
    answer: Place | undefined;
  };
  range: {
    parameters: {
      view: ViewState;
      rows: Span;
      columns: Span;
      form: RangeForm;
      hasHeader: boolean;
      /** In characters. */
      maxLength: number;
    };
    answer: string;
  };
  /** A part of the picture, in so many pixels. */
  raster: {
    parameters: { choice: RasterChoice; region: Region; width: number; height: number };
    answer: Uint8Array;
  };
  /** All of it as the content of a `.npy` file. @throws PicklepostError `unsupported`, LimitError */
  npy: { parameters: object; answer: Uint8Array };
  /** All of it in the order in which it is stored, a line for each row. @throws LimitError */
  csv: { parameters: { maxLength: number }; answer: string };
  pixel: { parameters: { choice: RasterChoice; x: number; y: number }; answer: ShownNumber[] };
  png: { parameters: { choice: RasterChoice }; answer: Uint8Array };
  /** Columns as lines or points over another column, or over the number of the row. */
  series: {
    parameters: { view: ViewState; x?: number | undefined; y: readonly number[]; points: number };
    answer: Series;
  };
}

/** A finite number, or another one as its text: messages to a page have neither nan nor infinity. */
export type ShownNumber = number | string;

export interface ShownStatistics extends Omit<ColumnStatistics, 'mean' | 'deviation'> {
  readonly mean?: ShownNumber;
  readonly deviation?: ShownNumber;
}

export type QuestionName = keyof DataQuestions;

/** A question with its parameters. */
export type DataQuestion = {
  [Name in QuestionName]: { readonly name: Name } & DataQuestions[Name]['parameters'];
}[QuestionName];

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface ColumnHeader {
  readonly name: string;
  /** If the label has several levels, each of them. */
  readonly levels?: readonly string[];
  readonly type: string;
  readonly kind: Column['kind'];
}

export interface DataInfo {
  readonly table?: TableInfo;
  readonly picture?: PictureInfo;
  /** For an array with more than two dimensions: the possible choices. */
  readonly array?: { readonly shape: readonly number[]; readonly type: string; readonly slice: SliceChoice };
  readonly difference?: DifferenceSummary;
  /** Set if it is primarily a picture. */
  readonly isPicture?: boolean;
  /** Whether a `.npy` file can hold it. */
  readonly fitsNpy: boolean;
}

export interface TableInfo {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly index: readonly ColumnHeader[];
  /** The names of the levels of the column labels; missing for a single one without a name. */
  readonly levelNames?: readonly string[];
  /** Set for the table of a comparison, which has signs in front of rows. */
  readonly isCompared?: boolean;
  /** Names of the first columns. */
  readonly names: readonly string[];
  /** Characters of the longest cell among the first ones, by column, the index before. Columns beyond are as wide as the last. */
  readonly widths: readonly number[];
  /** The first columns that can be plotted, with their places. */
  readonly numeric: readonly (ColumnHeader & { readonly place: number })[];
}

export interface PictureInfo {
  readonly width: number;
  readonly height: number;
  readonly choice: RasterChoice;
  readonly channels: number;
  /** Shape of the array. */
  readonly shape: readonly number[];
  readonly type: string;
}

export interface ShownCell extends Partial<CellDifference> {
  readonly kind: CellKind;
  readonly text: string;
}

/** In a comparison. */
export interface CellDifference {
  readonly mark: Mark;
  /** The old value of a changed cell. */
  readonly before?: string;
}

/** Cells row by row; `packCells` and `cellAt` make and read them. */
export interface PackedCells {
  readonly texts: readonly string[];
  /** A digit for each. */
  readonly kinds: string;
  /** By the place of those that differ. */
  readonly differences?: Readonly<Record<number, CellDifference>>;
}

/** Cells by row, and the labels above and beside them. */
export interface CellWindow {
  readonly rows: Span;
  readonly columns: Span;
  readonly headers: readonly ColumnHeader[];
  readonly cells: PackedCells;
  /** By row, the levels of the index; without an index, the row number. */
  readonly labels: readonly (readonly string[])[];
  /** In a comparison, by row: the state of a row that only one side has. Messages to a page have no undefined in lists. */
  readonly marks?: readonly (Mark | null)[];
}

export interface Series {
  /** Ascending if it is the number of the row. */
  readonly x: readonly (number | null)[];
  /** For each column, as many as there are in `x`; null if there is none. */
  readonly y: readonly (readonly (number | null)[])[];
  readonly isTime: boolean;
  /** How many rows there are. */
  readonly total: number;
}

/** How a range of cells is copied. */
export type RangeForm = 'text' | 'csv' | 'markdown' | 'python';

/** How a cell of a comparison differs: it is changed, or only on the right (`added`) or on the left (`removed`). */
export type Mark = 'changed' | 'added' | 'removed';

/** The differences between two tables, in numbers. */
export interface DifferenceSummary {
  readonly cells: number;
  readonly changedRows: number;
  readonly addedRows: number;
  readonly removedRows: number;
  readonly addedColumns: readonly string[];
  readonly removedColumns: readonly string[];
  /** Columns of both whose types differ. */
  readonly types: readonly { readonly column: string; readonly left: string; readonly right: string }[];
  /** Whether rows were found by the labels of the index, and not by their position. */
  readonly byLabel: boolean;
}
