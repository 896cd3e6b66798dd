import { InertCall, Tuple, type Dict, type Value } from '../../value';
import { dictOf, hasNoItems, itemsOf, nameOf, numberOf, shortName, textOf } from '../matching';
import { intervalVector, readBlock, readVector, type Block } from './arrays';
import { codedVector, rangeVector, type Vector } from './vector';

/** The labels of the rows or the columns of a frame. */
export interface Index {
  /** The class: `RangeIndex`, `MultiIndex`. */
  readonly type: string;
  readonly length: number;
  /** One level, or several for a MultiIndex. */
  readonly levels: readonly Vector[];
  /** The names of the levels; None for a level without one. */
  readonly names: readonly Value[];
  /** Whether it is the default index, which counts the rows from 0. */
  readonly isDefault: boolean;
  /** For a RangeIndex, its start, stop and step. */
  readonly range?: readonly bigint[];
}

/** The columns that the values of a block hold. */
export function blockOf(value: Value | undefined): Block | undefined {
  return readBlock(value, levelOf);
}

/** The values of a series, an index or an extension array. */
export function vectorOf(value: Value | undefined): Vector | undefined {
  return readVector(value, levelOf);
}

function levelOf(value: Value | undefined): Vector | undefined {
  return indexOf(value)?.levels[0];
}

/** The label at a position, for a MultiIndex a tuple. */
export function labelAt({ type, levels }: Index, position: number): Value {
  const [first] = levels;
  if (type !== 'MultiIndex' && first !== undefined) return first.value(position);
  return new Tuple(levels.map((level) => level.value(position)));
}

/** The label as pandas prints it. */
export function labelText({ levels }: Index, position: number): string {
  const texts = levels.map((level) => level.cell(position).text);
  if (texts.length === 1) return texts[0] as string;
  const quoted = levels.map((level, i) =>
    typeof level.value(position) === 'string' ? `'${texts[i] ?? ''}'` : texts[i],
  );
  return `(${quoted.join(', ')})`;
}

const memo = new WeakMap<InertCall, Index | null>();

const NEW_INDEX: ReadonlySet<string> = new Set([
  'pandas.core.indexes.base._new_Index',
  'pandas.indexes.base._new_Index',
  'pandas.core.indexes.datetimes._new_DatetimeIndex',
  'pandas.core.indexes.interval._new_IntervalIndex',
]);

/** The index that `_new_Index(class, {...})` makes; undefined if any part of it is not recognized. */
export function indexOf(value: Value | undefined): Index | undefined {
  if (!(value instanceof InertCall)) return undefined;
  const remembered = memo.get(value);
  if (remembered !== undefined) return remembered ?? undefined;
  memo.set(value, null);
  const index = match(value);
  memo.set(value, index ?? null);
  return index;
}

function match(call: InertCall): Index | undefined {
  const [type, given] = itemsOf(call.args) ?? [];
  const parts = dictOf(given);
  if (!NEW_INDEX.has(nameOf(call.callable) ?? '') || call.state !== undefined || !hasNoItems(call))
    return undefined;
  if (type === undefined || parts === undefined) return undefined;
  const name = shortName(type);
  switch (name) {
    case 'RangeIndex':
      return rangeIndex(parts);
    case 'MultiIndex':
      return multiIndex(parts);
    case 'IntervalIndex': {
      const sides = [vectorOfSide(parts.get('left')), vectorOfSide(parts.get('right'))];
      const vector = intervalVector(sides[0], sides[1], textOf(parts.get('closed')) ?? 'right');
      return singleIndex(name, vector ?? vectorOf(parts.get('data')), parts);
    }
    default:
      return CLASSES.has(name)
        ? singleIndex(name, asTyped(vectorOf(parts.get('data')), nameOf(type)), parts)
        : undefined;
  }
}

const CLASSES: ReadonlySet<string> = new Set([
  'Index',
  'Int64Index',
  'UInt64Index',
  'Float64Index',
  'NumericIndex',
  'CategoricalIndex',
  'DatetimeIndex',
  'TimedeltaIndex',
  'PeriodIndex',
]);

