import { codecs } from '../core/codecs/codecs';
import { isTextFormat, TEXT_FORMATS, type Format, type TextFormat } from '../core/codecs/formats';
import { textForms } from '../core/codecs/forms';
import { writeForm } from '../core/codecs/writeForm';
import { arrayCsvPieces, csvPieces } from '../core/data/csv';
import type { NdArray } from '../core/arrays/ndArray';
import type { Cell, Table } from '../core/arrays/table';
import { npyPieces } from '../core/data/npy';
import { encodePng } from '../core/data/png';
import { listTensors, printKnown } from '../core/data/printed';
import { drawRaster, guessRange, guessRaster, rasterSize } from '../core/data/raster';
import { dataOf } from '../core/data/shownData';
import { tableOfValue } from '../core/data/valueTables';
import { EncodeError, PicklepostError } from '../core/errors';
import { findPlace } from '../core/inspection/findPlace';
import { DEFAULT_LIMITS, PICTURE_PIXELS, WRITTEN_TEXT } from '../core/limits';
import { plainJson } from '../core/values/known/plainJson';
import { recognise } from '../core/values/known/recognise';
import type { Value } from '../core/values/value';
import { UsageError } from './arguments';
import type { DecodedContent } from './decode';

/** How a value is written: as numpy, pandas and Python print it, as text, as a table, or in bytes. */
export type ValueForm = 'printed' | Format | 'python' | 'csv' | 'npy' | 'png';

/** The options of `show` and `export` for that. */
export interface Writing {
  readonly form: ValueForm;
  /** A path, as "Copy path" gives it, or a name. */
  readonly at: string | undefined;
  readonly isLossy: boolean;
  readonly isStored: boolean;
}

/** A value written out. */
export interface Written {
  readonly pieces: Iterable<string | Uint8Array>;
  /** A note for standard error, printed when all of it has been written. */
  readonly note?: string;
}

/** Words of `--as`, in addition to pickle and raw. */
export const VALUE_WORDS = [...TEXT_FORMATS, 'python', 'csv', 'npy', 'png'] as const;

/** Options of `show` and `export`, for `parseArguments`. */
export const WRITING_OPTIONS = {
  as: { type: 'string' },
  at: { type: 'string' },
  lossy: { type: 'boolean' },
  stored: { type: 'boolean' },
} as const;

/** Whether the form is binary. */
export function isBinary(form: ValueForm): boolean {
  if (form === 'printed' || form === 'python' || form === 'csv') return false;
  return form === 'npy' || form === 'png' || !isTextFormat(form);
}

/** The extension of files, without the dot. */
export function formExtension(form: ValueForm): string {
  if (form === 'printed') return 'txt';
  if (form === 'python') return textForms.python.extension;
  if (form === 'csv' || form === 'npy' || form === 'png') return form;
  return codecs[form].extensions[0];
}

/** @throws UsageError if options contradict each other */
export function checkWriting({ form, isLossy, isStored }: Writing): void {
  if (isLossy && form !== 'json') throw new UsageError('--lossy is for --as json.');
  if (isStored && form !== 'printed' && form !== 'python')
    throw new UsageError('--stored shows a value as a Python literal. Leave --as out.');
}

/**
 * Writes a value, or the value at `--at` in it. Tables and arrays are written piece by piece.
 * @param name the value's name for messages
 * @throws PicklepostError `no-such-item` if the path leads nowhere; `unencodable`, LimitError if the form cannot hold it
 */
