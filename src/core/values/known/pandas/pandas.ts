import { nanosecondsOf, NOT_A_TIME, parseUnit } from '../../../arrays/instants';
import { InertName, type Value } from '../../value';
import type { Known } from '../known';
import { expression, isBare, nameOf, numberOf, shortName, textOf } from '../matching';
import { textOfValue } from '../pythonText';
import type { Form, Forms } from '../registry';
import { zoneOf } from '../standard/zones';
import { arrowForm, arrowScalarForm, tableForm } from './arrowForms';
import { arrowTypeForm, dtypeForm } from './dtypes';
import { frameForm, knownBlock, knownIndex, knownVector, seriesForm } from './frames';
import { blockOf, indexOf, vectorOf } from './indexes';
import { dateOffsetForm, offsetCode, offsetForm, OFFSETS } from './offsets';
import { knownTimedelta, knownTimestamp, NOT_A_TIME_KNOWN, periodText } from './times';
import { listValues, type Vector } from './vector';

const indexForm: Form = (call) => {
  const index = indexOf(call);
  return index && knownIndex(index);
};

/** A wrapper of a numpy array, which pandas 2.1 renamed. */
const OVER_NUMPY: ReadonlySet<string> = new Set(['NumpyExtensionArray', 'PandasArray']);

function overNumpy(type: string, vector: Vector, limit: number): Value | undefined {
  if (vector.length > limit) return undefined;
  return expression(`pd.arrays.${type}`, [
    expression('np.array', [listValues(vector)], { dtype: vector.type }),
  ]);
}

const arrayForm: Form = (call, args) => {
  const type = nameOf(call.callable)?.includes('__pyx_unpickle')
    ? shortName(args[0] ?? null)
    : shortName(call.callable);
  const vector = vectorOf(call);
  if (vector !== undefined) {
    const known = knownVector(type, vector);
    return OVER_NUMPY.has(type) ? { ...known, python: (limit) => overNumpy(type, vector, limit) } : known;
  }
  // A frame stores several columns of one type as an array of two dimensions.
  const block = blockOf(call);
  return block && knownBlock(call, type, block);
};

/** Units of times by their numbers in pandas. */
const RESOLUTIONS: Readonly<Record<number, string | undefined>> = { 7: 's', 8: 'ms', 9: 'us', 10: 'ns' };

function nanosecondsIn(value: Value | undefined, resolution: Value | undefined): bigint | 'none' | undefined {
  const name = resolution === undefined ? 'ns' : RESOLUTIONS[numberOf(resolution) ?? 0];
  const unit = name === undefined ? undefined : parseUnit(name);
  if (typeof value !== 'bigint' || unit === undefined || BigInt.asIntN(64, value) !== value) return undefined;
  return value === NOT_A_TIME ? 'none' : nanosecondsOf(value, unit);
}

/** `_unpickle_timestamp(value, None, tz, resolution)`, before pandas 1.5 `Timestamp(value, freq, tz)`. */
const timestampForm: Form = (call, [value, , tz, resolution]) => {
  const nanoseconds = isBare(call) ? nanosecondsIn(value, resolution) : undefined;
  const zone = zoneOf(tz);
  if (nanoseconds === undefined || (tz !== undefined && tz !== null && zone === undefined)) return undefined;
  return nanoseconds === 'none' ? NOT_A_TIME_KNOWN : knownTimestamp(nanoseconds, zone);
};

const timedeltaForm: Form = (call, [value, resolution]) => {
  const nanoseconds = isBare(call) ? nanosecondsIn(value, resolution) : undefined;
  return typeof nanoseconds === 'bigint' ? knownTimedelta(nanoseconds) : undefined;
};

const noTimeForm: Form = (call) => (isBare(call) ? NOT_A_TIME_KNOWN : undefined);

