import type { Column, Table } from '../../arrays/table';

/** As pandas has them: rows beyond which a table is cut short, what is then left of them, and columns that an empty frame names. */
const MAX_ROWS = 60;
const CUT_ROWS = 10;
const MAX_NAMED = 20;
/** Characters of a line, and of a cell. */
const LINE_WIDTH = 80;
const CELL_WIDTH = 50;
/** Digits behind the point (pandas' `display.precision`). */
const PRECISION = 6;

/** A frame as `print()` of pandas shows it in a terminal of 80 columns, where its columns have one level. */
export function printFrame(table: Table): string {
  const { rowCount, columns } = table;
  if (columns.length === 0 || rowCount === 0) return emptyFrame(table);
  const rows = shownRows(rowCount);
  const hasNames = table.index.some(({ name }) => name !== '');
  const index = indexLines(table, rows);
  const labels = fixedWidth(['', ...(hasNames ? [index.name] : []), ...index.lines], 'left');
  // More do not fit side by side, whatever they hold.
  const edges =
    columns.length > 2 * LINE_WIDTH
      ? [...columns.slice(0, LINE_WIDTH), ...columns.slice(-LINE_WIDTH)]
      : columns;
  const names = columnNames(edges);
  const texts = edges.map((column, i) => columnLines(column, names[i] ?? '', rows, hasNames));
  const half = fittingHalf([labels, ...texts]);
  const isWide = half !== undefined || edges.length < columns.length;
  const each = half ?? LINE_WIDTH;
  const lines = isWide
    ? [labels, ...texts.slice(0, each), labels.map(() => ' ...'), ...texts.slice(-each)]
    : [labels, ...texts];
  const isCut = rows.length < rowCount;
  if (isCut) insertDots(lines, isWide ? each + 1 : -1, hasNames ? 2 : 1);
  const size = isCut || isWide ? `\n\n[${rowCount} rows x ${columns.length} columns]` : '';
  return adjoin(1, lines) + size;
}

/** How many columns are shown on each side of the dots, as pandas reckons it; undefined where all of them fit. */
function fittingHalf(lines: readonly (readonly string[])[]): number | undefined {
  const widths = lines.map((column) => Math.max(...column.map((text) => text.length)));
  let surplus = widths.reduce((sum, width) => sum + width + 1, -1) - LINE_WIDTH + 1;
  if (surplus <= 0) return undefined;
  const left = [...widths];
  while (surplus > 0 && left.length > 1) {
    const [width = 0] = left.splice(roundToEven(left.length / 2), 1);
    surplus -= width + 1;
  }
  return Math.max(1, Math.floor(Math.max(2, left.length - 1) / 2));
}

function roundToEven(number: number): number {
  const whole = Math.floor(number);
  return number - whole === 0.5 ? whole + (whole % 2) : Math.round(number);
}

/** A series as `print()` of pandas shows it. @param name undefined where it has none */
export function printSeries(table: Table, name: string | undefined): string {
  const { rowCount, columns } = table;
  const [column] = columns;
  if (column === undefined) return '';
  const facts = [
    ...(name === undefined ? [] : [`Name: ${name}`]),
    ...(rowCount > MAX_ROWS ? [`Length: ${rowCount}`] : []),
    `dtype: ${column.type}`,
  ].join(', ');
  if (rowCount === 0) return `Series([], ${facts})`;
  const rows = shownRows(rowCount);
  const index = indexLines(table, rows);
  const cells = fixedWidth(cellLines(column, rows), 'right');
  const lines = [fixedWidth(index.lines, 'left'), cells];
  if (rows.length < rowCount) insertSeriesDots(lines);
  const hasName = table.index.some((level) => level.name !== '');
  return `${hasName ? `${index.name}\n` : ''}${adjoin(3, lines)}\n${facts}`;
}

function emptyFrame({ rowCount, columns, index }: Table): string {
  const names = columns.slice(0, MAX_NAMED).map(({ name }) => name).join(', '); // prettier-ignore
  const labels = Array.from({ length: Math.min(rowCount, CUT_ROWS) }, (_, row) => labelOf({ index }, row));
  const more = (shown: number, all: number): string => (shown < all ? ', ...' : '');
  return [
    'Empty DataFrame',
    `Columns: [${names}${more(MAX_NAMED, columns.length)}]`,
    `Index: [${labels.join(', ')}${more(CUT_ROWS, rowCount)}]`,
  ].join('\n');
}

