/** The largest height of the scrolled element in pixels. Firefox allows 17 million, and Chromium 33 million. */
const MAX_HEIGHT = 8_000_000;

/**
 * A long list in an element of limited height. If all rows fit, the position of the scroll bar is that of the list. Otherwise, it
 * is scaled: it stands for a fraction of the list, and small moves are made in pixels of the list.
 */
export class ScrollSpace {
  /** Height in pixels of the rows above the visible part. */
  private offset = 0;
  private rowCount = 0;

  constructor(private readonly rowHeight: number) {}

  setRowCount(rowCount: number): void {
    this.rowCount = rowCount;
  }

  /** The height of all rows in pixels. */
  get contentHeight(): number {
    return this.rowCount * this.rowHeight;
  }

  /** The height of the scrolled element in pixels. */
  get height(): number {
    return Math.min(this.contentHeight, MAX_HEIGHT);
  }

  get isScaled(): boolean {
    return this.contentHeight > MAX_HEIGHT;
  }

  get top(): number {
    return this.offset;
  }

  /** Moves the list, and returns the position of the scroll bar. @param viewHeight height of the visible part */
  moveTo(offset: number, viewHeight: number): number {
    const most = Math.max(0, this.contentHeight - viewHeight);
    this.offset = Math.min(Math.max(0, offset), most);
    if (!this.isScaled) return this.offset;
    return (this.offset / most) * (this.height - viewHeight);
  }

  /** Moves the list to the position of the scroll bar. */
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
