import { PicklepostError } from '../errors';
import { cutText } from '../render/flatLiteral';
import { arrangeRows } from './arrange';
import { decimate } from './decimate';
import type { ComparedColumn, Comparison } from './difference';
import type { NdArray } from './ndArray';
import { encodePng } from './png';
import type {
  CellWindow,
  ColumnHeader,
  DataInfo,
  DataQuestion,
  DataQuestions,
  PictureInfo,
  Place,
  QuestionName,
  Series,
  ShownCell,
  Sight,
  Span,
  TableInfo,
} from './questions';
import { drawRaster, guessRange, guessRaster, pixelNumbers, rasterSize, type RasterChoice } from './raster';
import { rangeText } from './rangeText';
import { tableOfSlice, type ShownData } from './shownData';
import { defaultSlice, type SliceChoice } from './slice';
import { columnStatistics } from './statistics';
import { STEP_ROWS, type Steps } from './steps';
import type { Column, Table } from './table';

/** Characters of a cell in a window of cells, and of one that is asked for alone. */
const SHOWN_LENGTH = 200;
const WHOLE_LENGTH = 1_000_000;
/** Characters of a range that is copied or saved. */
const MAX_RANGE = 256 * 1024 * 1024;
/** Columns whose widths are measured, and that are offered to be plotted; and rows that are looked at. */
const MEASURED_COLUMNS = 500;
const MEASURED_ROWS = 60;
const MAX_WIDTH = 40;
/** Arrangements that are kept. */
const KEPT = 4;

type Handlers = {
  [Name in QuestionName]: (
    question: DataQuestions[Name]['parameters'],
  ) => Steps<DataQuestions[Name]['answer']>;
};

/** Answers questions about one table, array or picture. Keeps the order of rows that was asked for last. */
export class DataViewer {
  private cut: { readonly key: string; readonly table: Table } | undefined;
  private readonly arranged = new Map<string, Uint32Array | undefined>();

  constructor(
    private readonly data: ShownData,
    private readonly comparison?: Comparison,
  ) {}

  /** @throws PicklepostError `unsupported` where what is asked about is not there */
  answer(question: DataQuestion): Steps<unknown> {
    const handler = this.handlers[question.name] as (question: DataQuestion) => Steps<unknown>;
    return handler(question);
  }

  private readonly handlers: Handlers = {
    open: ({ slice }) => immediately(() => this.info(slice)),
    count: ({ sight }) => this.count(sight),
    window: ({ sight, rows, columns }) => this.window(sight, rows, columns),
    cell: ({ sight, row, column }) => this.cell(sight, row, column),
    statistics: ({ sight, column }) => this.statistics(sight, column),
    find: ({ sight, text, from, backwards }) => this.find(sight, text, from, backwards),
    range: (question) => this.range(question),
    raster: ({ choice, region, width, height }) =>
      immediately(() => drawRaster(this.array(), choice, region, { width, height }).rgba),
    pixel: ({ choice, x, y }) => immediately(() => pixelNumbers(this.array(), choice, x, y)),
    png: ({ choice }) =>
      immediately(() => {
        const size = rasterSize(this.array(), choice);
        return encodePng(drawRaster(this.array(), choice, { x: 0, y: 0, ...size }, size));
      }),
    series: (question) => this.series(question),
  };

  private info(chosen: SliceChoice | undefined): DataInfo {
    const { array } = this.data;
    const slice = chosen ?? (array && this.isCut ? defaultSlice(array.shape) : undefined);
    const table = this.data.table ?? (slice && this.table(slice));
    const picture = array && pictureInfo(array, slice);
    return {
      ...(table && { table: tableInfo(table) }),
      ...(picture && { picture }),
      ...(array && slice && { array: { shape: array.shape, type: array.type.name, slice } }),
      ...(this.comparison && { difference: this.comparison.summary }),
    };
  }

  /** Whether two dimensions have to be chosen. */
  private get isCut(): boolean {
    return this.data.table === undefined && (this.data.array?.shape.length ?? 0) > 2;
  }

  private table(slice?: SliceChoice): Table {
    const { table, array } = this.data;
    if (table) return table;
    if (!array || array.shape.length < 2)
      throw new PicklepostError('unsupported', 'This value is not a table.');
    const choice = slice ?? defaultSlice(array.shape);
    const key = JSON.stringify(choice);
    if (this.cut?.key !== key) this.cut = { key, table: tableOfSlice(array, choice) };
    return this.cut.table;
  }