export function writeValue(name: string, content: DecodedContent, writing: Writing): Written {
  const root = { value: content.value, isStored: false, steps: [] };
  const { value, isStored, steps } = writing.at === undefined ? root : findPlace(content.value, writing.at);
  const text = (form: TextFormat | 'python', isAbridged = false): Written => {
    const options = {
      maxLength: WRITTEN_TEXT,
      isStored: isStored || writing.isStored,
      place: steps,
      isAbridged,
    };
    return { pieces: [`${writeForm(form, value, options)}\n`] };
  };
  switch (writing.form) {
    case 'printed':
      if (isStored || writing.isStored) return text('python');
      return printed(value, content.isCheckpoint === true && steps.length === 0) ?? text('python', true);
    case 'csv':
      return { pieces: csvOf(name, value) };
    case 'npy':
      return { pieces: npyPieces(arrayOf(name, value)) };
    case 'png':
      return { pieces: [pngOf(name, value)] };
    case 'json':
      return writing.isLossy ? lossyJson(name, value) : withAdvice(() => text('json'));
    case 'python':
      return text('python');
    default:
      return isTextFormat(writing.form)
        ? text(writing.form)
        : { pieces: [codecs[writing.form].encode(value, DEFAULT_LIMITS)] };
  }
}

/** Adds what else can be done if JSON cannot hold a value. */
function withAdvice(write: () => Written): Written {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    const advice = 'Print something close to it with --lossy, or leave --as out';
    throw new EncodeError(error.format, error.path, error.reason, `${advice}.`);
  }
}

function printed(value: Value, isCheckpoint: boolean): Written | undefined {
  const known = printKnown(value);
  if (known !== undefined) return { pieces: [`${known}\n`] };
  const lines = isCheckpoint ? listTensors(value) : [];
  return lines.length === 0 ? undefined : { pieces: [`${lines.join('\n')}\n`] };
}

function lossyJson(name: string, value: Value): Written {
  const { value: plain, changes } = plainJson(value);
  return {
    pieces: [`${writeForm('json', plain, { maxLength: WRITTEN_TEXT })}\n`],
    note: `${name}: values changed for JSON: ${changes}`,
  };
}

function csvOf(name: string, value: Value): Iterable<string> {
  const known = recognise(value);
  const table = known === undefined ? tableOfValue(value) : known.table?.();
  if (table !== undefined && known?.array !== undefined) return arrayCsvPieces(known.array);
  // Elements of a sparse matrix that are not stored are zeros.
  if (table !== undefined && known?.library === 'scipy') return csvPieces(filledTable(table), false);
  if (table !== undefined) return csvPieces(table, true);
  const { array } = dataOf(value);
  const reason =
    array === undefined
      ? 'is not a frame, a series, an array or a list of records. Choose one in it with --at PATH'
      : `has ${array.shape.length} dimensions. Choose one or two of them, such as --at "[0]"`;
  throw new PicklepostError('unencodable', `${name} cannot be written as CSV: it ${reason}.`);
}

/** A table in which an empty cell is a zero of the type of its column. */
function filledTable(table: Table): Table {
  const columns = table.columns.map((column) => {
    const { type } = column;
    const zero =
      type === 'bool' ? 'False' : /int/.test(type) ? '0' : type.startsWith('complex') ? '0j' : '0.0';
    const cell = (row: number): Cell => {
      const own = column.cell(row);
      return own.text === '' ? { kind: 'number', text: zero } : own;
    };
    return { ...column, cell };
  });
  return { ...table, columns };
}

function arrayOf(name: string, value: Value): NdArray {
  const { array } = dataOf(value);
  if (array !== undefined) return array;
  throw new PicklepostError('unencodable', `${name} is not an array. Choose one in it with --at PATH.`);
}

function pngOf(name: string, value: Value): Uint8Array {
  const array = arrayOf(name, value);
  const guess = guessRaster(array, recognise(value)?.picture !== undefined);
  if (guess === undefined)
    throw new PicklepostError(
      'unencodable',
      `${name} is not a picture: that takes numbers in two dimensions.`,
    );
  const choice = { ...guess, ...guessRange(array, guess) };
  const size = rasterSize(array, choice);
  if (size.width * size.height > PICTURE_PIXELS)
    throw new PicklepostError(
      'limit-exceeded',
      `${name} has more than ${PICTURE_PIXELS.toLocaleString('en')} pixels. Choose a part of it with --at PATH.`,
    );
  return encodePng(drawRaster(array, choice, { x: 0, y: 0, ...size }, size));
}
