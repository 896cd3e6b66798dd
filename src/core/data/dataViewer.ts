import { PicklepostError } from '../errors';
import { cutText } from '../render/flatLiteral';
import { arrangeRows } from './arrange';
import { packCells } from './cellWindow';
import {
  headerOf,
  pictureInfo,
  SHOWN_LENGTH,
  shownCell,
  shownNumber,
  shownStatistics,
  tableInfo,
} from './dataInfo';
import type { Comparison } from './difference';
import type { NdArray } from '../arrays/ndArray';
import { encodeNpy, fitsNpy } from './npy';
import { encodePng } from './png';
import type {
  CellWindow,
  DataInfo,
  DataQuestion,
  DataQuestions,
  Mark,
  Place,
  QuestionName,
  Series,
  ShownCell,
  ShownStatistics,
  ViewState,
  Span,
} from './questions';
import { drawRaster, pixelNumbers, rasterSize } from './raster';
import { rangeText } from './rangeText';
import { seriesOf } from './series';
import { findDifference, findText } from './seek';
import { comparableTable, isNumeric, numericArray, tableOfSlice, type ShownData } from './shownData';
import { defaultSlice, type SliceChoice } from './slice';
import { columnStatistics } from './statistics';
import type { Steps } from './steps';
import type { Column, Table } from '../arrays/table';
import { say } from '../text';

