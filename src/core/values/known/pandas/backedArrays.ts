import type { NdArray } from '../../../arrays/ndArray';
import { InertCall, type Value } from '../../value';
import {
  argumentsOf,
  callableKey,
  dictOf,
  expression,
  hasNoItems,
  itemsOf,
  nameOf,
  shortName,
  textOf,
} from '../matching';
import { arrayOfValue } from '../numpy/arrays';
import { elementTypeOf } from '../numpy/dtype';
import { recognise } from '../registry';
import { zoneOf } from '../standard/zones';
import { named, newState } from './classes';
import { offsetCode, periodFrequency } from './offsets';
import { durationsVector, momentsVector, periodsVector, timesVector } from './times';
import { arrayVector, codedVector, missingCell, type Vector } from './vector';

/** Reads the values of an index of one level, which a categorical type or an array of intervals may hold. */
export type LevelOf = (value: Value | undefined) => Vector | undefined;

/** The values of a numpy array, with times as pandas prints them. */
export function plainVector(array: NdArray): Vector {
  const { kind, unit } = array.type;
  if (kind === 'datetime' && unit !== undefined) return timesVector(array, unit, undefined);
  if (kind === 'timedelta' && unit !== undefined) return durationsVector(array, unit);
  return arrayVector(array);
}

interface Backed {
  readonly array: NdArray;
  readonly vector: (array: NdArray) => Vector | undefined;
}

/**
 * Values over one numpy array: times, durations, periods, categories and strings. Since pandas 1.5
 * `__pyx_unpickle_NDArrayBacked(class, checksum, None) ⊕ (dtype, array, {...})`, before that a class with a dictionary as state.
 */
export function backedArray(value: Value | undefined, levelOf: LevelOf): Backed | undefined {
  if (!(value instanceof InertCall) || !hasNoItems(value)) return undefined;
  const args = itemsOf(value.args);
  const name = nameOf(value.callable);
  if (name === 'pandas._libs.arrays.__pyx_unpickle_NDArrayBacked') {
    const parts = itemsOf(value.state);
    if (parts === undefined || parts.length < 2) return undefined;
    // Some versions of pandas write the array before the type.
    const [dtype, values] = arrayOfValue(parts[1]) === undefined ? [parts[1], parts[0]] : parts;
    const backed = backedBy(shortName(args?.[0] ?? null), dtype, arrayOfValue(values), levelOf);
    return withFrequency(backed, dictOf(parts[2])?.get('_freq'));
  }
  if (name === undefined) return undefined;
  const state = name.endsWith('PeriodMixin') ? dictOf(itemsOf(value.state)?.[0]) : dictOf(value.state);
  const type = name.endsWith('PeriodMixin') ? 'PeriodArray' : shortName(value.callable);
  if (state === undefined || !OLD_ARRAYS.has(name)) return undefined;
  const values = state.get('_data') ?? state.get('_codes') ?? state.get('_ndarray');
  return withFrequency(
    backedBy(type, state.get('_dtype'), arrayOfValue(values), levelOf),
    state.get('_freq'),
  );
}

const OLD_ARRAYS: ReadonlySet<string> = new Set([
  'pandas.core.arrays.datetimes.DatetimeArray',
  'pandas.core.arrays.timedeltas.TimedeltaArray',
  'pandas.core.arrays.categorical.Categorical',
  'pandas.core.arrays.string_.StringArray',
  'pandas.core.arrays.period.PeriodArray',
  'pandas._libs.tslibs.period.__pyx_unpickle_PeriodMixin',
]);

/** Adds the frequency of regular times, which the pickle stores as an offset. */
function withFrequency(backed: Backed | undefined, offset: Value | undefined): Backed | undefined {
  if (backed === undefined || offset === undefined || recognise(offset)?.library !== 'pandas') return backed;
  const frequency = offsetCode(offset, false, true);
  return {
    ...backed,
    vector: (row) => {
      const vector = backed.vector(row);
      return vector && { ...vector, offset, ...(frequency !== undefined && { frequency }) };
    },
  };
}