const periodForm: Form = (call, [none, offset, ordinal]) => {
  const frequency = offsetCode(offset, false);
  if (!isBare(call) || none !== null || frequency === undefined || typeof ordinal !== 'bigint')
    return undefined;
  const text = periodText(ordinal, frequency);
  // Before pandas 2.2, years that end in a month have another code.
  const freq = frequency.startsWith('Y-') ? offset : frequency;
  const shown = expression('Period', [text, frequency]);
  return textual('Period', text, expression('pd.Period', [text], { freq }), shown);
};

const intervalForm: Form = (call, [left, right, closed]) => {
  const side = textOf(closed);
  if (!isBare(call) || left === undefined || right === undefined || side === undefined) return undefined;
  const open = side === 'left' || side === 'both' ? '[' : '(';
  const close = side === 'right' || side === 'both' ? ']' : ')';
  const text = `${open}${textOfValue(left)}, ${textOfValue(right)}${close}`;
  return textual('Interval', text, expression('pd.Interval', [left, right], { closed: side }));
};

function textual(type: string, text: string, source: Value, called = source): Known {
  return {
    library: 'pandas',
    type,
    line: text,
    text,
    called: () => called,
    python: () => source,
    plain: () => text,
  };
}

const NOT_AVAILABLE: Known = {
  library: 'pandas',
  type: 'NAType',
  line: '<NA>',
  text: '<NA>',
  isMissing: true,
  python: () => new InertName('', 'pd.NA'),
  plain: () => null,
};

/** Objects that occur only inside a frame or an array. */
const partForm: Form = (call) => {
  const name = shortName(call.callable) || 'part';
  return { library: 'pandas', type: name, line: name, python: () => call, plain: () => name };
};

/** `partial(new_block, ndim=2)`, which pandas 1.3 and 1.4 call. */
const partialForm: Form = (call, args) =>
  nameOf(args[0]) === 'pandas.core.internals.blocks.new_block' ? partForm(call, args) : undefined;

const NULLABLE = [
  ...[8, 16, 32, 64].flatMap((bits) => [`Int${bits}Dtype`, `UInt${bits}Dtype`]),
  'Float32Dtype',
  'Float64Dtype',
  'BooleanDtype',
];

const PARTS = [
  'pandas.core.internals.managers.BlockManager',
  'pandas.core.internals.managers.SingleBlockManager',
  'pandas._libs.internals._unpickle_block',
  'partial:pandas.core.internals.blocks.new_block',
  'pandas.core.indexes.frozen.FrozenList',
  'pandas.core.arrays.numpy_.PandasDtype',
  'pandas.core.dtypes.dtypes.PandasDtype',
  'pandas.core.dtypes.dtypes.NumpyEADtype',
  'pandas._libs.sparse.IntIndex',
  'pandas._libs.sparse.BlockIndex',
  'pyarrow.lib.py_buffer',
];

/** Functions of pyarrow that make types, fields and schemas. */
const ARROW_TYPES =
  'type_for_alias timestamp duration time32 time64 dictionary list_ large_list struct field schema binary ' +
  'decimal32 decimal64 decimal128 decimal256 map_';

function each(names: readonly string[], form: Form): Forms {
  return Object.fromEntries(names.map((name) => [name, form]));
}

/** A form for classes that have been in several modules. */
function within(modules: readonly string[], names: readonly string[], form: Form): Forms {
  return each(
    modules.flatMap((module) => names.map((name) => `${module}.${name}`)),
    form,
  );
}