  private array(): NdArray {
    if (this.data.array) return this.data.array;
    throw new PicklepostError('unsupported', 'This value is not an array.');
  }

  private column(place: number, slice: SliceChoice | undefined): Column {
    const column = this.table(slice).columns[place];
    if (!column) throw new PicklepostError('no-such-item', 'The table does not have this column.');
    return column;
  }

  /** The rows that are shown, in order; undefined for all as they are. */
  private *rows(sight: Sight): Steps<Uint32Array | undefined> {
    const { arrangement, onlyDiffering, slice } = sight;
    const key = JSON.stringify([slice, arrangement.sort, arrangement.filters, onlyDiffering === true]);
    if (this.arranged.has(key)) return this.arranged.get(key);
    let rows = yield* arrangeRows(this.table(sight.slice), arrangement);
    if (onlyDiffering && this.comparison)
      rows = keepDiffering(this.comparison.differing, rows, this.table(sight.slice).rowCount);
    for (const old of [...this.arranged.keys()].slice(0, -KEPT + 1)) this.arranged.delete(old);
    this.arranged.set(key, rows);
    return rows;
  }

  private *count(sight: Sight): Steps<number> {
    return (yield* this.rows(sight))?.length ?? this.table(sight.slice).rowCount;
  }

  private *window(sight: Sight, rows: Span, columns: Span): Steps<CellWindow> {
    const order = yield* this.rows(sight);
    const table = this.table(sight.slice);
    const places = placesIn(rows, order?.length ?? table.rowCount).map((row) => order?.[row] ?? row);
    const shown = table.columns.slice(columns.start, columns.start + columns.count);
    return {
      rows: { start: rows.start, count: places.length },
      columns: { start: columns.start, count: shown.length },
      headers: shown.map(headerOf),
      cells: places.map((row) => shown.map((column) => shownCell(column, row, SHOWN_LENGTH))),
      labels: places.map((row) =>
        table.index.length === 0
          ? [String(row)]
          : table.index.map((level) => cutText(level.cell(row).text, SHOWN_LENGTH)),
      ),
    };
  }

  private *cell(sight: Sight, row: number, column: number): Steps<ShownCell> {
    const order = yield* this.rows(sight);
    return shownCell(this.column(column, sight.slice), order?.[row] ?? row, WHOLE_LENGTH);
  }

  private *statistics(sight: Sight, column: number) {
    const order = yield* this.rows(sight);
    return yield* columnStatistics(this.column(column, sight.slice), this.table(sight.slice).rowCount, order);
  }

  private *find(sight: Sight, text: string, from: Place, backwards: boolean): Steps<Place | undefined> {
    const order = yield* this.rows(sight);
    const { columns, rowCount } = this.table(sight.slice);
    const [width, height] = [columns.length, order?.length ?? rowCount];
    const wanted = text.toLowerCase();
    const total = width * height;
    const start = from.row * width + from.column;
    for (let step = 1; step <= total; step++) {
      if (step % STEP_ROWS === 0) yield;
      const at = (((start + (backwards ? -step : step)) % total) + total) % total;
      const [row, column] = [Math.floor(at / width), at % width];
      if (
        columns[column]
          ?.cell(order?.[row] ?? row)
          .text.toLowerCase()
          .includes(wanted)
      )
        return { row, column };
    }
    return undefined;
  }

  private *range({
    sight,
    rows,
    columns,
    form,
    hasHeader,
  }: DataQuestions['range']['parameters']): Steps<string> {
    const order = yield* this.rows(sight);
    const table = this.table(sight.slice);
    const places = placesIn(rows, order?.length ?? table.rowCount).map((row) => order?.[row] ?? row);
    const range = {
      rows: places,
      columns: table.columns.slice(columns.start, columns.start + columns.count),
      index: hasHeader && form !== 'python' ? table.index : [],
      hasHeader,
    };
    return yield* rangeText(range, form, MAX_RANGE);
  }

