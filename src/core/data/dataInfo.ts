import { cutText } from '../render/flatLiteral';
import { formatFloat } from '../numberText';
import type { ComparedColumn } from './difference';
import type { NdArray } from '../arrays/ndArray';
import type {
  ColumnHeader,
  PictureInfo,
  ShownCell,
  ShownNumber,
  ShownStatistics,
  TableInfo,
} from './questions';
import { guessRange, guessRaster, rasterSize, type Coloring, type RasterAxes } from './raster';
import type { ColumnStatistics } from './statistics';
import type { Column, Table } from '../arrays/table';

/** Characters of a cell in a window of cells. */
export const SHOWN_LENGTH = 200;
/** Columns whose widths are measured, and that are offered to be plotted; and rows that are looked at. */
const MEASURED_COLUMNS = 500;
const MEASURED_ROWS = 60;
const MAX_WIDTH = 40;

export function headerOf({ name, labels = [], type, kind }: Column): ColumnHeader {
  const levels = labels.map(({ text }) => cutText(text, SHOWN_LENGTH));
  return { name: cutText(name, SHOWN_LENGTH), type, kind, ...(levels.length > 1 && { levels }) };
}

/** @param length characters of its text at most */
export function shownCell(column: Column & Partial<ComparedColumn>, row: number, length: number): ShownCell {
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

export function shownNumber(number: number): ShownNumber {
  return Number.isFinite(number) ? number : formatFloat(number);
}

export function shownStatistics({ mean, deviation, ...others }: ColumnStatistics): ShownStatistics {
  return {
    ...others,
    ...(mean !== undefined && { mean: shownNumber(mean) }),
    ...(deviation !== undefined && { deviation: shownNumber(deviation) }),
  };
}

export function tableInfo(table: Table): TableInfo {
  const { rowCount, columns, index, levelNames } = table;
  const measured = columns.slice(0, MEASURED_COLUMNS);
  const numeric = measured.flatMap((column, place) =>
    column.number ? [{ ...headerOf(column), place }] : [],
  );
  return {
    rowCount,
    columnCount: columns.length,
    index: index.map(headerOf),
    ...(levelNames && { levelNames }),
    ...(columns.some((column) => 'mark' in column) && { isCompared: true }),
    names: measured.map((column) => headerOf(column).name),
    widths: [...index, ...measured].map((column) => widthOf(column, rowCount)),
    numeric,
  };
}

/** In characters: of the header, the first rows and some in between. */
function widthOf(column: Column & Partial<ComparedColumn>, rowCount: number): number {
  const names = column.labels?.map(({ text }) => text) ?? [column.name];
  let width = Math.max(...names.map(({ length }) => length), column.type.length) + 2;
  const step = Math.max(1, Math.floor(rowCount / MEASURED_ROWS));
  for (let row = 0; row < rowCount && width < MAX_WIDTH; row += step) {
    const { text, before } = shownCell(column, row, MAX_WIDTH);
    width = Math.max(width, text.length + (before === undefined ? 0 : before.length + 3));
  }
  return Math.min(MAX_WIDTH, width);
}

/**
 * An array as a picture; undefined if it has too few dimensions, or elements that are not numbers.
 * @param chosen the axes that are seen; those that it seems to have, if none have been chosen
 * @throws PicklepostError `no-such-item` for axes that it does not have
 */
export function pictureInfo(
  array: NdArray,
  chosen: RasterAxes | undefined,
  isPicture = false,
): PictureInfo | undefined {
  const guess = guessRaster(array, isPicture);
  if (!guess) return undefined;
  const axes = chosen ?? guess;
  const channels = axes.channelAxis === undefined ? 1 : (array.shape[axes.channelAxis] ?? 1);
  const coloring: Coloring = channels >= 3 ? 'rgb' : guess.coloring === 'rgb' ? 'gray' : guess.coloring;
  const choice = { ...axes, coloring };
  const { shape, type } = array;
  return {
    ...rasterSize(array, choice),
    choice: { ...choice, ...guessRange(array, choice) },
    channels,
    shape,
    type: type.name,
  };
}
