import { reprOf } from '../../values/known/pythonText';
import { elementsOf, type Elements } from '../../values/known/numpy/elements';
import { InertCall, Tuple, type Value } from '../../values/value';
import { shortest } from '../../arrays/floats';
import { elementCount, takeField, type NdArray } from '../../arrays/ndArray';
import { floatText, layoutFloats } from './floatText';

/** As numpy has them: elements beyond which an array is cut short, those at each end that are left, and characters of a line. */
const THRESHOLD = 1000;
const EDGE = 3;
const LINE_WIDTH = 75;

/** Writes the element at a place. */
type Format = (at: Position) => string;

/** An index for each dimension. */
type Position = readonly number[];

/** An array as `print()` of numpy shows it: what is long is cut down to the elements at each end of each dimension. */
export function printArray(array: NdArray): string {
  const { shape } = array;
  const count = elementCount(shape) ?? 0;
  if (shape.length === 0) return scalarText(array);
  if (count === 0) return '[]';
  const isCut = count > THRESHOLD;
  const shown = shape.map((length) => shownIndices(length, isCut));
  const format = formatOf(array, positionsOf(shown));
  return printAxis({ shape, isCut, format }, [], ' ', LINE_WIDTH);
}

function shownIndices(length: number, isCut: boolean): number[] {
  if (!isCut || length <= 2 * EDGE) return Array.from({ length }, (_, i) => i);
  return [0, 1, 2, length - 3, length - 2, length - 1];
}

function positionsOf(shown: readonly (readonly number[])[]): Position[] {
  return shown.reduce<Position[]>(
    (positions, indices) => positions.flatMap((position) => indices.map((index) => [...position, index])),
    [[]],
  );
}

interface Printing {
  readonly shape: readonly number[];
  readonly isCut: boolean;
  readonly format: Format;
}

/** As numpy's `_formatArray`. */
function printAxis(printing: Printing, position: Position, indent: string, width: number): string {
  const { shape, isCut, format } = printing;
  const axis = position.length;
  if (axis === shape.length) return format(position);
  const length = shape[axis] ?? 0;
  const indices = shownIndices(length, isCut);
  const parts = indices.map((index) => printAxis(printing, [...position, index], `${indent} `, width - 1));
  if (indices.length < length) parts.splice(EDGE, 0, '...');
  if (axis < shape.length - 1) {
    const separator = '\n'.repeat(shape.length - axis - 1);
    return `[${parts.map((part, i) => (i === 0 ? '' : indent) + part).join(separator)}]`;
  }
  const lines: string[] = [];
  let line = indent;
  for (const [i, part] of parts.entries()) {
    if (line.length + part.length > width - 1 && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += i < parts.length - 1 ? `${part} ` : part;
  }
  return `[${[...lines, line].join('\n').slice(indent.length)}]`;
}

function scalarText(array: NdArray): string {
  if (array.mask && elementsOf(array.mask).value(array.mask.offset) === true) return '--';
  return elementsOf(array).text(array.offset);
}

function placeOf({ offset, strides }: NdArray, position: Position): number {
  return position.reduce((at, index, axis) => at + index * (strides[axis] ?? 0), offset);
}

function formatOf(array: NdArray, positions: readonly Position[]): Format {
  const elements = elementsOf(array);
  const at = (position: Position): number => placeOf(array, position);
  const { mask, type } = array;
  if (mask) {
    const masks = elementsOf(mask);
    return (position) =>
      masks.value(placeOf(mask, position)) === true ? '--' : objectText(elements.value(at(position)));
  }
  switch (type.kind) {
    case 'bool':
      return (position) => elements.text(at(position)).padStart(5);
    case 'int':
    case 'uint':
      return padded(positions, (position) => elements.text(at(position)));
    case 'float':
      return floatFormat(array, positions, elements);
    case 'complex':
      return complexFormat(positions, (position) => elements.value(at(position)));
    case 'datetime':
      return padded(positions, (position) => `'${elements.text(at(position))}'`);
    case 'timedelta':
      return padded(positions, (position) => elements.text(at(position)).replace(/ .*/, ''));
    case 'record':
      return recordFormat(array, positions);
    default:
      return (position) => objectText(elements.value(at(position)));
  }
}

function padded(positions: readonly Position[], text: Format): Format {
  const width = positions.reduce((most, position) => Math.max(most, text(position).length), 0);
  return (position) => text(position).padStart(width);
}

function floatFormat(array: NdArray, positions: readonly Position[], elements: Elements): Format {
  const { size, floatFormat: name } = array.type;
  const number = (position: Position): number => {
    const value = elements.number(placeOf(array, position));
    return size < 8 ? shortest(value, size, name) : value;
  };
  const layout = layoutFloats(positions.map(number));
  return (position) => floatText(number(position), layout);
}

function complexFormat(positions: readonly Position[], value: (position: Position) => Value): Format {
  const part = (position: Position, which: 0 | 1): number => {
    const complex = value(position);
    const args = complex instanceof InertCall && complex.args instanceof Tuple ? complex.args.items : [];
    return typeof args[which] === 'number' ? args[which] : NaN;
  };
  const real = layoutFloats(positions.map((position) => part(position, 0)));
  const imaginary = layoutFloats(
    positions.map((position) => part(position, 1)),
    true,
  );
  return (position) =>
    floatText(part(position, 0), real) + floatText(part(position, 1), imaginary).replace(/( *)$/, 'j$1');
}

function recordFormat(array: NdArray, positions: readonly Position[]): Format {
  const fields = (array.type.fields ?? []).map((field) => {
    const view = takeField(array, field);
    if (view.shape.length === array.shape.length) return formatOf(view, positions);
    const elements = elementsOf(array);
    return (position: Position) => {
      const record = elements.value(placeOf(array, position));
      return record instanceof Tuple
        ? objectText(record.items[array.type.fields?.indexOf(field) ?? 0] ?? null)
        : '';
    };
  });
  return (position) => {
    const texts = fields.map((format) => format(position));
    return `(${texts.join(', ')}${texts.length === 1 ? ',' : ''})`;
  };
}

function objectText(value: Value): string {
  const text = reprOf(value);
  return Array.isArray(value) ? `list(${text})` : text;
}