function labelOf({ index }: Pick<Table, 'index'>, row: number): string {
  const texts = index.map((level) => level.cell(row).text);
  return texts.length === 0 ? String(row) : texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(', ')})`;
}

function shownRows(rowCount: number): number[] {
  const half = CUT_ROWS / 2;
  const rows = Array.from({ length: Math.min(rowCount, MAX_ROWS) }, (_, row) => row);
  if (rowCount <= MAX_ROWS) return rows;
  return [...rows.slice(0, half), ...rows.slice(0, half).map((row) => rowCount - half + row)];
}

/** Of several levels, a label that repeats the one above is left out. */
function indexLines({ index }: Table, rows: readonly number[]): { name: string; lines: string[] } {
  if (index.length === 0) return { name: '', lines: rows.map(String) };
  const levels = index.map((level) => cellLines(level, rows));
  const trimmed = levels.map((lines) => trimFront(lines));
  const isRepeated = (level: number, at: number): boolean =>
    at > 0 && trimmed.slice(0, level + 1).every((lines) => lines[at] === lines[at - 1]);
  const isLast = (level: number): boolean => level === trimmed.length - 1;
  const columns = trimmed.map((lines, level) =>
    fixedWidth(
      [
        index[level]?.name ?? '',
        ...lines.map((text, at) => (!isLast(level) && isRepeated(level, at) ? '' : text)),
      ],
      'left',
    ),
  );
  const [name = '', ...lines] = adjoin(1, columns).split('\n');
  return { name: name.trimEnd(), lines };
}

/** What stands in front of all of them is left out. */
function trimFront(texts: readonly string[]): string[] {
  return texts.every((text) => text.startsWith(' ')) && texts.length > 0
    ? trimFront(texts.map((text) => text.slice(1)))
    : [...texts];
}

/** Numbers stand on the left, as in an index. */
function columnNames(columns: readonly Column[]): string[] {
  const names = columns.map(({ name }) => name);
  return names.every((name) => /^-?\d+$/.test(name)) ? fixedWidth(names, 'left') : names;
}

function columnLines(column: Column, name: string, rows: readonly number[], hasNames: boolean): string[] {
  const isNumber = column.kind === 'number' || column.kind === 'boolean';
  const head = [`${isNumber && !isTimeType(column.type) ? ' ' : ''}${name}`, ...(hasNames ? [''] : [])];
  const width = Math.max(...head.map((text) => text.length));
  const cells = fixedWidth(cellLines(column, rows), 'right', width);
  const widest = Math.max(width, ...cells.map((text) => text.length));
  return [...head, ...cells].map((text) => text.padStart(widest));
}

function isTimeType(type: string): boolean {
  return /^(?:datetime|timedelta|period)/.test(type);
}

/** The cells of a column or of a level of an index, with the space that pandas leaves for a sign. */
function cellLines(column: Column, rows: readonly number[]): string[] {
  const { type, kind, number } = column;
  if (/^float\d/.test(type) && number) return floatLines(rows.map((row) => number(row)));
  const texts = rows.map((row) => column.cell(row).text);
  if (kind === 'time' || isTimeType(type)) return timeLines(texts);
  if (type === 'object') return objectLines(column, rows, texts);
  return texts.map((text) => (/^-\d/.test(text) && kind === 'number' ? text : ` ${text}`));
}

/** Dates stand without the time where none has one. */
function timeLines(texts: readonly string[]): string[] {
  const isDate = texts.every((text) => /^(?:\d{4}-\d\d-\d\d 00:00:00|\d{4}-\d\d-\d\d|NaT)$/.test(text));
  return texts.map((text) => (isDate ? text.replace(/ 00:00:00$/, '') : text));
}

/** Floats among other objects have the digits that they need, up to the precision. */
function objectLines(column: Column, rows: readonly number[], texts: readonly string[]): string[] {
  return rows.map((row, i) => {
    const value = column.value(row);
    if (typeof value !== 'number' || !Number.isFinite(value)) return ` ${escapeBreaks(texts[i] ?? '')}`;
    return trimZeros([fixed(value)])[0] ?? '';
  });
}

function escapeBreaks(text: string): string {
  return text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function floatLines(numbers: readonly number[]): string[] {
  const write = (form: (number: number) => string): string[] =>
    numbers.map((number) => (Number.isNaN(number) ? 'NaN' : form(number)));
  const plain = trimZeros(write(fixed));
  const isLong = plain.some((text) => text.length > PRECISION + 6);
  const isLarge = numbers.some((number) => Math.abs(number) > 1e6);
  const isSmall = numbers.some((number) => number !== 0 && Math.abs(number) < 10 ** -PRECISION);
  const texts = isSmall || (isLong && isLarge) ? write(scientific) : plain;
  return texts.map((text) => (text === 'NaN' ? ' NaN' : text));
}

function fixed(number: number): string {
  if (!Number.isFinite(number)) return number < 0 ? '-inf' : ' inf';
  const text =
    Math.abs(number) >= 1e21
      ? `${BigInt(number)}.${'0'.repeat(PRECISION)}`
      : `${number < 0 || Object.is(number, -0) ? '-' : ''}${Math.abs(number).toFixed(PRECISION)}`;
  return text.startsWith('-') ? text : ` ${text}`;
}

function scientific(number: number): string {
  if (!Number.isFinite(number)) return fixed(number);
  const text = number.toExponential(PRECISION).replace(/e([+-])(\d)$/, 'e$10$2');
  return text.startsWith('-') ? text : ` ${text}`;
}

/** Takes zeros at the end away from all numbers alike, down to one. */
function trimZeros(texts: readonly string[]): string[] {
  const isDecimal = (text: string): boolean => /^\s*[+-]?\d+\.\d*$/.test(text);
  const decimals = texts.filter(isDecimal);
  const zeros = decimals.map((text) => /0*$/.exec(text)?.[0].length ?? 0);
  const surplus = Math.min(PRECISION - 1, ...zeros);
  if (decimals.length === 0 || surplus === 0) return [...texts];
  return texts.map((text) => (isDecimal(text) ? text.slice(0, -surplus) : text));
}

function fixedWidth(texts: readonly string[], side: 'left' | 'right', minimum = 0): string[] {
  const width = Math.min(CELL_WIDTH, Math.max(minimum, ...texts.map((text) => text.length)));
  return texts.map((text) => {
    const cut = text.length > width ? `${text.slice(0, width - 3)}...` : text;
    return side === 'left' ? cut.padEnd(width) : cut.padStart(width);
  });
}

/**
 * A row of dots where rows are left out.
 * @param dotsAt the column that stands for columns which are left out; -1 where there is none
 * @param headRows lines above the first row
 */
function insertDots(lines: string[][], dotsAt: number, headRows: number): void {
  for (const [place, column] of lines.entries()) {
    const width = place === dotsAt ? 4 : (column[CUT_ROWS / 2]?.length ?? 0);
    const dots = width > 3 || place === dotsAt ? '...' : '..';
    column.splice(headRows + CUT_ROWS / 2, 0, place === 0 ? dots.padEnd(width) : dots.padStart(width));
  }
}

/** As {@link insertDots}; a series has them in the middle of its only column. */
function insertSeriesDots([index, cells]: string[][]): void {
  const width = cells?.[CUT_ROWS / 2 - 1]?.length ?? 0;
  const dots = width > 3 ? '...' : '..';
  // As Python's str.center does it.
  const space = width - dots.length;
  const before = Math.floor(space / 2) + (space & width & 1);
  cells?.splice(CUT_ROWS / 2, 0, (' '.repeat(Math.max(0, before)) + dots).padEnd(width));
  index?.splice(CUT_ROWS / 2, 0, '');
}

/** Columns side by side; the last is as it is. */
function adjoin(space: number, columns: readonly (readonly string[])[]): string {
  const widths = columns.map((column, i) => {
    const width = Math.max(0, ...column.map((text) => text.length));
    return i < columns.length - 1 ? width + space : width;
  });
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns.map((column, i) => (column[row] ?? '').padEnd(widths[i] ?? 0)).join(''),
  ).join('\n');
}
