import { reprOf } from '../../values/known/pythonText';
import { elementsOf, type Elements } from '../../values/known/numpy/elements';
import { InertCall, Tuple, type Value } from '../../values/value';
import { shortest } from '../../arrays/floats';
import { elementCount, takeField, type ElementType, type NdArray } from '../../arrays/ndArray';
import { flatLiteral } from '../../render/flatLiteral';
import { recognise } from '../../values/known/recognise';
import { floatText, layoutFloats, type PrintedFloat } from './floatText';

/** As in numpy: elements beyond which an array is shortened, those that are left at each end, and characters of a line. */
const THRESHOLD = 1000;
const EDGE = 3;
const LINE_WIDTH = 75;
/** Elements of a masked array that numpy leaves in each dimension, and of one with a single dimension. */
const MASKED_WIDTH = 100;
const MASKED_LENGTH = 1500;

/** Writes the element at a place. */
type Format = (at: Position) => string;

/** An index for each dimension. */
type Position = readonly number[];

/** An array as `print()` of numpy shows it: a long one is shortened to the elements at each end of each dimension. */
export function printArray(array: NdArray): string {
  const { shape, mask } = array;
  const count = elementCount(shape) ?? 0;
  if (shape.length === 0) return scalarText(array);
  if (count === 0) return '[]';
  const most = mask === undefined ? Infinity : shape.length > 1 ? MASKED_WIDTH : MASKED_LENGTH;
  const kept = shape.reduce((product, length) => product * Math.min(length, most), 1);
  const axes = shape.map((length) => shownIndices(length, most, kept > THRESHOLD));
  const format = formatOf(array, positionsOf(axes.map(({ indices }) => indices)));
  return printAxis({ axes, format }, [], ' ', LINE_WIDTH);
}

interface Axis {
  readonly indices: readonly number[];
  /** Whether there are dots in the middle. */
  readonly hasDots: boolean;
}

/** @param most elements that are there at all for numpy, the first and the last: it cuts masked arrays down before */
function shownIndices(length: number, most: number, isCut: boolean): Axis {
  const hasDots = isCut && Math.min(length, most) > 2 * EDGE;
  const half = hasDots ? EDGE : length > most ? most / 2 : length;
  const first = Array.from({ length: half }, (_, i) => i);
  return { indices: half === length ? first : [...first, ...first.map((i) => length - half + i)], hasDots };
}

function positionsOf(shown: readonly (readonly number[])[]): Position[] {
  return shown.reduce<Position[]>(
    (positions, indices) => positions.flatMap((position) => indices.map((index) => [...position, index])),
    [[]],
  );
}

interface Printing {
  readonly axes: readonly Axis[];
  readonly format: Format;
}

/** As numpy's `_formatArray`. */
function printAxis(printing: Printing, position: Position, indent: string, width: number): string {
  const { axes, format } = printing;
  const number = position.length;
  const axis = axes[number];
  if (axis === undefined) return format(position);
  const parts = axis.indices.map((index) =>
    printAxis(printing, [...position, index], `${indent} `, width - 1),
  );
  if (axis.hasDots) parts.splice(EDGE, 0, '...');
  if (number < axes.length - 1) {
    const separator = '\n'.repeat(axes.length - number - 1);
    return `[${parts.map((part, i) => (i === 0 ? '' : indent) + part).join(separator)}]`;
  }
  const lines: string[] = [];
  let line = indent;
  for (const [i, part] of parts.entries()) {
    if (lengthOf(line) + lengthOf(part) > width - 1 && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += i < parts.length - 1 ? `${part} ` : part;
  }
  return `[${[...lines, line].join('\n').slice(indent.length)}]`;
}

function scalarText(array: NdArray): string {
  if (array.mask && elementsOf(array.mask).value(array.mask.offset) === true) return '--';
  const { kind } = array.type;
  if (array.mask === undefined && (kind === 'record' || kind === 'void')) return formatOf(array, [[]])([]);
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
      return complexFormat(type, positions, (position) => elements.value(at(position)));
    case 'datetime':
      return padded(positions, (position) => `'${elements.text(at(position))}'`);
    case 'timedelta':
      return padded(positions, (position) =>
        elements.text(at(position)).replace(/ .*/, '').replace('NaT', "'NaT'"),
      );
    case 'void':
      return (position) => voidText(array.bytes.subarray(at(position), at(position) + type.size));
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
  const number = (position: Position): PrintedFloat => {
    const exact = elements.number(placeOf(array, position));
    return { exact, short: shortest(exact, size, name) };
  };
  const layout = layoutFloats(positions.map(number));
  return (position) => floatText(number(position), layout);
}

function complexFormat(
  { size }: ElementType,
  positions: readonly Position[],
  value: (position: Position) => Value,
): Format {
  const part = (position: Position, which: 0 | 1): PrintedFloat => {
    const complex = value(position);
    const args = complex instanceof InertCall && complex.args instanceof Tuple ? complex.args.items : [];
    const exact = typeof args[which] === 'number' ? args[which] : NaN;
    return { exact, short: shortest(exact, size / 2) };
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
    return view.shape.length === array.shape.length
      ? formatOf(view, positions)
      : subArrayFormat(view, view.shape.slice(array.shape.length), positions);
  });
  return (position) => {
    const texts = fields.map((format) => format(position));
    return `(${texts.join(', ')}${texts.length === 1 ? ',' : ''})`;
  };
}

/** Characters as Python counts them. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** An array within a record, with commas between its elements. */
function subArrayFormat(array: NdArray, shape: readonly number[], positions: readonly Position[]): Format {
  const inner = positionsOf(shape.map((length) => Array.from({ length }, (_, i) => i)));
  const format = formatOf(
    array,
    positions.flatMap((position) => inner.map((further) => [...position, ...further])),
  );
  const write = (position: Position, axis: number): string => {
    if (axis === shape.length) return format(position);
    const parts = Array.from({ length: shape[axis] ?? 0 }, (_, i) => write([...position, i], axis + 1));
    return `[${parts.join(', ')}]`;
  };
  return (position) => write(position, 0);
}

/** Bytes of no type, each of them as its number. */
function voidText(bytes: Uint8Array): string {
  return `b'${Array.from(bytes, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}'`;
}

/** Which `repr()` writes as one would type them. */
const DATES: ReadonlySet<string> = new Set(['date', 'time', 'datetime']);
const MAX_DATE = 1_000;

function objectText(value: Value): string {
  const known = recognise(value);
  if (known !== undefined && DATES.has(known.type) && known.library === 'Python')
    return flatLiteral(value, MAX_DATE);
  const text = reprOf(value);
  return Array.isArray(value) ? `list(${text})` : text;
}