  private *series({ sight, x: across, y, points }: DataQuestions['series']['parameters']): Steps<Series> {
    const order = yield* this.rows(sight);
    const total = order?.length ?? this.table(sight.slice).rowCount;
    const over = across === undefined ? undefined : this.column(across, sight.slice);
    const x = new Float64Array(total);
    for (let at = 0; at < total; at++) {
      if (at % (4 * STEP_ROWS) === STEP_ROWS) yield;
      x[at] = over ? (over.number?.(order?.[at] ?? at) ?? NaN) : at;
    }
    const lines: (number | null)[][] = [];
    let kept: Float64Array = x;
    for (const place of y) {
      const column = this.column(place, sight.slice);
      const heights = new Float64Array(total);
      for (let at = 0; at < total; at++) {
        if (at % (4 * STEP_ROWS) === STEP_ROWS) yield;
        heights[at] = column.number?.(order?.[at] ?? at) ?? NaN;
      }
      const line = decimate({ x, y: heights }, points);
      kept = line.x;
      lines.push(Array.from(line.y, finiteOrNull));
    }
    return { x: Array.from(kept, finiteOrNull), y: lines, isTime: over?.kind === 'time', total };
  }
}

function* immediately<Answer>(make: () => Answer): Steps<Answer> {
  yield;
  return make();
}

function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}

function keepDiffering(differing: Uint32Array, rows: Uint32Array | undefined, rowCount: number): Uint32Array {
  if (!rows) return differing;
  const isDiffering = new Uint8Array(rowCount);
  for (const row of differing) isDiffering[row] = 1;
  return rows.filter((row) => isDiffering[row] === 1);
}

function placesIn({ start, count }: Span, total: number): number[] {
  const end = Math.min(start + count, total);
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

function headerOf({ name, type, kind }: Column): ColumnHeader {
  return { name: cutText(name, SHOWN_LENGTH), type, kind };
}

function shownCell(column: Column & Partial<ComparedColumn>, row: number, length: number): ShownCell {
  const { kind, text } = column.cell(row);
  const mark = column.mark?.(row);
  const before = mark === 'changed' ? column.before?.(row) : undefined;
  return {
    kind,
    text: cutText(text, length),
    ...(mark && { mark }),
    ...(before && { before: cutText(before.text, length) }),
  };
}

function tableInfo(table: Table): TableInfo {
  const { rowCount, columns, index } = table;
  const measured = columns.slice(0, MEASURED_COLUMNS);
  const numeric = measured.flatMap((column, place) =>
    column.number ? [{ ...headerOf(column), place }] : [],
  );
  return {
    rowCount,
    columnCount: columns.length,
    index: index.map(headerOf),
    names: measured.map((column) => headerOf(column).name),
    widths: [...index, ...measured].map((column) => widthOf(column, rowCount)),
    numeric,
  };
}

/** In characters: of the header, the first rows and some in between. */
function widthOf(column: Column & Partial<ComparedColumn>, rowCount: number): number {
  let width = Math.max(column.name.length, column.type.length) + 2;
  const step = Math.max(1, Math.floor(rowCount / MEASURED_ROWS));
  for (let row = 0; row < rowCount && width < MAX_WIDTH; row += step) {
    const { text, before } = shownCell(column, row, MAX_WIDTH);
    width = Math.max(width, text.length + (before === undefined ? 0 : before.length + 3));
  }
  return Math.min(MAX_WIDTH, width);
}

function pictureInfo(array: NdArray, slice: SliceChoice | undefined): PictureInfo | undefined {
  const guess = guessRaster(array);
  if (!guess) return undefined;
  const seen =
    slice && guess.channelAxis === undefined
      ? axesOf(slice, guess)
      : { ...guess, ...(slice && { indices: slice.indices }) };
  const choice = { ...seen, ...guessRange(array, seen) };
  const channels = guess.channelAxis === undefined ? 1 : (array.shape[guess.channelAxis] ?? 1);
  return { ...rasterSize(array, choice), choice, channels };
}

type Guess = Omit<RasterChoice, 'low' | 'high'>;

/** The picture has the axes that were chosen. */
function axesOf({ rowAxis, columnAxis, indices }: SliceChoice, guess: Guess): Guess {
  return { ...guess, rowAxis: rowAxis ?? guess.rowAxis, columnAxis: columnAxis ?? guess.columnAxis, indices };
}
