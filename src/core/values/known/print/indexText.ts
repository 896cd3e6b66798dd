import type { Column } from '../../../arrays/table';
import type { Value } from '../../value';
import { reprOf, textOfValue } from '../pythonText';
import { categoriesLine, categoryTexts } from './categoriesText';
import { escapeBreaks, sequenceText } from './pandasCells';

const LINE_WIDTH = 80;
/** As in pandas: labels beyond which an index is shortened, and how many are then left at each end. */
const MAX_LABELS = 100;
const EDGE = 10;
/** The same of categorical values. */
const MAX_VALUES = 10;

/** An index, as far as `repr()` of pandas shows it. */
export interface PrintedIndex {
  readonly type: string;
  readonly length: number;
  readonly levels: readonly Column[];
  readonly names: readonly Value[];
  /** For a RangeIndex, its start, stop and step. */
  readonly range?: readonly bigint[];
}

/** An index as `repr()` of pandas shows it: `Index(['a', 'b'], dtype='object', name='n')`. */
export function indexText({ type, length, levels, names, range }: PrintedIndex): string {
  const [level] = levels;
  const name = (names[0] ?? null) === null ? [] : [`name=${quoted(names[0] ?? null)}`];
  if (range !== undefined) {
    const [start, stop, step] = range.map(String);
    return `RangeIndex(${[`start=${start ?? ''}`, `stop=${stop ?? ''}`, `step=${step ?? ''}`, ...name].join(', ')})`;
  }
  const facts: string[] = [];
  if (type === 'MultiIndex') {
    if (names.some((name) => name !== null)) facts.push(`names=[${names.map(quoted).join(', ')}]`);
  } else if (level !== undefined) {
    const { choices } = level;
    if (choices)
      facts.push(
        `categories=[${categoryTexts(choices).join(', ')}]`,
        `ordered=${choices.isOrdered ? 'True' : 'False'}`,
      );
    facts.push(`dtype='${level.type}'`, ...name);
  }
  if (length > MAX_LABELS) facts.push(`length=${length}`);
  if (/^(?:Datetime|Timedelta)/.test(type)) facts.push(`freq=${quoted(level?.frequency ?? null)}`);
  const isText =
    type !== 'MultiIndex' &&
    level !== undefined &&
    isTextual(level.choices?.values ?? level, level.choices?.count ?? length);
  const rows = type === 'MultiIndex' ? levels.map(labelWriter) : levels.slice(0, 1).map(labelWriter);
  return `${type}(${summary(length, rows, type, !isText, type === 'MultiIndex')}${facts.join(', ')})`;
}

/** An array of pandas as `repr()` shows it. */
export function arrayText(type: string, length: number, column: Column): string {
  const { choices } = column;
  const write = valueWriter(column);
  if (choices !== undefined) {
    const half = MAX_VALUES / 2;
    const rows = Array.from({ length: Math.min(length, MAX_VALUES) }, (_, i) =>
      length > MAX_VALUES && i >= half ? length - MAX_VALUES + i : i,
    );
    const texts = rows.map(write);
    if (length > MAX_VALUES) texts.splice(half, 0, '...');
    const size = length > MAX_VALUES ? `\nLength: ${length}` : '';
    return `[${texts.join(', ')}]${length === 0 ? ', ' : `${size}\n`}${categoriesLine(choices)}`;
  }
  return `<${type}>\n${summary(length, [write], '', true, false).replace(/[, \n]*$/, '')}\nLength: ${length}, dtype: ${column.type}`;
}

function quoted(value: Value): string {
  return (
    sequenceText(value, 0, true) ??
    (typeof value === 'string' ? `'${escapeBreaks(value)}'` : escapeBreaks(textOfValue(value)))
  );
}

function isTextual(level: Pick<Column, 'type' | 'value'>, length: number): boolean {
  if (level.type !== 'object') return /^str/.test(level.type);
  return Array.from({ length }, (_, row) => level.value(row)).every((label) => typeof label === 'string');
}

