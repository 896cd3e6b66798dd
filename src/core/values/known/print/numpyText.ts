import { reprOf } from '../pythonText';
import { objectFields } from '../numpy/arrayColumn';
import { elementsOf, type Elements } from '../numpy/elements';
import { argumentsOf } from '../matching';
import type { Value } from '../../value';
import { shortest } from '../../../arrays/floats';
import {
  elementCount,
  takeField,
  type ElementField,
  type ElementType,
  type NdArray,
  viewOf,
} from '../../../arrays/ndArray';
import { isLongDouble, voidText } from '../numpy/readers';
import { simpleType } from '../numpy/dtype';
import { floatOfDigits, floatText, layoutFloats, type PrintedFloat } from './floatText';
import { timeAsObject } from './timeObjects';

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
  return array.shape.length === 0 ? scalarText(array) : listText(array, ' ', '', LINE_WIDTH);
}

/** As `repr()` of numpy: `array([1, 2, 3])`. */
export function arrayRepr(array: NdArray): string {
  const { type, shape } = array;
  const isObvious = OBVIOUS.has(type.name) && elementCount(shape) !== 0;
  const text = shape.length === 0 ? scalarText(array) : listText(array, ', ', HEAD, LINE_WIDTH - 1);
  if (isObvious) return `${HEAD}${text})`;
  const last = `${HEAD}${text},`.split('\n').at(-1) ?? '';
  const dtype = `dtype=${type.fields !== undefined || /^\w+$/.test(type.name) ? type.name : `'${type.name}'`})`;
  const space = lengthOf(last) + dtype.length + 1 > LINE_WIDTH ? `\n${' '.repeat(HEAD.length)}` : ' ';
  return `${HEAD}${text},${space}${dtype}`;
}

const HEAD = 'array(';
/** Types that numpy finds by itself. */
const OBVIOUS: ReadonlySet<string> = new Set(['bool', 'int64', 'float64', 'complex128']);

/** Elements in brackets. @param head what stands before them in the first line */
function listText(array: NdArray, separator: string, head: string, width: number): string {
  const { shape, mask } = array;
  if (elementCount(shape) === 0) return '[]';
  const most = mask === undefined ? Infinity : shape.length > 1 ? MASKED_WIDTH : MASKED_LENGTH;
  const kept = shape.reduce((product, length) => product * Math.min(length, most), 1);
  const axes = shape.map((length) => shownIndices(length, most, kept > THRESHOLD));
  const format = formatOf(array, positionsOf(axes.map(({ indices }) => indices)));
  return printAxis({ axes, format, separator }, [], ' '.repeat(head.length + 1), width);
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
  /** Between elements. */
  readonly separator: string;
}

/** As numpy's `_formatArray`. */
function printAxis(printing: Printing, position: Position, indent: string, width: number): string {
  const { axes, format, separator } = printing;
  const number = position.length;
  const axis = axes[number];
  if (axis === undefined) return format(position);
  const parts = axis.indices.map((index) =>
    printAxis(printing, [...position, index], `${indent} `, width - 1),
  );
  if (axis.hasDots) parts.splice(EDGE, 0, '...');
  if (number < axes.length - 1) {
    const between = separator.trimEnd() + '\n'.repeat(axes.length - number - 1);
    return `[${parts.map((part, i) => (i === 0 ? '' : indent) + part).join(between)}]`;
  }
  const lines = new Lines(indent, width - Math.max(separator.trimEnd().length, 1));
  for (const [i, part] of parts.entries()) lines.add(part, i < parts.length - 1 ? separator : '');
  return `[${lines.text.slice(indent.length)}]`;
}

/** Words side by side, in lines of some width (numpy's `_extendLine_pretty`). */
class Lines {
  private readonly done: string[] = [];
  private line: string;

  constructor(
    private readonly indent: string,
    private readonly width: number,
  ) {
    this.line = indent;
  }

  get text(): string {
    return [...this.done, this.line].join('\n');
  }

  add(word: string, separator: string): void {
    const [first = '', ...others] = word.split('\n');
    const widest = Math.max(lengthOf(first), ...others.map(lengthOf));
    if (lengthOf(this.line) + widest > this.width && this.line.length > this.indent.length)
      this.wrap(this.indent);
    const column = ' '.repeat(lengthOf(this.line));
    this.line += first;
    for (const other of others) {
      this.wrap(column);
      this.line += other;
    }
    if (others.length > 0) this.line += ' '.repeat(widest - lengthOf(others.at(-1) ?? ''));
    this.line += separator;
  }

  private wrap(start: string): void {
    this.done.push(this.line.trimEnd());
    this.line = start;
  }
}