function backedBy(
  type: string,
  dtype: Value | undefined,
  array: NdArray | undefined,
  levelOf: LevelOf,
): Backed | undefined {
  if (array === undefined) return undefined;
  switch (type) {
    case 'DatetimeArray':
      return { array, vector: (row) => datetimes(row, dtype) };
    case 'TimedeltaArray':
      return {
        array,
        vector: (row) => durationsVector(row, row.type.unit ?? elementTypeOf(dtype)?.unit ?? 'ns'),
      };
    case 'PeriodArray': {
      const frequency = periodFrequency(dtype);
      return frequency === undefined ? undefined : { array, vector: (row) => periodsVector(row, frequency) };
    }
    case 'Categorical':
      return { array, vector: (row) => categorical(row, dtype, levelOf) };
    case 'StringArray':
    case 'StringArrayNumpySemantics':
      return { array, vector: (row) => strings(row, dtype) };
    case 'NumpyExtensionArray':
    case 'PandasArray':
      return { array, vector: plainVector };
    default:
      return undefined;
  }
}

function datetimes(array: NdArray, dtype: Value | undefined): Vector | undefined {
  const unit = elementTypeOf(dtype)?.unit;
  if (unit !== undefined) return timesVector(array, unit, undefined);
  const state = newState(dtype, 'DatetimeTZDtype');
  const args = argumentsOf(dtype, ...named('DatetimeTZDtype'));
  const tz = state?.get('tz') ?? args?.[1];
  const zone = zoneOf(tz);
  const given = textOf(state?.get('unit') ?? args?.[0]);
  if (zone === undefined || given === undefined) return undefined;
  // The name of an offset does not tell the offset; before pandas 3, that of a zone stands for a zone of pytz.
  const isNamed = zone.isFixed === true && zone.repr === undefined && !zone.name.startsWith('UTC');
  const isOfPython =
    callableOf(tz) === 'getattr:zoneinfo.ZoneInfo._unpickle' &&
    callableOf(dtype)?.startsWith('pandas.core') === true;
  return {
    ...timesVector(array, given, zone),
    ...((isNamed || isOfPython) && { dtype: expression('pd.DatetimeTZDtype', [given, tz as Value]) }),
  };
}

function callableOf(value: Value | undefined): string | undefined {
  return value instanceof InertCall ? callableKey(value.callable) : undefined;
}

function categorical(array: NdArray, dtype: Value | undefined, levelOf: LevelOf): Vector | undefined {
  const state = newState(dtype, 'CategoricalDtype');
  const values = levelOf(state?.get('categories'));
  if (values === undefined || (array.type.kind !== 'int' && array.type.kind !== 'uint')) return undefined;
  const codes = arrayVector(array);
  const coded = codedVector(codes, values, 'category');
  const isOrdered = state?.get('ordered') === true;
  if (coded === undefined) return undefined;
  // Times have as many digits as those of the rows need, which may be fewer than the categories need.
  const { exact } = coded;
  const { cell } =
    exact && /^datetime64\[\w+\]$/.test(values.type)
      ? momentsVector(codes.length, exact, '', undefined)
      : coded;
  return { ...coded, cell, categories: { values, isOrdered, codes: (row) => codes.number?.(row) ?? -1 } };
}

/** Text in an array of objects. A missing text is shown as NA or NaN, depending on the type. */
function strings(array: NdArray, dtype: Value | undefined): Vector | undefined {
  const kind = stringKind(dtype);
  if (kind === undefined || array.objects === undefined) return undefined;
  const objects = arrayVector(array);
  const value = (row: number): Value => {
    const one = objects.value(row);
    return typeof one === 'string' ? one : null;
  };
  return {
    length: objects.length,
    type: kind.type,
    ...(kind.dtype !== undefined && { dtype: kind.dtype }),
    kind: 'text',
    cell: (row) => {
      const one = value(row);
      return typeof one === 'string' ? { kind: 'text', text: one } : missingCell(kind.missing);
    },
    value,
  };
}

/** How pandas prints a `StringDtype` and its missing values: `string` and `<NA>`, or, for the type of pandas 3, `str` and `NaN`. */
export function stringKind(
  dtype: Value | undefined,
): { type: string; missing: string; dtype?: string } | undefined {
  const args = argumentsOf(dtype, ...named('StringDtype'));
  if (args !== undefined && typeof args[1] === 'number') return { type: 'str', missing: 'NaN' };
  const state = newState(dtype, 'StringDtype');
  if (args !== undefined || state !== undefined || dtype === undefined) {
    const storage = textOf(args?.[0] ?? state?.get('storage'));
    // Before pandas 2.3, which has arguments, the default was `python`.
    const isDefault = storage === undefined || (args === undefined && storage === 'python');
    return { type: 'string', missing: '<NA>', ...(!isDefault && { dtype: `string[${storage}]` }) };
  }
  return elementTypeOf(dtype) && { type: 'object', missing: 'NaN' };
}
