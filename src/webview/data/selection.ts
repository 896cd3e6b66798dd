import type { Place, Span } from '../../core/data/questions';

/** The focused cell, and the range between it and the start of the selection. */
export class Selection {
  active: Place = { row: 0, column: 0 };
  private anchor: Place = { row: 0, column: 0 };

  /** @param extendsRange whether to keep the start of the selection */
  moveTo(place: Place, extendsRange: boolean): void {
    this.active = place;
    if (!extendsRange) this.anchor = place;
  }

  selectAll(rowCount: number, columnCount: number): void {
    this.anchor = { row: 0, column: 0 };
    this.active = { row: Math.max(0, rowCount - 1), column: Math.max(0, columnCount - 1) };
  }

  get rows(): Span {
    return spanOf(this.anchor.row, this.active.row);
  }

  get columns(): Span {
    return spanOf(this.anchor.column, this.active.column);
  }

  holds(row: number, column: number): boolean {
    return isIn(this.rows, row) && isIn(this.columns, column);
  }

  get isRange(): boolean {
    return this.rows.count > 1 || this.columns.count > 1;
  }
}

/** The id of a cell, by which a screen reader finds the focused one. */
export function idOf({ row, column }: Place): string {
  return `cell-${String(row)}-${String(column)}`;
}

function spanOf(one: number, other: number): Span {
  return { start: Math.min(one, other), count: Math.abs(one - other) + 1 };
}

function isIn({ start, count }: Span, at: number): boolean {
  return at >= start && at < start + count;
}

/** The cell to which a key moves; undefined for any other key. `page` is the number of rows that fit into the window. */
export function placeAfterKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  { row, column }: Place,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
): Place | undefined {
  const isFar = event.ctrlKey || event.metaKey;
  const [lastRow, lastColumn] = [size.rows - 1, size.columns - 1];
  switch (event.key) {
    case 'ArrowDown':
      return { row: isFar ? lastRow : Math.min(lastRow, row + 1), column };
    case 'ArrowUp':
      return { row: isFar ? 0 : Math.max(0, row - 1), column };
    case 'ArrowRight':
      return { row, column: isFar ? lastColumn : Math.min(lastColumn, column + 1) };
    case 'ArrowLeft':
      return { row, column: isFar ? 0 : Math.max(0, column - 1) };
    case 'PageDown':
      return { row: Math.min(lastRow, row + size.page), column };
    case 'PageUp':
      return { row: Math.max(0, row - size.page), column };
    case 'Home':
      return { row: isFar ? 0 : row, column: 0 };
    case 'End':
      return { row: isFar ? lastRow : row, column: lastColumn };
    default:
      return undefined;
  }
}
