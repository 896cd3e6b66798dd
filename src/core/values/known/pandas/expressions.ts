import { Dict, InertCall, type InertName, isBytes, Tuple, UnhashableError, type Value } from '../../value';
import { isContainer } from '../../children';
import { expression } from '../matching';
import { reprOf } from '../pythonText';
import { recognise } from '../registry';
import { offsetText } from '../standard/zones';
import { labelAt, type Index } from './indexes';
import { knownTimestamp } from './times';
import { listValues, type Vector } from './vector';

/** The Python expression of a frame. Undefined if a label is not hashable, which no frame of pandas can have. */
export function frameExpression(columns: Index, index: Index, vectors: readonly Vector[]): Value | undefined {
  const labels = vectors.map((_, i) => labelAt(columns, i));
  // Without columns, pandas finds no rows to number.
  const isNumbered = index.isDefault && (vectors.length > 0 || index.length === 0);
  const given = isNumbered ? undefined : indexExpression(index);
  const areNames = areKeys(columns, labels);
  const data = dictionaryOf(
    vectors.map((vector, i) => [areNames ? (labels[i] as Value) : BigInt(i), vectorExpression(vector)]),
  );
  if (data === undefined) return undefined;
  const isTyped = areNames && (vectors.length > 0 ? isInferred(columns) : columns.isDefault);
  const typed = isTyped ? undefined : indexExpression(columns);
  if (areNames) return expression('pd.DataFrame', [data], { index: given, columns: typed });
  const frame = expression('pd.DataFrame', [data], { index: given });
  return expression('pd.DataFrame.set_axis', [frame, typed as Value], { axis: 1n });
}

function isInferred({ names, range }: Index): boolean {
  return range === undefined && names.every((name) => name === null);
}

/** Types of labels that pandas infers from the keys of a dictionary. */
const KEYS = /^(?:object|str|int64|float64|datetime64\[ns\])$/;

/** Whether pandas makes the same index of the keys of a dictionary: none is missing, or repeated. */
function areKeys({ type, levels }: Index, labels: readonly Value[]): boolean {
  if (new Set(labels.map(reprOf)).size < labels.length || (type === 'MultiIndex' && levels.length === 1))
    return false;
  return levels.every(
    (level) =>
      KEYS.test(level.type) &&
      level.dtype === undefined &&
      level.offset === undefined &&
      labels.every((_, i) => {
        const { kind } = level.cell(i);
        return kind === 'text' || (level.type !== 'object' && kind !== 'missing' && kind !== 'nan');
      }),
  );
}

function dictionaryOf(entries: readonly (readonly [Value, Value])[]): Dict | undefined {
  try {
    return Dict.from(entries);
  } catch (error) {
    if (error instanceof UnhashableError) return undefined;
    throw error;
  }
}

export function seriesExpression(name: Value, index: Index, vector: Vector): Value {
  const source = vectorExpression(vector);
  // pandas looks into an array of objects, and may make times or texts of them.
  const areObjects = vector.type === 'object' && !Array.isArray(source);
  return expression('pd.Series', [areObjects ? listValues(vector) : source], {
    dtype: areObjects ? 'object' : undefined,
    index: index.isDefault ? undefined : indexExpression(index),
    name: name ?? undefined,
  });
}

export function indexExpression(index: Index): Value {
  const { type, length, levels, names, range } = index;
  const [level] = levels;
  const name = names[0] ?? undefined;
  if (type === 'MultiIndex') {
    const given = names.some((one) => one !== null) ? [...names] : undefined;
    return expression('pd.MultiIndex.from_arrays', [levels.map(vectorExpression)], { names: given });
  }
  if (range !== undefined) {
    const [start = 0n, , step = 1n] = range;
    // Versions of pandas differ in where the range of a slice ends.
    return expression('pd.RangeIndex', [start, start + step * BigInt(length), step], { name });
  }
  if (level?.offset !== undefined)
    return expression(`pd.${type}`, [vectorExpression(level)], { freq: level.offset, name });
  if (level?.sides !== undefined && level.categories === undefined) {
    const { left, right, closed } = level.sides;
    const sides = [vectorExpression(left), vectorExpression(right)];
    return expression('pd.IntervalIndex.from_arrays', sides, { closed, name });
  }
  const source = level === undefined ? [] : vectorExpression(level);
  if (type !== 'Index' || level?.type !== 'object') return expression('pd.Index', [source], { name });
  const labels = listValues(level);
  return expression('pd.Index', [labels], {
    dtype: Array.isArray(source) ? undefined : 'object',
    name,
    tupleize_cols: labels.some((label) => label instanceof Tuple) ? false : undefined,
  });
}

/** The Python expression of an array of pandas outside of a frame. */
export function arrayExpression(vector: Vector): Value {
  const source = vectorExpression(vector);
  const isArray = source instanceof InertCall && !/^np\./.test((source.callable as InertName).name);
  return isArray
    ? source
    : expression('pd.array', [source], { dtype: vector.type === 'str' ? 'str' : undefined });
}

