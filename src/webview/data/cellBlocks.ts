import type { CellWindow, ColumnHeader, Mark, ShownCell, Sight } from '../../core/data/questions';
import { ask, type Asked } from './host';

const ROWS = 64;
const COLUMNS = 16;
/** Blocks that are kept: some hundred thousand cells. */
const KEPT = 150;
/** Questions that are under way at once, so that what is scrolled past is never waited for. */
const AT_ONCE = 3;

/** Cells as the grid has seen them, in blocks, and those that it needs now. */
export class CellBlocks {
  private readonly blocks = new Map<string, CellWindow>();
  private readonly asked = new Map<string, Asked<CellWindow>>();
  private readonly headers = new Map<number, ColumnHeader>();
  private wanted: (readonly [row: number, column: number])[] = [];

  constructor(
    private sight: Sight,
    private readonly onDidLoad: () => void,
    private readonly onDidFail: (message: string) => void,
  ) {}

  /** Forgets what was seen before. */
  reset(sight: Sight): void {
    this.sight = sight;
    for (const { cancel } of this.asked.values()) cancel();
    this.asked.clear();
    this.blocks.clear();
  }

  cell(row: number, column: number): ShownCell | undefined {
    return this.at(row, column)?.cells[row % ROWS]?.[column % COLUMNS];
  }

  /** Of a column that has been seen, whichever rows of it. */
  header(column: number): ColumnHeader | undefined {
    return this.headers.get(column);
  }

  labels(row: number, column: number): readonly string[] | undefined {
    return this.at(row, column)?.labels[row % ROWS];
  }

  /** Of a comparison: what a row is that only one side has. */
  mark(row: number, column: number): Mark | undefined {
    return this.at(row, column)?.marks?.[row % ROWS] ?? undefined;
  }

  /** Says what is seen, from a row and column to before others. What is missing of it is asked for, and nothing else. */
  need(rows: readonly [number, number], columns: readonly [number, number]): void {
    this.wanted = [];
    for (let row = Math.floor(rows[0] / ROWS); row * ROWS < rows[1]; row++)
      for (let column = Math.floor(columns[0] / COLUMNS); column * COLUMNS < columns[1]; column++)
        if (!this.blocks.has(keyOf(row, column))) this.wanted.push([row, column]);
    const keys = this.wanted.map(([row, column]) => keyOf(row, column));
    for (const [key, { cancel }] of this.asked) {
      if (keys.includes(key)) continue;
      cancel();
      this.asked.delete(key);
    }
    this.askForMore();
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
      const asked = ask('window', { sight: this.sight, rows, columns });
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

  private take(key: string, asked: Asked<CellWindow>, window: CellWindow): void {
    if (this.asked.get(key) !== asked) return;
    this.asked.delete(key);
    this.blocks.set(key, window);
    for (const [place, header] of window.headers.entries())
      this.headers.set(window.columns.start + place, header);
    for (const old of [...this.blocks.keys()].slice(0, -KEPT)) this.blocks.delete(old);
    this.onDidLoad();
    this.askForMore();
  }
}

function keyOf(row: number, column: number): string {
  return `${String(row)} ${String(column)}`;
}