/** Values of a frame, a series or an index, whose class tells what pandas makes of a list of texts. */
export function asTyped(vector: Vector | undefined, name: string | undefined): Vector | undefined {
  return vector?.type === 'object' && /^pandas\.\w+$/.test(name ?? '')
    ? { ...vector, dtype: 'object' }
    : vector;
}

function singleIndex(type: string, vector: Vector | undefined, parts: Dict): Index | undefined {
  if (vector === undefined) return undefined;
  return {
    type,
    length: vector.length,
    levels: [vector],
    names: [parts.get('name') ?? null],
    isDefault: false,
  };
}

function vectorOfSide(value: Value | undefined): Vector | undefined {
  return indexOf(value)?.levels[0] ?? vectorOf(value);
}

function rangeIndex(parts: Dict): Index | undefined {
  const [start, stop, step] = [parts.get('start'), parts.get('stop'), parts.get('step')];
  if (typeof start !== 'bigint' || typeof stop !== 'bigint' || typeof step !== 'bigint' || step === 0n)
    return undefined;
  const distance = step > 0n ? stop - start : start - stop;
  const stride = step > 0n ? step : -step;
  const length = numberOf(distance <= 0n ? 0n : (distance + stride - 1n) / stride);
  if (length === undefined) return undefined;
  const name = parts.get('name') ?? null;
  const isDefault = start === 0n && step === 1n && name === null;
  return {
    type: 'RangeIndex',
    length,
    levels: [rangeVector(start, step, length)],
    names: [name],
    isDefault,
    range: [start, stop, step],
  };
}

/** The largest number of levels of a MultiIndex. Nobody makes larger ones. */
const MAX_LEVELS = 1_000;

function multiIndex(parts: Dict): Index | undefined {
  const [levels, codes, names] = ['levels', 'codes', 'names'].map((name) => listOf(parts.get(name)));
  if (levels === undefined || codes === undefined || levels.length !== codes.length) return undefined;
  if (levels.length === 0 || levels.length > MAX_LEVELS) return undefined;
  const vectors: Vector[] = [];
  for (const [i, level] of levels.entries()) {
    const [numbers, values] = [vectorOf(codes[i]), indexOf(level)?.levels[0]];
    const vector = numbers && values && codedVector(numbers, values, values.type, missingLabel(values));
    if (vector === undefined) return undefined;
    const { dtype, arrowType } = values as Vector;
    vectors.push({
      ...vector,
      ...(dtype !== undefined && { dtype }),
      ...(arrowType !== undefined && { arrowType }),
      ...codedParts(numbers as Vector, values as Vector),
    });
  }
  const length = vectors[0]?.length ?? 0;
  if (vectors.some((vector) => vector.length !== length)) return undefined;
  return {
    type: 'MultiIndex',
    length,
    levels: vectors,
    names: vectors.map((_, i) => names?.[i] ?? null),
    isDefault: false,
  };
}

function missingLabel({ type }: Vector): string | undefined {
  return /^(?:U?Int\d|Float\d|boolean)/.test(type) ? '<NA>' : undefined;
}

/** The parts of the labels of a level of categories or intervals. */
function codedParts(numbers: Vector, { categories, sides }: Vector): Pick<Vector, 'categories' | 'sides'> {
  const code = (row: number): number => numbers.number?.(row) ?? -1;
  if (categories !== undefined) {
    const { codes } = categories;
    return { categories: { ...categories, codes: (row) => (code(row) < 0 ? -1 : codes(code(row))) } };
  }
  const [left, right] = [sides?.left, sides?.right].map((side) => side && codedVector(numbers, side));
  return sides && left && right ? { sides: { left, right, closed: sides.closed } } : {};
}

/** The items of a list, a tuple or a FrozenList of pandas. */
function listOf(value: Value | undefined): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof InertCall && nameOf(value.callable) === 'pandas.core.indexes.frozen.FrozenList')
    return value.appended.length > 0 ? value.appended : listOf(itemsOf(value.args)?.[0]);
  return itemsOf(value);
}