/** Types that pandas infers from a list of values. */
const OBVIOUS: ReadonlySet<string> = new Set(['bool', 'int64', 'float64']);

/** The Python expression of values: a list, or an array with a type if pandas would not infer that type from the list. */
export function vectorExpression(vector: Vector): Value {
  const { categories, type, sides, fill, dtype } = vector;
  const values = listValues(vector);
  if (categories !== undefined) return categoricalExpression(values, categories);
  if (sides !== undefined) {
    const parts = [sides.left, sides.right].map(sideExpression);
    return expression('pd.arrays.IntervalArray.from_arrays', parts, { closed: sides.closed });
  }
  if (fill !== undefined)
    return expression('pd.arrays.SparseArray', [values], {
      fill_value: fill,
      dtype: values.length === 0 ? /\w+(?=,)/.exec(type)?.[0] : undefined,
    });
  if (vector.arrowType !== undefined)
    return expression('pd.array', [values], { dtype: expression('pd.ArrowDtype', [vector.arrowType]) });
  if (/^(?:datetime|timedelta)64\[/.test(type))
    return expression('pd.array', [timeTexts(vector, values)], {
      dtype: dtype ?? type.replace(PYTZ_OFFSET, zoneName),
    });
  if (/^Float/.test(type) && values.some((value) => Number.isNaN(value))) return floatArray(type, values);
  const hasText = values.some((value) => typeof value === 'string');
  if (/^(?:U?Int|Float)\d|^boolean$|^string$|^period/.test(type) || (type === 'str' && !hasText))
    return expression('pd.array', [values], { dtype: dtype ?? type });
  const isTexts = hasText && values.every((value) => value === null || typeof value === 'string');
  if (isFound(type, values) && !(isTexts && dtype !== undefined)) return values;
  return expression(dtype === undefined ? 'np.array' : 'pd.Index', [values], { dtype: dtype ?? type });
}

/** Ends of intervals. The levels of an index have None where an interval is missing. */
function sideExpression(side: Vector): Value {
  const isFloat = /^float/.test(side.type);
  return vectorExpression(isFloat ? { ...side, value: (row) => side.value(row) ?? NaN } : side);
}

/** A zone of pytz in the name of a type, which pandas does not read there. */
const PYTZ_OFFSET = /pytz\.FixedOffset\((-?\d+)\)/;

function zoneName(_: string, minutes: string): string {
  return `UTC${offsetText(60 * Number(minutes))}`;
}

/** Nullable floats with nan beside missing values, which `pd.array` does not distinguish. */
function floatArray(type: string, values: readonly Value[]): Value {
  return expression('pd.arrays.FloatingArray', [
    expression('np.array', [values.map((value) => value ?? 0)], { dtype: type.toLowerCase() }),
    expression('np.array', [values.map((value) => value === null)]),
  ]);
}

function categoricalExpression(
  values: Value[],
  { values: all, isOrdered, codes }: NonNullable<Vector['categories']>,
): Value {
  const ordered = isOrdered ? true : undefined;
  // Only categories whose type pandas infers can be written as a list.
  const list = vectorExpression(all);
  const categories = Array.isArray(list) ? list : expression('pd.Index', [list]);
  // Their text does not lead pandas to intervals.
  if (all.sides !== undefined) {
    const places = values.map((_, row) => BigInt(codes(row)));
    return expression('pd.Categorical.from_codes', [places], { categories, ordered });
  }
  return expression('pd.Categorical', [values], { categories, ordered });
}

/** Whether pandas infers the type from a list of the values. */
function isFound(type: string, values: readonly Value[]): boolean {
  if (values.length === 0) return false;
  if (type === 'str') return true;
  return type === 'object' ? values.some(isOnlyObject) : OBVIOUS.has(type);
}

/** Whether only an array of objects can hold a value. */
function isOnlyObject(value: Value): boolean {
  if (typeof value === 'string' || isBytes(value)) return true;
  const known = isContainer(value) ? recognise(value) : undefined;
  return isContainer(value) && (known === undefined || known.children !== undefined);
}

/** Times as text, which pandas parses: in UTC if their offsets differ, as pandas refuses a list of several offsets. */
function timeTexts({ exact, type }: Vector, values: readonly Value[]): Value {
  const texts = values.map((value) => recognise(value)?.text ?? value);
  if (type.startsWith('t')) return texts;
  const offsets = texts.flatMap((text) => (typeof text === 'string' ? (OFFSET.exec(text) ?? []) : []));
  if (new Set(offsets).size < 2) return texts;
  return values.map((value, row) => {
    const utc = exact?.(row);
    return utc === undefined ? value : `${knownTimestamp(utc, undefined).text ?? ''}Z`;
  });
}

const OFFSET = /[+-]\d\d:\d\d(?::\d\d)?$/;
