import { cellAt } from '../../core/data/cellWindow';
import type { CellWindow, ColumnHeader, Mark, ShownCell, ViewState } from '../../core/data/questions';
import { ask, type Asked } from './host';

const ROWS = 64;
const COLUMNS = 16;
/** The largest number of blocks in memory, which is some hundred thousand cells. */
const KEPT = 150;
/** The largest number of pending questions. A low number keeps rows that were scrolled past from delaying others. */
const AT_ONCE = 4;
/** Rows that are requested in advance: those of the next frames at the current speed, but no more than this number of rows. */
const AHEAD_FRAMES = 16;
const AHEAD_ROWS = 6 * ROWS;

/** The cells of the grid, in blocks, and requests for those that it needs now. */
export class CellBlocks {
  private readonly blocks = new Map<number, CellWindow>();
  private readonly asked = new Map<number, Asked<CellWindow>>();
  private readonly headers = new Map<number, ColumnHeader>();
  private wanted: (readonly [row: number, column: number])[] = [];
  /** A range of rows, with an exclusive end. */
  private seen: readonly [number, number] = [0, 0];
  /** Rows by which the view moved last. */
  private speed = 0;

  constructor(
    private view: ViewState,
    private rowCount: number,
    /** Called when visible cells have arrived. */
    private readonly onDidLoad: () => void,
    private readonly onDidFail: (message: string) => void,
  ) {}

  /** Drops all cells, as the rows have changed. */
  reset(view: ViewState, rowCount: number): void {
    this.view = view;
    this.rowCount = rowCount;
    for (const { cancel } of this.asked.values()) cancel();
    this.asked.clear();
    this.blocks.clear();
  }

  cell(row: number, column: number): ShownCell | undefined {
    const block = this.at(row, column);
    return block && cellAt(block, row % ROWS, column % COLUMNS);
  }

  /** The header of a column, if any of its rows have been seen. */
  header(column: number): ColumnHeader | undefined {
    return this.headers.get(column);
  }

  labels(row: number, column: number): readonly string[] | undefined {
    return this.at(row, column)?.labels[row % ROWS];
  }

  /** In a comparison, the mark of a row that only one side has. */
  mark(row: number, column: number): Mark | undefined {
    return this.at(row, column)?.marks?.[row % ROWS] ?? undefined;
  }

  /**
   * Sets the visible range of rows and columns, with exclusive ends. Missing cells are requested, then those ahead in the
   * direction of scrolling, and nothing else.
   * @returns whether no visible cell is missing
   */
  need(rows: readonly [number, number], columns: readonly [number, number]): boolean {
    this.wanted = [];
    this.want(rows, columns);
    const isWhole = this.wanted.length === 0;
    const moved = rows[0] - this.seen[0];
    if (moved !== 0) this.speed = moved;
    this.seen = rows;
    const ahead = Math.sign(this.speed) * Math.min(AHEAD_FRAMES * Math.abs(this.speed), AHEAD_ROWS);
    if (ahead > 0) this.want([rows[1], Math.min(rows[1] + ahead, this.rowCount)], columns);
    if (ahead < 0) this.want([Math.max(0, rows[0] + ahead), rows[0]], columns);
    const keys = new Set(this.wanted.map(([row, column]) => keyOf(row, column)));
    for (const [key, { cancel }] of this.asked) {
      if (keys.has(key)) continue;
      cancel();
      this.asked.delete(key);
    }
    this.askForMore();
    return isWhole;
  }

  private isSeen({ rows: { start } }: CellWindow): boolean {
    return start < this.seen[1] && start + ROWS > this.seen[0];
  }

  private want(rows: readonly [number, number], columns: readonly [number, number]): void {
    for (let row = Math.floor(rows[0] / ROWS); row * ROWS < rows[1]; row++)
      for (let column = Math.floor(columns[0] / COLUMNS); column * COLUMNS < columns[1]; column++)
        if (!this.blocks.has(keyOf(row, column))) this.wanted.push([row, column]);
  }

  private at(row: number, column: number): CellWindow | undefined {
    return this.blocks.get(keyOf(Math.floor(row / ROWS), Math.floor(column / COLUMNS)));
  }

  private askForMore(): void {
    for (const [row, column] of this.wanted) {
      if (this.asked.size >= AT_ONCE) return;
      const key = keyOf(row, column);
      if (this.asked.has(key) || this.blocks.has(key)) continue;
      const rows = { start: row * ROWS, count: ROWS };
      const columns = { start: column * COLUMNS, count: COLUMNS };
      const asked = ask('window', { view: this.view, rows, columns });
      this.asked.set(key, asked);
      asked.answer.then(
        (window) => this.take(key, asked, window),
        (error: unknown) => {
          if (this.asked.get(key) !== asked) return;
          this.asked.delete(key);
          this.onDidFail(error instanceof Error ? error.message : String(error));
        },
      );
    }
  }

  private take(key: number, asked: Asked<CellWindow>, window: CellWindow): void {
    if (this.asked.get(key) !== asked) return;
    this.asked.delete(key);
    this.blocks.set(key, window);
    for (const [place, header] of window.headers.entries())
      this.headers.set(window.columns.start + place, header);
    for (const old of [...this.blocks.keys()].slice(0, -KEPT)) this.blocks.delete(old);
    if (this.isSeen(window)) this.onDidLoad();
    this.askForMore();
  }
}

/** The key of a block by its position. No table has 2^20 columns. */
function keyOf(row: number, column: number): number {
  return row * 2 ** 20 + column;
}
