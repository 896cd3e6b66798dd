/** Most pixels that browsers allow for the height of an element. Firefox allows 17 million, and Chromium 33 million. */
const MAX_HEIGHT = 8_000_000;

/**
 * A long list in an element of limited height. While all rows fit, the position of the scroll bar is that of the rows;
 * otherwise it stands for a share of them, and smaller moves are in pixels of the list itself.
 */
export class ScrollSpace {
  /** Pixels of the list above the window. */
  private offset = 0;
  private rowCount = 0;

  constructor(private readonly rowHeight: number) {}

  setRowCount(rowCount: number): void {
    this.rowCount = rowCount;
  }

  /** Height of all rows. */
  get contentHeight(): number {
    return this.rowCount * this.rowHeight;
  }

  /** Height of the scrolled element. */
  get height(): number {
    return Math.min(this.contentHeight, MAX_HEIGHT);
  }

  get isScaled(): boolean {
    return this.contentHeight > MAX_HEIGHT;
  }

  get top(): number {
    return this.offset;
  }

  /** Moves the list, and returns the position of the scroll bar. @param viewHeight of the visible part */
  moveTo(offset: number, viewHeight: number): number {
    const most = Math.max(0, this.contentHeight - viewHeight);
    this.offset = Math.min(Math.max(0, offset), most);
    if (!this.isScaled) return this.offset;
    return (this.offset / most) * (this.height - viewHeight);
  }

  /** Takes over the position to which the scroll bar was moved. */
  follow(scrollTop: number, viewHeight: number): void {
    if (!this.isScaled) this.offset = scrollTop;
    else
      this.offset =
        (scrollTop / Math.max(1, this.height - viewHeight)) * Math.max(0, this.contentHeight - viewHeight);
  }

  firstRow(): number {
    return Math.floor(this.offset / this.rowHeight);
  }
}