function scalarText(array: NdArray): string {
  const { kind } = array.type;
  if (kind === 'record' || (array.mask === undefined && kind === 'void')) return formatOf(array, [[]])([]);
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
  if (mask) return maskedFormat(array, mask);
  switch (type.kind) {
    case 'bool':
      return (position) => elements.text(at(position)).padStart(5);
    case 'int':
    case 'uint':
      return padded(positions, (position) => elements.text(at(position)));
    case 'float':
      return floatFormat(array, positions, elements);
    case 'complex':
      return complexFormat(array, positions);
    case 'datetime':
      return padded(positions, (position) => `'${elements.text(at(position))}'`);
    case 'timedelta': {
      const counts = elementsOf(viewOf(array, { type: { ...type, ...COUNT } }));
      return padded(positions, (position) =>
        elements.isMissing(at(position)) ? "'NaT'" : counts.text(at(position)),
      );
    }
    case 'void':
      return (position) => voidText(array.bytes.subarray(at(position), at(position) + type.size));
    case 'record':
      return recordFormat(array, positions);
    default:
      return type.fields === undefined
        ? (position) => objectText(elements.value(at(position)))
        : tupleFormat(objectFields(array, type.fields).map((field) => formatOf(field, positions)));
  }
}

function padded(positions: readonly Position[], text: Format): Format {
  const width = positions.reduce((most, position) => Math.max(most, text(position).length), 0);
  return (position) => text(position).padStart(width);
}

/** The numbers that times are stored as. */
const COUNT = { name: 'int64', kind: 'int' } as const;

/** numpy prints a masked array as one of Python's objects. */
function maskedFormat(array: NdArray, mask: NdArray): Format {
  const { type, shape } = array;
  if (type.kind === 'record' && array.objects === undefined)
    return tupleFormat((type.fields ?? []).map((field) => maskedField(array, field, shape.length)));
  const elements = elementsOf(array);
  const masks = elementsOf(mask);
  const isTime = type.kind === 'datetime' || type.kind === 'timedelta';
  const counts = isTime ? elementsOf(viewOf(array, { type: { ...type, ...COUNT } })) : elements;
  return (position) => {
    if (masks.value(placeOf(mask, position)) === true) return '--';
    const at = placeOf(array, position);
    if (isTime) return timeAsObject(counts.value(at) as bigint, type);
    return isLong(type) ? elements.text(at) : objectText(elements.value(at));
  };
}

/** A field of records, each of which may be masked by itself. */
function maskedField(array: NdArray, field: ElementField, depth: number): Format {
  const view = takeField(array, field);
  const shape = view.shape.slice(depth);
  const format = maskedFormat(view, view.mask ?? view);
  const write = (position: Position): string => {
    const length = shape[position.length - depth];
    if (length === undefined) return format(position);
    return `[${Array.from({ length }, (_, i) => write([...position, i])).join(', ')}]`;
  };
  return write;
}

/** Whether it has more digits than JavaScript's numbers. */
function isLong(type: ElementType): boolean {
  return isLongDouble(type) || (type.kind === 'complex' && type.size === 32);
}

function floatFormat(array: NdArray, positions: readonly Position[], elements: Elements): Format {
  const { size, floatFormat: name } = array.type;
  const number = (position: Position): PrintedFloat => {
    if (isLongDouble(array.type)) return floatOfDigits(elements.text(placeOf(array, position)));
    const exact = elements.number(placeOf(array, position));
    return { exact, short: shortest(exact, size, name) };
  };
  const layout = layoutFloats(positions.map(number));
  return (position) => floatText(number(position), layout);
}

function complexFormat(array: NdArray, positions: readonly Position[]): Format {
  const half = array.type.size / 2;
  const [reals, imaginaries] = [0, half].map((offset) => {
    const type = { ...simpleType('float', half), littleEndian: array.type.littleEndian };
    const elements = elementsOf(viewOf(array, { type }));
    return (position: Position): PrintedFloat => {
      const object = array.objects?.[placeOf(array, position)];
      const at = placeOf(array, position) + offset;
      if (object === undefined && isLongDouble(type)) return floatOfDigits(elements.text(at));
      const exact = object === undefined ? elements.number(at) : partOf(object, offset);
      return { exact, short: shortest(exact, half) };
    };
  }) as [(position: Position) => PrintedFloat, (position: Position) => PrintedFloat];
  const part = (position: Position, which: 0 | 1): PrintedFloat =>
    (which === 0 ? reals : imaginaries)(position);
  const real = layoutFloats(positions.map((position) => part(position, 0)));
  const imaginary = layoutFloats(
    positions.map((position) => part(position, 1)),
    true,
  );
  return (position) =>
    floatText(part(position, 0), real) + floatText(part(position, 1), imaginary).replace(/( *)$/, 'j$1');
}

/** `complex(real, imaginary)` in a record that holds objects. */
function partOf(object: Value, offset: number): number {
  const [real, imaginary] = argumentsOf(object, 'builtins.complex') ?? [];
  return Number(offset === 0 ? real : imaginary);
}

function recordFormat(array: NdArray, positions: readonly Position[]): Format {
  const fields = (array.type.fields ?? []).map((field) => {
    const view = takeField(array, field);
    return view.shape.length === array.shape.length
      ? formatOf(view, positions)
      : subArrayFormat(view, view.shape.slice(array.shape.length), positions);
  });
  return tupleFormat(fields);
}

function tupleFormat(fields: readonly Format[]): Format {
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

function objectText(value: Value): string {
  const text = reprOf(value);
  return Array.isArray(value) ? `list(${text})` : text;
}