/** Characters of a cell that is asked for alone. */
const WHOLE_LENGTH = 1_000_000;
/** Bytes of a file that is saved. */
const MAX_FILE = 1024 * 1024 * 1024;
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

  /** @throws PicklepostError `unsupported` if the question does not apply to the data */
  answer(question: DataQuestion): Steps<unknown> {
    const handler = this.handlers[question.name] as (question: DataQuestion) => Steps<unknown>;
    return handler(question);
  }

  private readonly handlers: Handlers = {
    open: (question) => immediately(() => this.info(question)),
    count: ({ view }) => this.count(view),
    window: ({ view, rows, columns }) => this.window(view, rows, columns),
    cell: ({ view, row, column }) => this.cell(view, row, column),
    statistics: ({ view, column }) => this.statistics(view, column),
    find: (question) => this.find(question),
    difference: (question) => this.difference(question),
    range: (question) => this.range(question),
    raster: ({ choice, region, width, height }) =>
      immediately(() => drawRaster(this.array(), choice, region, { width, height }).rgba),
    pixel: ({ choice, x, y }) => immediately(() => pixelNumbers(this.array(), choice, x, y).map(shownNumber)),
    png: ({ choice }) =>
      immediately(() => {
        const size = rasterSize(this.array(), choice);
        return encodePng(drawRaster(this.array(), choice, { x: 0, y: 0, ...size }, size));
      }),
    csv: ({ maxLength }) => this.csv(maxLength),
    npy: () => this.npy(),
    series: (question) => this.series(question),
  };

  private info({ slice: chosen, axes }: DataQuestions['open']['parameters']): DataInfo {
    const { array, isPicture } = this.data;
    const slice = chosen ?? (array && this.isCut ? defaultSlice(array.shape) : undefined);
    const table = this.data.table ?? (slice && this.table(slice));
    const picture = array && pictureInfo(array, axes, isPicture);
    return {
      ...(table && { table: tableInfo(table) }),
      ...(picture && { picture }),
      ...(array && slice && { array: { shape: array.shape, type: array.type.name, slice } }),
      ...(this.comparison && { difference: this.comparison.summary }),
      ...(isPicture && { isPicture }),
      fitsNpy: this.fitsNpy,
    };
  }

  private get fitsNpy(): boolean {
    const { array, table, isMatrix } = this.data;
    if (this.comparison) return false;
    return array && isMatrix !== true ? fitsNpy(array) : table !== undefined && isNumeric(table);
  }

  /** Whether two dimensions have to be chosen. */
  private get isCut(): boolean {
    return this.data.table === undefined && (this.data.array?.shape.length ?? 0) > 2;
  }

  private table(slice?: SliceChoice): Table {
    const { table, array } = this.data;
    if (table) return table;
    if (!array || array.shape.length < 2)
      throw new PicklepostError('unsupported', say`This value is not a table.`);
    const choice = slice ?? defaultSlice(array.shape);
    const key = JSON.stringify(choice);
    if (this.cut?.key !== key) this.cut = { key, table: tableOfSlice(array, choice) };
    return this.cut.table;
  }

  private array(): NdArray {
    if (this.data.array) return this.data.array;
    throw new PicklepostError('unsupported', say`This value is not an array.`);
  }

  private column(place: number, slice: SliceChoice | undefined): Column {
    const column = this.table(slice).columns[place];
    if (!column) throw new PicklepostError('no-such-item', say`The table does not have this column.`);
    return column;
  }

  /** The rows that are shown, in order; undefined for all as they are. */
  private *rows(view: ViewState): Steps<Uint32Array | undefined> {
    const { arrangement, onlyDiffering, slice } = view;
    const key = JSON.stringify([slice, arrangement.sort, arrangement.filters, onlyDiffering === true]);
    if (this.arranged.has(key)) return this.arranged.get(key);
    let rows = yield* arrangeRows(this.table(view.slice), arrangement);
    if (onlyDiffering && this.comparison)
      rows = keepDiffering(this.comparison.differing, rows, this.table(view.slice).rowCount);
    for (const old of [...this.arranged.keys()].slice(0, -KEPT + 1)) this.arranged.delete(old);
    this.arranged.set(key, rows);
    return rows;
  }

  private *count(view: ViewState): Steps<number> {
    return (yield* this.rows(view))?.length ?? this.table(view.slice).rowCount;
  }

  private *window(view: ViewState, rows: Span, columns: Span): Steps<CellWindow> {
    const order = yield* this.rows(view);
    const table = this.table(view.slice);
    const places = placesIn(rows, order?.length ?? table.rowCount, order);
    const shown = table.columns.slice(columns.start, columns.start + columns.count);
    return {
      rows: { start: rows.start, count: places.length },
      columns: { start: columns.start, count: shown.length },
      headers: shown.map(headerOf),
      cells: packCells(places.map((row) => shown.map((column) => shownCell(column, row, SHOWN_LENGTH)))),
      labels: places.map((row) =>
        table.index.length === 0
          ? [String(row)]
          : table.index.map((level) => cutText(level.cell(row).text, SHOWN_LENGTH)),
      ),
      ...(this.comparison && { marks: marksOf(this.comparison, places) }),
    };
  }

  private *cell(view: ViewState, row: number, column: number): Steps<ShownCell> {
    const order = yield* this.rows(view);
    return shownCell(this.column(column, view.slice), order?.[row] ?? row, WHOLE_LENGTH);
  }

  private *statistics(view: ViewState, column: number): Steps<ShownStatistics> {
    const order = yield* this.rows(view);
    const { rowCount } = this.table(view.slice);
    return shownStatistics(yield* columnStatistics(this.column(column, view.slice), rowCount, order));
  }

  private *find({ view, text, ...start }: DataQuestions['find']['parameters']): Steps<Place | undefined> {
    const order = yield* this.rows(view);
    return yield* findText(this.table(view.slice), order, text, start);
  }

  private *difference({
    view,
    ...start
  }: DataQuestions['difference']['parameters']): Steps<Place | undefined> {
    const order = yield* this.rows(view);
    return this.comparison && (yield* findDifference(this.comparison, order, start));
  }

  private *range({
    view,
    rows,
    columns,
    form,
    hasHeader,
    maxLength,
  }: DataQuestions['range']['parameters']): Steps<string> {
    const order = yield* this.rows(view);
    const table = this.table(view.slice);
    const range = {
      rows: placesOf(rows, order?.length ?? table.rowCount, order),
      columns: table.columns.slice(columns.start, columns.start + columns.count),
      index: hasHeader && form !== 'python' ? table.index : [],
      hasHeader,
    };
    return yield* rangeText(range, form, maxLength);
  }

  private *csv(maxLength: number): Steps<string> {
    const table = comparableTable(this.data);
    if (!table) throw new PicklepostError('unsupported', say`This value is not a table.`);
    const { rowCount, columns, index } = table;
    const rows = placesOf({ start: 0, count: rowCount }, rowCount);
    return yield* rangeText({ rows, columns, index, hasHeader: true }, 'csv', maxLength);
  }

  private *npy(): Steps<Uint8Array> {
    const { array, table, isMatrix } = this.data;
    if (array && isMatrix !== true) return yield* encodeNpy(array, MAX_FILE);
    return yield* encodeNpy(yield* numericArray(table ?? this.table()), MAX_FILE);
  }

  private *series({ view, x, y, points }: DataQuestions['series']['parameters']): Steps<Series> {
    const order = yield* this.rows(view);
    const { rowCount } = this.table(view.slice);
    const over = x === undefined ? undefined : this.column(x, view.slice);
    const columns = y.map((place) => this.column(place, view.slice));
    return yield* seriesOf({ rowCount, order, over, columns }, points);
  }
}

function* immediately<Answer>(make: () => Answer): Steps<Answer> {
  yield;
  return make();
}

function keepDiffering(differing: Uint32Array, rows: Uint32Array | undefined, rowCount: number): Uint32Array {
  if (!rows) return differing;
  const isDiffering = new Uint8Array(rowCount);
  for (const row of differing) isDiffering[row] = 1;
  return rows.filter((row) => isDiffering[row] === 1);
}

function marksOf({ rowMark }: Comparison, rows: readonly number[]): (Mark | null)[] {
  return rows.map((row) => rowMark(row) ?? null);
}

function placesIn(span: Span, total: number, order: Uint32Array | undefined): number[] {
  return [...placesOf(span, total, order)];
}

/** Rows of the table by their places in an order, one by one: a few bytes may claim more of them than there is memory. */
function* placesOf({ start, count }: Span, total: number, order?: Uint32Array): Generator<number, void> {
  const end = Math.min(start + count, total);
  for (let place = start; place < end; place++) yield order?.[place] ?? place;
}
