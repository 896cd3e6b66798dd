import type { CellKind, Column } from '../../../arrays/table';
import {
  takeAt,
  takeField,
  type ElementField,
  type ElementType,
  type NdArray,
} from '../../../arrays/ndArray';
import { Tuple, type Value } from '../../value';
import { recognise } from '../registry';
import { elementsOf } from './elements';

/** The kind of the cells of a type, as far as the type determines it. */
export function columnKind({ kind }: ElementType): Column['kind'] {
  switch (kind) {
    case 'bool':
      return 'boolean';
    case 'int':
    case 'uint':
    case 'float':
      return 'number';
    case 'datetime':
    case 'timedelta':
      return 'time';
    case 'str':
    case 'bytes':
      return 'text';
    default:
      return 'object';
  }
}

/** An array of one dimension as a column. */
export function arrayColumn(name: string, array: NdArray): Column {
  const elements = elementsOf(array);
  const stride = array.strides[0] ?? 0;
  const kind = columnKind(array.type);
  const isComplex = array.type.kind === 'complex';
  const mask = array.mask && arrayColumn('', array.mask);
  const at = (row: number): number => array.offset + row * stride;
  const isMasked = (row: number): boolean => mask?.value(row) === true;
  return {
    name,
    type: array.type.name,
    kind,
    cell: (row) => {
      if (isMasked(row)) return { kind: 'missing', text: '--' };
      const place = at(row);
      const text = elements.text(place);
      if (elements.isMissing(place)) return { kind: 'missing', text };
      if (array.objects !== undefined) return { kind: objectCellKind(elements.value(place)), text };
      const isNaN = isComplex
        ? text.includes('nan')
        : kind === 'number' && Number.isNaN(elements.number(place));
      if (isNaN) return { kind: 'nan', text };
      return { kind, text };
    },
    ...((kind === 'number' || kind === 'boolean' || kind === 'time' || areNumbers(array.objects)) && {
      number: (row: number) => (isMasked(row) ? NaN : elements.number(at(row))),
    }),
    ...(hasExact(array) && {
      exact: (row: number) => (isMasked(row) ? undefined : elements.exact(at(row))),
    }),
    value: (row) => (isMasked(row) ? null : elements.value(at(row))),
  };
}

/** Whether all values are numbers or missing. If not, they are sorted as text. */
export function areNumbers(values: readonly Value[] | undefined): boolean {
  return (
    values?.every((value) => value === null || ['number', 'bigint', 'boolean'].includes(typeof value)) ===
    true
  );
}

/** Whether JavaScript's numbers cannot hold each value of the type exactly. */
function hasExact({ type: { kind, size }, objects }: NdArray): boolean {
  const isInteger = kind === 'int' || kind === 'uint';
  return objects === undefined && ((isInteger && size === 8) || kind === 'datetime' || kind === 'timedelta');
}

/** How an element of an object array is drawn. */
export function objectCellKind(value: Value): CellKind {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isNaN(value) ? 'nan' : 'number';
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'boolean';
    default: {
      if (value === null) return 'missing';
      const known = recognise(value);
      if (known?.isMissing === true) return 'missing';
      return known !== undefined && NUMBER.test(known.type) && /nan/i.test(known.text ?? '')
        ? 'nan'
        : 'object';
    }
  }
}

/** Types of numbers that may be nan, other than Python's own floats. */
const NUMBER = /^(?:Decimal|complex\d*|float\d+)$/;

/** The fields of records that are stored as tuples. */
export function objectFields(array: NdArray, fields: readonly ElementField[]): NdArray[] {
  return fields.map(({ type }, i) => {
    const objects = (array.objects ?? []).map((record) =>
      record instanceof Tuple ? (record.items[i] ?? null) : null,
    );
    return { ...array, type, objects };
  });
}

/** The largest number of columns. Each takes memory. */
const MAX_COLUMNS = 100_000;

/** The columns of an array of one or two dimensions, or one for each field of records. Undefined for other arrays. */
export function arrayColumns(array: NdArray): Column[] | undefined {
  const { shape, type } = array;
  if (shape.length === 1) {
    if (type.fields === undefined) return [arrayColumn('0', array)];
    if (array.objects !== undefined)
      return objectFields(array, type.fields).map((view, i) =>
        arrayColumn(type.fields?.[i]?.name ?? '', view),
      );
    const fields = type.fields.map((field) => ({ field, view: takeField(array, field) }));
    if (fields.every(({ view }) => view.shape.length === 1)) {
      return fields.map(({ field, view }) => arrayColumn(field.name, view));
    }
    return [arrayColumn('0', array)];
  }
  const [, width = 0] = shape;
  if (shape.length !== 2 || width > MAX_COLUMNS) return undefined;
  return Array.from({ length: width }, (_, i) => arrayColumn(String(i), takeAt(array, i, 1)));
}
