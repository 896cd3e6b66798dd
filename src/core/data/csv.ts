import { textOfValue } from '../values/known/pythonText';
import { recognise } from '../values/known/recognise';
import { printArray } from './print/numpyText';
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
  const labels = index.map((level) => (row: number) => cellText(level, row, withHeader));
  // Without an index, pandas numbers the rows.
  const first = labels.length > 0 ? labels : [String];
  const read = [
    ...(withHeader ? first : []),
    ...columns.map((column) => (row: number) => cellText(column, row, withHeader)),
  ];
  let piece = withHeader ? headerLines(table) : '';
  for (let row = 0; row < rowCount; row++) {
    piece += line(read.map((field) => field(row)));
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** The names of the columns; of labels with several levels a line for each, and then one for the names of the index, where it has any. */
function headerLines({ columns, index, levelNames = [] }: Table): string {
  const isNameless = (level: Column): boolean => index.length > 1 && level.isNameless === true;
  const names = index.length > 0 ? index.map((level) => (isNameless(level) ? '' : level.name)) : [''];
  if (levelNames.length <= 1)
    return line([...names, ...columns.map(({ name, labels }) => (labels === undefined ? name : ''))]);
  const lines = levelNames.map((level, i) =>
    line([level, ...names.slice(1).map(() => ''), ...columns.map(({ labels }) => levelText(labels?.[i]))]),
  );
  const isNamed = names.some((name) => name !== '');
  return [...lines, ...(isNamed ? [line([...names, ...columns.map(() => '')])] : [])].join('');
}

function levelText(cell: Cell | undefined): string {
  return cell?.text === 'NaN' && cell.kind !== 'text' ? 'nan' : (cell?.text ?? '');
}

/** @param isFrame whether pandas makes the text, and not numpy */
function cellText(column: Column, row: number, isFrame: boolean): string {
  const { type } = column;
  const { kind, text } = column.cell(row);
  // Beside NA, nan is a value.
  if (kind === 'nan' && /^Float\d/.test(type)) return 'nan';
  const isMissing = kind === 'missing' || kind === 'nan' || (/^complex/.test(type) && /nan/.test(text));
  if (isMissing) return '';
  if (kind !== 'object' || !isFrame) return text;
  const value = column.value(row);
  // pandas makes Python's complex numbers of those with fewer digits.
  if (type === 'complex64') return textOfValue(value);
  const array = recognise(value)?.array;
  return array === undefined ? text : printArray(array);
}

/** A line with one empty field only is quoted, as an empty line would be none. */
function line(fields: readonly string[]): string {
  return fields.length === 1 && fields[0] === '' ? '""\n' : `${fields.map(csvField).join(',')}\n`;
}
