import { formatFloat } from '../numberText';
import { objectCellKind } from '../values/known/numpy/arrayColumn';
import { textOfValue } from '../values/known/pythonText';
import type { Value } from '../values/value';
import type { Cell } from '../arrays/table';

export const MISSING_CELL: Cell = { kind: 'missing', text: 'None' };

/** How a plain value is shown in a cell. */
export function cellOf(value: Value): Cell {
  switch (typeof value) {
    case 'number':
      return { kind: Number.isNaN(value) ? 'nan' : 'number', text: formatFloat(value) };
    case 'bigint':
      return { kind: 'number', text: textOfValue(value) };
    case 'boolean':
      return { kind: 'boolean', text: value ? 'True' : 'False' };
    case 'string':
      return { kind: 'text', text: value };
    default:
      return value === null ? MISSING_CELL : { kind: objectCellKind(value), text: textOfValue(value) };
  }
}
