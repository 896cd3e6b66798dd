import { arrayColumns } from '../values/known/numpy/arrayColumn';
import { recognise } from '../values/known/recognise';
import type { Value } from '../values/value';
import { flatTable } from './flatTable';
import type { NdArray } from '../arrays/ndArray';
import type { Picture } from '../arrays/picture';
import { checkRows } from './rowLimit';
import { sliceArray, type SliceChoice } from './slice';
import { STEP_ROWS, type Steps } from './steps';
import type { Table } from '../arrays/table';
import { tableOfValue } from './valueTables';

/** The forms in which a value can be shown, other than a tree. */
export interface ShownData {
  readonly table?: Table;
  readonly array?: NdArray;
  /** Set if it is primarily a picture. */
  readonly isPicture?: boolean;
  /** Set if the array is only the numbers of the table, for a heat map. */
  readonly isMatrix?: boolean;
}

/** Empty for a value that is only a tree. */
export function dataOf(value: Value): ShownData {
  const known = recognise(value);
  if (known?.picture) return { array: arrayOfPicture(known.picture()), isPicture: true };
  if (known?.array) return { ...(known.table && { table: known.table() }), array: known.array };
  const table = known?.table?.() ?? tableOfValue(value);
  if (!table) return {};
  const array = matrixOf(table);
  return { table, ...(array && { array, isMatrix: true }) };
}

/** The form in which a value is compared cell by cell: its table, or for an array of more dimensions, all of it. */
export function comparableTable({ table, array }: ShownData): Table | undefined {
  return table ?? (array && flatTable(array));
}

/** An array cut down to two dimensions, as a table. @throws PicklepostError `no-such-item` as {@link sliceArray} */
export function tableOfSlice(array: NdArray, slice: SliceChoice): Table {
  const cut = sliceArray(array, slice);
  return { rowCount: cut.shape[0] ?? 0, columns: arrayColumns(cut) ?? [], index: [] };
}

/** Elements of an array that is made of a table. */
const MAX_ELEMENTS = 4_000_000;

/** The numbers of a table, as an array of two dimensions, if all of its columns are of numbers. */
export function matrixOf({ rowCount, columns }: Table): NdArray | undefined {
  const width = columns.length;
  if (width < 2 || rowCount < 2 || rowCount * width > MAX_ELEMENTS) return undefined;
  if (!columns.every(({ kind }) => kind === 'number')) return undefined;
  const numbers = new Float64Array(rowCount * width);
  for (const [place, column] of columns.entries())
    for (let row = 0; row < rowCount; row++) numbers[row * width + place] = column.number?.(row) ?? NaN;
  return {
    type: { name: 'float64', kind: 'float', size: 8, littleEndian: true },
    shape: [rowCount, width],
    strides: [8 * width, 8],
    offset: 0,
    bytes: new Uint8Array(numbers.buffer),
  };
}

/** Whether a table can be an array of numbers. */
export function isNumeric({ columns }: Table): boolean {
  return columns.length > 0 && columns.every(({ kind }) => kind === 'number');
}

/**
 * The numbers of such a table as an array of two dimensions: int64 if all are whole and none is missing, otherwise float64.
 * @throws LimitError
 */
export function* numericArray({ rowCount, columns }: Table): Steps<NdArray> {
  const width = columns.length;
  checkRows(rowCount * width);
  const areWhole = columns.every(({ type }) => WHOLE.test(type));
  const floats = new Float64Array(rowCount * width);
  const integers = areWhole ? new BigInt64Array(rowCount * width) : undefined;
  let isWhole = areWhole;
  for (let row = 0; row < rowCount; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    for (const [place, column] of columns.entries()) {
      const at = row * width + place;
      floats[at] = column.number?.(row) ?? NaN;
      const value = isWhole ? column.value(row) : undefined;
      isWhole &&= typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
      if (integers && isWhole) integers[at] = value as bigint;
    }
  }
  const kind = integers && isWhole ? 'int' : 'float';
  return {
    type: { name: `${kind}64`, kind, size: 8, littleEndian: true },
    shape: [rowCount, width],
    strides: [8 * width, 8],
    offset: 0,
    bytes: new Uint8Array((integers && isWhole ? integers : floats).buffer),
  };
}

const WHOLE = /^u?int\d*$/i;

/** A picture as the array of its samples. */
export function arrayOfPicture({ width, height, rgba }: Picture): NdArray {
  return {
    type: { name: 'uint8', kind: 'uint', size: 1, littleEndian: true },
    shape: [height, width, 4],
    strides: [4 * width, 4, 1],
    offset: 0,
    bytes: rgba,
  };
}
