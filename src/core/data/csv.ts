import { partOf } from '../arrays/arrayPart';
import type { NdArray } from '../arrays/ndArray';
import { elementsOf } from '../values/known/numpy/elements';
import { arrayColumns } from '../values/known/numpy/arrayColumn';
import { reprOf, textOfValue } from '../values/known/pythonText';
import { linesOf } from '../values/known/knownRepr';
import { recognise } from '../values/known/recognise';
import { printArray } from '../values/known/print/numpyText';
import { csvField } from './rangeText';
import type { Cell, Column, Table } from '../arrays/table';

/** Characters of a piece. */
const PIECE = 64 * 1024;

/**
 * A table as pandas' `to_csv()` writes it, in pieces of some lines: missing values are empty, and values with a comma, a
 * quote or a line break are quoted.
 * @param withHeader whether the first line has the names of the columns, and each row begins with its labels
 */
export function* csvPieces(table: Table, withHeader: boolean): Generator<string> {
  const { rowCount, columns, index } = table;
  // Without an index, pandas numbers the rows.
  const labels = index.length > 0 ? index.map(labelReader) : [String];
  const cells = columns.map((column) => cellReader(column, withHeader, rowCount));
  const read = withHeader ? [...labels, ...cells] : cells;
  let piece = withHeader ? headerLines(table) : '';
  for (let row = 0; row < rowCount; row++) {
    piece += line(read.map((field) => field(row)));
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Elements that are read at once. */
const BLOCK = 256 * 1024;

/**
 * An array of one or two dimensions, a line per row without a header. Blocks of rows are read one after another: an array in
 * a file would otherwise be read once for each of its columns.
 */
export function* arrayCsvPieces(array: NdArray): Generator<string> {
  const [rowCount = 0, width = 1] = array.shape;
  const rows = Math.max(1, Math.floor(BLOCK / Math.max(1, width)));
  for (let start = 0; start < rowCount; start += rows) {
    const count = Math.min(rows, rowCount - start);
    const ranges = array.shape.map((all, axis) => (axis === 0 ? { start, count } : { start: 0, count: all }));
    const part = partOf(array, ranges);
    if (part.mask !== undefined || part.objects !== undefined || part.type.fields !== undefined)
      yield* csvPieces({ rowCount: count, columns: arrayColumns(part) ?? [], index: [] }, false);
    else yield* plainPieces(part);
  }
}

/** As {@link csvPieces}, without a reader for each column. */
function* plainPieces(array: NdArray): Generator<string> {
  const { shape, strides, offset } = array;
  const [rowCount = 0, width = 1] = shape;
  const [rowStride = 0, stride = 0] = strides;
  const { text, isMissing } = elementsOf(array);
  const { kind } = array.type;
  const isNumber = kind === 'float' || kind === 'complex';
  const cell = (at: number): string => {
    const one = text(at);
    return isMissing(at) || (isNumber && one.includes('nan')) ? '' : one;
  };
  const fields = new Array<string>(width);
  let piece = '';
  for (let row = 0; row < rowCount; row++) {
    for (let i = 0; i < width; i++) fields[i] = cell(offset + row * rowStride + i * stride);
    piece += line(fields);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/**
 * The names of the columns. Labels with several levels have a line for each level, and then one for the names of the index, if
 * it has any.
 */
function headerLines({ columns, index, hasLevels, levelNames = [''], labels = [] }: Table): string {
  const isNameless = (level: Column): boolean => index.length > 1 && level.isNameless === true;
  const names = index.length > 0 ? index.map((level) => (isNameless(level) ? '' : level.name)) : [''];
  const [only] = labels;
  if (levelNames.length === 1 && hasLevels !== true) {
    const read = only === undefined ? undefined : labelReader(only);
    return line([
      ...names,
      ...columns.map(({ name, labels }, i) => read?.(i) ?? (labels === undefined ? name : '')),
    ]);
  }
  const blank = names.slice(1).map(() => '');
  const lines = levelNames.map((name, i) =>
    line([name, ...blank, ...columns.map((column, at) => levelText(column.labels?.[i], labels[i], at))]),
  );
  const isNamed = names.some((name) => name !== '');
  return [...lines, ...(isNamed ? [line([...names, ...columns.map(() => '')])] : [])].join('');
}

/** As Python's `str()` has it, but for None. */
function levelText(cell: Cell | undefined, level: Column | undefined, position: number): string {
  const value = level?.value(position) ?? null;
  if (value !== null && level?.type !== 'Float32') return textOfValue(value);
  if (level?.type.startsWith('complex')) return '(nan+0j)';
  return cell?.text.replace(/^NaN$/, 'nan').replace(/^None$/, '') ?? '';
}

/** @param isFrame whether pandas makes the texts, and not numpy */
function cellReader(column: Column, isFrame: boolean, rowCount = 0): (row: number) => string {
  const { type } = column;
  // Beside NA, nan is a value.
  const nan = /^Float\d/.test(type) ? 'nan' : '';
  // pandas makes Python's objects of the values of some types.
  const areObjects = isFrame && (/^(?:complex64|Sparse)/.test(type) || isFilled(column, rowCount));
  return (row) => {
    const { kind, text } = column.cell(row);
    if (kind === 'nan') return nan;
    if (kind === 'missing') return '';
    if (areObjects) return textOfValue(column.value(row));
    return kind === 'object' && isFrame ? objectText(column, row, text) : text;
  };
}

/** Whether a column has durations as categories, and some are missing: pandas then shortens none of them. */
function isFilled(column: Column, rowCount: number): boolean {
  if (!column.choices?.values.type.startsWith('timedelta')) return false;
  return Array.from({ length: rowCount }, (_, row) => column.cell(row)).some(
    ({ kind }) => kind === 'missing',
  );
}

/** Labels of rows or columns, whose texts numpy makes if they are not objects. */
function labelReader(level: Column): (position: number) => string {
  return cellReader(level, /^(?:object|complex64)$/.test(level.type));
}

function objectText(column: Column, row: number, text: string): string {
  const value = column.value(row);
  const known = recognise(value);
  if (known?.array !== undefined) return known.called !== undefined ? reprOf(value) : printArray(known.array);
  return (known && linesOf(known)) ?? text;
}

/** A line with one empty field only is quoted, as an empty line would be none. */
function line(fields: readonly string[]): string {
  return fields.length === 1 && fields[0] === '' ? '""\n' : `${fields.map(csvField).join(',')}\n`;
}