const forms: Forms = {
  ...each(['pandas.core.frame.DataFrame', 'pandas.DataFrame'], frameForm),
  ...each(['pandas.core.series.Series', 'pandas.Series'], seriesForm),
  ...each(
    [
      'pandas.core.indexes.base._new_Index',
      'pandas.indexes.base._new_Index',
      'pandas.core.indexes.datetimes._new_DatetimeIndex',
      'pandas.core.indexes.interval._new_IntervalIndex',
    ],
    indexForm,
  ),
  ...each(
    [
      'pandas._libs.arrays.__pyx_unpickle_NDArrayBacked',
      'pandas._libs.interval.__pyx_unpickle_IntervalMixin',
      'pandas._libs.tslibs.period.__pyx_unpickle_PeriodMixin',
      'pandas.core.arrays.datetimes.DatetimeArray',
      'pandas.core.arrays.timedeltas.TimedeltaArray',
      'pandas.core.arrays.categorical.Categorical',
      'pandas.core.arrays.string_.StringArray',
      'pandas.core.arrays.integer.IntegerArray',
      'pandas.core.arrays.floating.FloatingArray',
      'pandas.core.arrays.boolean.BooleanArray',
      'pandas.core.arrays.sparse.array.SparseArray',
      'pandas.core.arrays.string_arrow.ArrowStringArray',
      'pandas.core.arrays.string_arrow.ArrowStringArrayNumpySemantics',
      'pandas.core.arrays.arrow.array.ArrowExtensionArray',
      'pandas.core.arrays.numpy_.PandasArray',
      'pandas.core.arrays.numpy_.NumpyExtensionArray',
    ],
    arrayForm,
  ),
  ...within(
    ['pandas.arrays'],
    [
      'IntegerArray',
      'FloatingArray',
      'BooleanArray',
      'SparseArray',
      'ArrowStringArray',
      'ArrowExtensionArray',
    ],
    arrayForm,
  ),
  ...within(
    [
      'pandas',
      'pandas.core.dtypes.dtypes',
      'pandas.core.arrays.string_',
      'pandas.core.arrays.arrow.dtype',
      'pandas.core.arrays.sparse.dtype',
    ],
    [
      'CategoricalDtype',
      'DatetimeTZDtype',
      'PeriodDtype',
      'IntervalDtype',
      'StringDtype',
      'ArrowDtype',
      'SparseDtype',
    ],
    dtypeForm,
  ),
  ...each(
    [
      'pandas._libs.tslibs.timestamps._unpickle_timestamp',
      'pandas._libs.tslibs.timestamps.Timestamp',
      'pandas.Timestamp',
    ],
    timestampForm,
  ),
  ...each(
    [
      'pandas._libs.tslibs.timedeltas._timedelta_unpickle',
      'pandas._libs.tslibs.timedeltas.Timedelta',
      'pandas.Timedelta',
    ],
    timedeltaForm,
  ),
  ...each(
    ['pandas._libs.tslibs.nattype.__nat_unpickle', 'pandas._libs.tslibs.nattype._nat_unpickle'],
    noTimeForm,
  ),
  ...each(['pandas._libs.tslibs.period.Period', 'pandas.Period'], periodForm),
  ...each(['pandas._libs.interval.Interval', 'pandas.Interval'], intervalForm),
  ...within(['pandas._libs.tslibs.offsets'], OFFSETS, offsetForm),
  ...each(['pandas._libs.tslibs.offsets.DateOffset', 'pandas.DateOffset'], dateOffsetForm),
  ...each(['pyarrow.lib._restore_array', 'pyarrow.lib.chunked_array'], arrowForm),
  ...each(['pyarrow.lib._reconstruct_table', 'pyarrow.lib._reconstruct_record_batch'], tableForm),
  'pyarrow.lib.scalar': arrowScalarForm,
  ...within(['pyarrow.lib'], ARROW_TYPES.split(' '), arrowTypeForm),
  'functools.partial': partialForm,
  ...each(PARTS, partForm),
  ...within(
    ['pandas', 'pandas.core.arrays.integer', 'pandas.core.arrays.floating', 'pandas.core.arrays.boolean'],
    NULLABLE,
    dtypeForm,
  ),
};

const names = { 'pandas._libs.missing.NA': NOT_AVAILABLE, 'pandas.NA': NOT_AVAILABLE };

export const pandas = { forms, names };
