import type { TableInfo } from '../../core/data/questions';

/** Horizontal padding of a cell, in pixels. */
const PADDING = 17;
const MINIMUM = 40;
/** The number of characters before the label of a row that only one side of a comparison has. */
const SIGN = 2;

export interface CharacterPixels {
  readonly digit: number;
  /** An upper bound of the width of an ASCII character. */
  readonly widest: number;
}

/**
 * The positions of the columns of a table, from left to right. Columns that have not been measured have the width of the last
 * measured one.
 */
export class ColumnLayout {
  /** The right end of each measured column. */
  private readonly ends: number[] = [];
  /** Widths of the levels of the index. */
  readonly index: readonly number[];
  private readonly rest: number;

  constructor(
    private readonly info: TableInfo,
    private readonly pixelsOf: CharacterPixels,
  ) {
    const levels = info.index.length;
    const sign = info.isCompared ? SIGN : 0;
    const digits = String(info.rowCount).length;
    this.index =
      levels === 0
        ? [this.pixels(digits + sign)]
        : info.widths.slice(0, levels).map((width, place) => this.pixels(width + (place === 0 ? sign : 0)));
    const measured = info.widths.slice(levels).map((width) => this.pixels(width));
    this.rest = measured.at(-1) ?? MINIMUM;
    this.setWidths(measured);
  }

  get indexWidth(): number {
    return this.index.reduce((sum, width) => sum + width, 0);
  }

  get width(): number {
    return this.left(this.info.columnCount);
  }

  left(column: number): number {
    const known = this.ends.length;
    if (column === 0) return 0;
    if (column <= known) return this.ends[column - 1] ?? 0;
    return (this.ends.at(-1) ?? 0) + (column - known) * this.rest;
  }

  columnWidth(column: number): number {
    return this.left(column + 1) - this.left(column);
  }

  setColumnWidth(column: number, width: number): void {
    const widths = this.ends.map((_, place) => this.columnWidth(place));
    if (column >= widths.length) return;
    widths[column] = Math.max(MINIMUM, width);
    this.setWidths(widths);
  }

  /** Whether a text certainly fits into a column. @param column a negative number for a level of the index */
  fits(text: string, column: number): boolean {
    const width = column < 0 ? (this.index[-1 - column] ?? 0) : this.columnWidth(column);
    return text.length * this.pixelsOf.widest + PADDING <= width && /^[ -~]*$/.test(text);
  }

  /** The column at a pixel. */
  columnAt(x: number): number {
    const measured = this.ends.findIndex((end) => end > x);
    if (measured >= 0) return measured;
    const last = this.ends.at(-1) ?? 0;
    return Math.min(this.info.columnCount - 1, this.ends.length + Math.floor((x - last) / this.rest));
  }

  private setWidths(widths: readonly number[]): void {
    let end = 0;
    this.ends.splice(0, this.ends.length, ...widths.map((width) => (end += width)));
  }

  private pixels(characters: number): number {
    return Math.max(MINIMUM, Math.ceil(characters * this.pixelsOf.digit) + PADDING);
  }
}