/** How a label is written: times in quotes, and without the time of day where none of them has one. */
function labelWriter(level: Column): (row: number) => string {
  const type = level.choices?.values.type ?? level.type;
  return (row) => {
    const { kind, text } = level.cell(row);
    if (kind === 'missing' && /^timedelta/.test(type)) return text;
    if (type.startsWith('datetime') && text.includes(' ')) return `'${textOfValue(level.value(row))}'`;
    if (/^(?:datetime|timedelta|period)/.test(type)) return `'${text}'`;
    if (kind === 'missing' && text !== 'None') return text.replace('NaN', 'nan');
    return /^interval/.test(type) ? text : quoted(level.value(row));
  };
}

/** How an element of an array is written, as `repr()` has it. */
function valueWriter(column: Column): (row: number) => string {
  const { choices } = column;
  const type = choices?.values.type ?? column.type;
  return (row) => {
    const { kind, text } = column.cell(row);
    const value = column.value(row);
    const isMissing = kind === 'missing' || kind === 'nan';
    if (/^(?:datetime|period)/.test(column.type)) return `'${textOfValue(value ?? text)}'`;
    if (/^timedelta/.test(column.type)) return isMissing ? text : `'${text}'`;
    if (isMissing) return choices === undefined ? text.replace('NaN', 'nan') : text;
    if (typeof value === 'string')
      return /^(?:interval|period)/.test(type) ? text : `'${escapeBreaks(value)}'`;
    return choices !== undefined || /^Float/.test(type) ? text : reprOf(value);
  };
}

/** Labels in brackets, in lines of a terminal (`format_object_summary` of pandas). @param isTall whether each has a line of its own */
function summary(
  length: number,
  writers: readonly ((row: number) => string)[],
  name: string,
  isJustified: boolean,
  isTall: boolean,
): string {
  const indent = `\n${' '.repeat(name.length + (name === '' ? 1 : 2))}`;
  const close = name === '' ? '\n' : `\n${' '.repeat(name.length + 1)}`;
  if (length === 0) return '[], ';
  const isCut = length > MAX_LABELS;
  const rows = Array.from({ length: isCut ? 2 * EDGE : length }, (_, i) =>
    isCut && i >= EDGE ? length - 2 * EDGE + i : i,
  );
  const columns = writers.map((write) => {
    const texts = rows.map(write);
    const [head, tail] = isCut ? [texts.slice(0, EDGE), texts.slice(EDGE)] : [[], texts];
    const isLong = isCut || [head, tail].some((some) => lengthOf(some.join(', ')) >= LINE_WIDTH);
    const width = (isTall || isLong) && isJustified ? Math.max(...texts.map(lengthOf)) : 0;
    return texts.map((text) => ' '.repeat(Math.max(0, width - lengthOf(text))) + text);
  });
  const texts = rows.map((_, i) => {
    const parts = columns.map((column) => column[i] ?? '');
    return isTall ? `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})` : (parts[0] ?? '');
  });
  if (length <= 2 && !isTall) return `[${texts.join(', ')}], `;
  let [done, line] = ['', indent];
  for (const [i, text] of texts.entries()) {
    if (isCut && i === EDGE) [done, line] = [`${done}${line.trimEnd()}${indent}...`, indent];
    const isLast = i === texts.length - 1;
    const word = isLast ? text : `${text}, `;
    const width = isTall ? 0 : isLast ? LINE_WIDTH - 2 : LINE_WIDTH;
    if (line.length > indent.length && lengthOf(line.trimEnd()) + lengthOf(word.trimEnd()) >= width)
      [done, line] = [done + line.trimEnd(), indent];
    line += word;
  }
  done = `${done}${line}],`;
  const end = isTall || lengthOf(done) > LINE_WIDTH ? close : ' ';
  return `[${done.slice(indent.length)}${end}`;
}

/** Characters as Python counts them. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
