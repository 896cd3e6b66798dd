import type { Column, Table } from '../../../arrays/table';
import { textOfValue } from '../pythonText';
import { categoriesLine } from './categoriesText';
import { cellLines, escapeBreaks, floatLines, labelLines, sequenceText } from './pandasCells';

/** As in pandas: rows beyond which a table is shortened, how many are then left, and labels that an empty frame names. */
const MAX_ROWS = 60;
const CUT_ROWS = 10;
const MAX_NAMED = 100;
/** Characters of a line, and of a cell. */
const LINE_WIDTH = 80;
const CELL_WIDTH = 50;

/** A frame as `print()` of pandas shows it in a terminal of 80 columns. */
export function printFrame(table: Table): string {
  const { rowCount, columns, levelNames = [''] } = table;
  if (columns.length === 0 || rowCount === 0) return emptyFrame(table);
  const rows = shownRows(rowCount);
  const hasNames = table.index.some(({ name }) => name !== '');
  const index = indexLines(table, rows, 1);
  const labels = [...levelNames, ...fixedWidth([...(hasNames ? [index.name] : []), ...index.lines], 'left')];
  // More do not fit side by side, whatever they hold.
  const edges =
    columns.length > 2 * LINE_WIDTH
      ? [...columns.slice(0, LINE_WIDTH), ...columns.slice(-LINE_WIDTH)]
      : columns;
  const linesOf = (some: readonly Column[]): string[][] => {
    // For a shortened frame, pandas checks the types of as many of its first columns, whichever are shown.
    const heads = columnHeads(some, columns, table);
    return some.map((column, i) => columnLines(column, heads[i] ?? [], rows, hasNames));
  };
  const texts = linesOf(edges);
  const half = fittingHalf([labels, ...texts]);
  const isWide = half !== undefined || edges.length < columns.length;
  const each = half ?? LINE_WIDTH;
  const left = isWide ? linesOf([...edges.slice(0, each), ...edges.slice(-each)]) : texts;
  const lines = isWide
    ? [labels, ...left.slice(0, each), labels.map(() => ' ...'), ...left.slice(each)]
    : [labels, ...left];
  const isCut = rows.length < rowCount;
  if (isCut) insertDots(lines, isWide ? each + 1 : -1, levelNames.length + (hasNames ? 1 : 0));
  const size = isCut || isWide ? `\n\n[${rowCount} rows x ${columns.length} columns]` : '';
  return adjoin(1, lines) + size;
}

