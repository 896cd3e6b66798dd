import type { Cell, Column } from '../../../arrays/table';
import { LimitError } from '../../../errors';
import { DECODED_MEMORY } from '../../../limits';
import { say } from '../../../text';
import type { NdArray } from '../../../arrays/ndArray';
import type { Value } from '../../value';
import { areNumbers, arrayColumn, objectCellKind } from '../numpy/arrayColumn';
import { textOfValue } from '../pythonText';

/** The cells of a column or of one level of an index, without a name. */
export interface Vector extends Omit<Column, 'name'> {
  readonly length: number;
  /** For categorical values, the categories and whether they are ordered. */
  readonly categories?: {
    readonly values: Vector;
    readonly isOrdered: boolean;
    /** The place of the category of a row; -1 if it has none. */
    readonly codes: (row: number) => number;
  };
  /** For intervals, their ends. */
  readonly sides?: { readonly left: Vector; readonly right: Vector; readonly closed: string };
  /** For regular times, their distance, an offset of pandas. */
  readonly offset?: Value;
  /** For sparse values, the most frequent one. */
  readonly fill?: Value;
  /** Its type as a person types it, if that is not its name. For objects in files of pandas 3, `object`, as that makes `str` of texts. */
  readonly dtype?: Value;
  /** For a pyarrow array within pandas, the Python source of its type. */
  readonly arrowType?: Value;
}

/** The largest number of cells in a list. With its place in the list, each may take 32 bytes of the budget of decoded values. */
const MAX_CELLS = DECODED_MEMORY / 32;

export function listed(length: number): number {
  if (length > MAX_CELLS)
    throw new LimitError(
      say`The number of cells that are written out`,
      MAX_CELLS,
      say`cells`,
      say`Write out a part of it.`,
    );
  return length;
}

export function listValues(vector: Vector): Value[] {
  return Array.from({ length: listed(vector.length) }, (_, row) => vector.value(row));
}

/** The text of a missing value: `NaN`, `None`, `NaT`, `<NA>`. */
export function missingCell(text: string): Cell {
  return { kind: 'missing', text };
}

/** The values of a numpy array of one dimension, with text as pandas prints it. */
export function arrayVector(array: NdArray): Vector {
  const column = arrayColumn('', array);
  const length = array.shape[0] as number;
  if (array.type.kind === 'float' || array.type.kind === 'complex') {
    return { ...column, length, cell: (row) => withNaN(column.cell(row)) };
  }
  if (array.objects !== undefined)
    return { ...column, length, type: 'object', cell: (row) => objectCell(column.value(row)) };
  return { ...column, length };
}

function withNaN(cell: Cell): Cell {
  return cell.kind === 'nan' ? { kind: 'nan', text: 'NaN' } : cell;
}

export function objectCell(value: Value): Cell {
  const kind = objectCellKind(value);
  return { kind, text: kind === 'nan' ? 'NaN' : textOfValue(value) };
}

/** Integers with a constant step. */
export function rangeVector(start: bigint, step: bigint, length: number): Vector {
  const at = (row: number): bigint => start + BigInt(row) * step;
  return {
    length,
    type: 'int64',
    kind: 'number',
    cell: (row) => ({ kind: 'number', text: String(at(row)) }),
    number: (row) => Number(at(row)),
    exact: at,
    value: at,
  };
}

/** Values some of which a mask marks as missing. */
export function maskedVector(data: Vector, mask: Vector, type: string): Vector {
  const isMissing = (row: number): boolean => mask.value(row) === true;
  return {
    ...data,
    type,
    cell: (row) => (isMissing(row) ? missingCell('<NA>') : data.cell(row)),
    ...(data.number && { number: (row: number) => (isMissing(row) ? NaN : (data.number?.(row) ?? NaN)) }),
    ...(data.exact && { exact: (row: number) => (isMissing(row) ? undefined : data.exact?.(row)) }),
    value: (row) => (isMissing(row) ? null : data.value(row)),
  };
}

/**
 * Values by their numbers in a list; -1 is a missing value. Undefined if a number is out of range.
 * @param given the text of a missing value
 */
export function codedVector(
  codes: Vector,
  values: Vector,
  type = values.type,
  given?: string,
): Vector | undefined {
  const code = (row: number): number => {
    const number = codes.number?.(row) ?? -1;
    return Number.isNaN(number) ? -1 : number;
  };
  for (let row = 0; row < codes.length; row++)
    if (!(code(row) < values.length) || code(row) < -1) return undefined;
  const isTime = /^(?:datetime|timedelta|period)/.test(values.type);
  const missing = given ?? (isTime ? 'NaT' : values.type === 'string' ? '<NA>' : 'NaN');
  return {
    length: codes.length,
    type,
    kind: values.kind,
    cell: (row) => (code(row) < 0 ? missingCell(missing) : values.cell(code(row))),
    ...(values.number && {
      number: (row: number) => (code(row) < 0 ? NaN : (values.number?.(code(row)) ?? NaN)),
    }),
    ...(values.exact && { exact: (row: number) => (code(row) < 0 ? undefined : values.exact?.(code(row))) }),
    value: (row) => (code(row) < 0 ? null : values.value(code(row))),
  };
}

/** Values most of which are `fill`. `positions` are those of the other values, in ascending order. */
export function sparseVector(
  length: number,
  positions: Vector,
  values: Vector,
  fill: Vector,
  type: string,
): Vector {
  const find = (row: number): number => {
    let [low, high] = [0, positions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((positions.number?.(middle) ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low < positions.length && positions.number?.(low) === row ? low : -1;
  };
  const pick = <T>(row: number, read: (from: Vector, at: number) => T): T => {
    const at = find(row);
    return at < 0 ? read(fill, 0) : read(values, at);
  };
  return {
    length,
    type,
    kind: values.kind,
    cell: (row) => pick(row, (from, at) => from.cell(at)),
    ...(values.number && { number: (row: number) => pick(row, (from, at) => from.number?.(at) ?? NaN) }),
    ...(values.exact && { exact: (row: number) => pick(row, exactAt) }),
    value: (row) => pick(row, (from, at) => from.value(at)),
  };
}

/** The exact integer. The fill value has no `exact` of its own, so its value is used. */
function exactAt({ exact, value }: Vector, at: number): bigint | undefined {
  if (exact !== undefined) return exact(at);
  const one = value(at);
  return typeof one === 'bigint' ? one : undefined;
}

/** Values of any type, with text as pandas prints it. */
export function valuesVector(
  values: readonly Value[],
  type = 'object',
  kind: Vector['kind'] = 'object',
  missing = 'None',
): Vector {
  return {
    length: values.length,
    type,
    kind,
    cell: (row) => {
      const value = values[row] as Value;
      return value === null ? missingCell(missing) : objectCell(value);
    },
    ...(areNumbers(values) && {
      number: (row: number) => {
        const value = values[row] as Value;
        return value === null ? NaN : Number(value);
      },
    }),
    value: (row) => values[row] as Value,
  };
}