/** How many columns are shown on each side of the dots, as pandas reckons it; undefined where all of them fit. */
function fittingHalf(lines: readonly (readonly string[])[]): number | undefined {
  const widths = lines.map((column) => Math.max(...column.map(lengthOf)));
  let surplus = widths.reduce((sum, width) => sum + width + 1, -1) - LINE_WIDTH + 1;
  // Two are shown at least.
  if (surplus <= 0 || lines.length <= 3) return undefined;
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

/** A series as `print()` of pandas shows it. @param hasName whether its column is called something */
export function printSeries(table: Table, hasName: boolean): string {
  const { rowCount, columns } = table;
  const [column] = columns;
  if (column === undefined) return '';
  const [first, ...others] = table.index;
  const frequency = others.length === 0 ? first?.frequency : undefined;
  const facts = [
    ...(frequency === undefined ? [] : [`Freq: ${frequency}`]),
    ...(hasName ? [`Name: ${nameText(column)}`] : []),
    ...(rowCount > MAX_ROWS ? [`Length: ${rowCount}`] : []),
    `dtype: ${typeText(column)}`,
  ].join(', ');
  const categories = column.choices === undefined ? '' : `\n${categoriesLine(column.choices)}`;
  if (rowCount === 0) return `Series([], ${facts}${categories})`;
  const rows = shownRows(rowCount);
  const index = indexLines(table, rows, 2);
  const cells = fixedWidth(cellLines(column, rows), 'right');
  const labels =
    others.length > 0
      ? index.lines
      : table.index.flatMap((level) => trimFront(levelLines(level, rows, rowCount)));
  const lines = [table.index.length === 0 ? rows.map(String) : labels, cells];
  if (rows.length < rowCount) insertSeriesDots(lines);
  const isIndexNamed =
    others.length > 0 ? table.index.some((level) => level.isNameless !== true) : (first?.name ?? '') !== '';
  return `${isIndexNamed ? `${index.name}\n` : ''}${adjoin(3, lines)}\n${facts}${categories}`;
}

function emptyFrame(table: Table): string {
  const { rowCount, columns, index } = table;
  const [level] = table.labels ?? [];
  const names = columns
    .slice(0, MAX_NAMED)
    .map((column, i) =>
      // Missing, as tuples have several labels.
      column.labels?.length === 1 && level !== undefined ? plainLabel(level, i, false) : nameText(column),
    )
    .join(', ');
  const labels = Array.from({ length: Math.min(rowCount, MAX_NAMED) }, (_, row) => labelOf({ index }, row));
  const size = rowCount > MAX_ROWS ? ['', `[${rowCount} rows x ${columns.length} columns]`] : [];
  const more = (shown: number, all: number): string => (shown < all ? ', ...' : '');
  return [
    'Empty DataFrame',
    `Columns: [${names}${more(MAX_NAMED, columns.length)}]`,
    `Index: [${labels.join(', ')}${more(MAX_NAMED, rowCount)}]`,
    ...size,
  ].join('\n');
}

function labelOf({ index }: Pick<Table, 'index'>, row: number): string {
  const texts = index.map((level) => plainLabel(level, row, index.length > 1));
  return texts.length === 0 ? String(row) : texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(', ')})`;
}

/** As in Python's `str()`, which shortens neither times nor differences. */
function plainLabel(level: Column, row: number, isPart: boolean): string {
  const { text } = level.cell(row);
  if (text === 'NaN') {
    const value = level.value(row);
    if (typeof value === 'object' && value !== null) return textOfValue(value);
    return isPart || level.type === 'object' ? 'nan' : text;
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text) && level.type.startsWith('datetime')) return `${text} 00:00:00`;
  if (level.type.startsWith('datetime')) return text.replace(/\.(\d{3})(?=$|[+-])/, '.$1000');
  const [, sign = '', days] = /^(-?)(\d+ days)$/.exec(isPart ? '' : text) ?? [];
  return days === undefined ? text : `${sign}${days} ${sign && '+'}00:00:00`;
}

function shownRows(rowCount: number): number[] {
  const half = CUT_ROWS / 2;
  const rows = Array.from({ length: Math.min(rowCount, MAX_ROWS) }, (_, row) => row);
  if (rowCount <= MAX_ROWS) return rows;
  return [...rows.slice(0, half), ...rows.slice(0, half).map((row) => rowCount - half + row)];
}

/** Labels of a level. Where rows are left out, pandas joins what is left, which then counts evenly no more. */
function levelLines(level: Column, rows: readonly number[], rowCount: number): string[] {
  if (level.isRange && rows.length === rowCount) return rows.map((row) => level.cell(row).text);
  return labelLines(level, rows);
}

/** The index as lines. In several levels, a label that repeats the one above is left out. */
function indexLines(
  { index, rowCount }: Table,
  rows: readonly number[],
  space: number,
): { name: string; lines: string[] } {
  if (index.length === 0) return { name: '', lines: rows.map(String) };
  const levels = index.map((level) => levelLines(level, rows, rowCount));
  const trimmed = levels.map((lines) => trimFront(lines));
  const isRepeated = (level: number, at: number): boolean =>
    at > 0 && trimmed.slice(0, level + 1).every((lines) => lines[at] === lines[at - 1]);
  const isLast = (level: number): boolean => level === trimmed.length - 1;
  const columns = trimmed.map((lines, level) =>
    fixedWidth(
      [
        nameText(index[level]),
        ...lines.map((text, at) => (!isLast(level) && isRepeated(level, at) ? '' : text)),
      ],
      'left',
    ),
  );
  const [name = '', ...lines] = adjoin(space, columns).split('\n');
  return { name: name.trimEnd(), lines };
}

/** A label that is a tuple has no quotes in it. */
function nameText(column: Column | undefined): string {
  const { name = '', labels = [], tuple } = column ?? {};
  const text = tuple === undefined ? undefined : sequenceText(tuple);
  const several = labels.length > 1 ? `(${labels.map(({ text }) => text).join(', ')})` : name;
  return escapeBreaks(text ?? several);
}

/** As pandas' `dtype.name` has it. */
export function typeText({ type }: Column): string {
  return type
    .replace(/^interval\[.*/, 'interval')
    .replace(/^\|S(\d+)$/, (_, size: string) => `bytes${8 * Number(size)}`);
}

/** Leaves out spaces at the start that all of them have. */
function trimFront(texts: readonly string[]): string[] {
  return texts.every((text) => text.startsWith(' ')) && texts.length > 0
    ? trimFront(texts.map((text) => text.slice(1)))
    : [...texts];
}

/**
 * The header of each column, a line for each level of its label. Numbers are left-aligned, as in an index, and above numbers
 * there is a space for the sign. With several levels, there is none, and a label that repeats the previous one is left out.
 */
function columnHeads(
  columns: readonly Column[],
  typed: readonly Column[],
  { labels: levels, hasLevels }: Table,
): string[][] {
  const [level] = levels ?? [];
  const labels = columns.map((column) =>
    column.labels !== undefined && column.labels.length > 1
      ? column.labels.map(({ text }) => text)
      : [nameText(column)],
  );
  const isFlat = hasLevels !== true;
  const padded =
    isFlat &&
    labels.every(([name = '']) => /^-?\d+(?:\.\d+)?$/.test(name)) &&
    new Set(labels.map(([name = '']) => name.includes('.'))).size === 1;
  const names =
    isFlat && level !== undefined && /^(?:[fF]loat|complex|bool$)/.test(level.type)
      ? typedLabels(
          level,
          columns.map((column) => typed.indexOf(column)),
        )
      : padded
        ? numberLabels(labels.map(([name = '']) => name)).map((name) => [name])
        : labels;
  if (!isFlat)
    return names.map((name, i) =>
      name.map((text, level) => (level < name.length - 1 && isRepeated(names, i, level) ? '' : text)),
    );
  // If columns have the same name, pandas uses the last.
  const needsSpace = new Map(names.map(([name], i) => [name, isNumeric(typed[i] as Column)]));
  return names.map(([name = '']) => [needsSpace.get(name) ? ` ${name}` : name]);
}

/** Labels that are laid out like the cells of a column. */
function typedLabels(level: Column, positions: readonly number[]): string[][] {
  return trimFront(fixedWidth(labelLines(level, positions), 'left')).map((name) => [name]);
}

function numberLabels(names: readonly string[]): string[] {
  const areIntegers = names.every((name) => !name.includes('.'));
  const signed = names.map((name) => (name.startsWith('-') ? name : ` ${name}`));
  return fixedWidth(trimFront(areIntegers ? signed : floatLines(names.map(Number))), 'left');
}

/** Whether a label begins as the one before does, down to a level. */
function isRepeated(labels: readonly (readonly string[])[], at: number, level: number): boolean {
  const [label, before] = [labels[at], labels[at - 1]];
  return before?.slice(0, level + 1).every((text, i) => text === label?.[i]) ?? false;
}

/** As pandas' `is_numeric_dtype` has it. */
function isNumeric({ type }: Column): boolean {
  return /^(?:u?int\d|(?:half)?float|double|decimal|complex|bool|boolean$|u?Int\d|UInt|Float|Sparse\[(?:u?int|float|complex|bool))/.test(
    type,
  );
}

function columnLines(
  column: Column,
  names: readonly string[],
  rows: readonly number[],
  hasNames: boolean,
): string[] {
  const head = [...names, ...(hasNames ? [''] : [])];
  const width = Math.max(...head.map(lengthOf));
  const cells = fixedWidth(cellLines(column, rows), 'right', width);
  const widest = Math.max(width, ...cells.map(lengthOf));
  return [...head.map((text) => padStart(text, widest)), ...cells];
}

/** Characters as Python counts them. */
function lengthOf(text: string): number {
  return SURROGATE.test(text) ? Array.from(text).length : text.length;
}

const SURROGATE = /[\ud800-\udfff]/;

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

function fixedWidth(texts: readonly string[], side: 'left' | 'right', minimum = 0): string[] {
  const width = Math.min(CELL_WIDTH, Math.max(minimum, ...texts.map(lengthOf)));
  return texts.map((text) => {
    const cut =
      lengthOf(text) > width
        ? `${Array.from(text)
            .slice(0, width - 3)
            .join('')}...`
        : text;
    return side === 'left' ? padEnd(cut, width) : padStart(cut, width);
  });
}

/**
 * A row of dots in place of omitted rows.
 * @param dotsAt the column that stands for omitted columns; -1 if there is none
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
    const width = Math.max(0, ...column.map(lengthOf));
    return i < columns.length - 1 ? width + space : width;
  });
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns.map((column, i) => padEnd(column[row] ?? '', widths[i] ?? 0)).join(''),
  ).join('\n');
}
