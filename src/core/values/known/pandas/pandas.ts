import { nanosecondsOf, NOT_A_TIME, parseUnit } from '../../../arrays/instants';
import { InertName, type Value } from '../../value';
import type { Known } from '../known';
import { expression, isBare, nameOf, numberOf, shortName, textOf } from '../matching';
import { textOfValue } from '../pythonText';
import type { Form, Forms } from '../registry';
import { zoneOf } from '../standard/zones';
import { arrowForm, arrowScalarForm, dictionaryScalarForm, tableForm } from './arrowForms';
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

/** A form for names in modules. Both are separated by spaces. */
function within(modules: string, names: string, form: Form): Forms {
  const all = modules.split(' ').flatMap((module) => names.split(' ').map((name) => `${module}.${name}`));
  return Object.fromEntries(all.map((name) => [name, form]));
}

const ARRAYS = 'pandas.core.arrays';
const TSLIBS = 'pandas._libs.tslibs';
const OFFSET_MODULE = `${TSLIBS}.offsets`;
const EXTENSIONS = `getattr:${ARRAYS}.arrow.extension_types`;

const NULLABLE = [8, 16, 32, 64].map((bits) => `Int${String(bits)}Dtype UInt${String(bits)}Dtype`).join(' ');

const forms: Forms = {
  ...within('pandas.core.frame pandas', 'DataFrame', frameForm),
  ...within('pandas.core.series pandas', 'Series', seriesForm),
  ...within('pandas.core.indexes.base pandas.indexes.base', '_new_Index', indexForm),
  ...within('pandas.core.indexes', 'datetimes._new_DatetimeIndex interval._new_IntervalIndex', indexForm),
  ...within(
    'pandas._libs',
    'arrays.__pyx_unpickle_NDArrayBacked interval.__pyx_unpickle_IntervalMixin tslibs.period.__pyx_unpickle_PeriodMixin',
    arrayForm,
  ),
  ...within(
    ARRAYS,
    'datetimes.DatetimeArray timedeltas.TimedeltaArray categorical.Categorical string_.StringArray integer.IntegerArray ' +
      'floating.FloatingArray boolean.BooleanArray sparse.array.SparseArray string_arrow.ArrowStringArray ' +
      'string_arrow.ArrowStringArrayNumpySemantics arrow.array.ArrowExtensionArray numpy_.PandasArray numpy_.NumpyExtensionArray',
    arrayForm,
  ),
  ...within(
    'pandas.arrays',
    'IntegerArray FloatingArray BooleanArray SparseArray ArrowStringArray ArrowExtensionArray',
    arrayForm,
  ),
  ...within(
    `pandas pandas.core.dtypes.dtypes ${ARRAYS}.string_ ${ARRAYS}.arrow.dtype ${ARRAYS}.sparse.dtype`,
    'CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype StringDtype ArrowDtype SparseDtype',
    dtypeForm,
  ),
  ...within(
    `pandas ${ARRAYS}.integer ${ARRAYS}.floating ${ARRAYS}.boolean`,
    `${NULLABLE} Float32Dtype Float64Dtype BooleanDtype`,
    dtypeForm,
  ),
  ...within(`pandas ${TSLIBS}.timestamps`, '_unpickle_timestamp Timestamp', timestampForm),
  ...within(`pandas ${TSLIBS}.timedeltas`, '_timedelta_unpickle Timedelta', timedeltaForm),
  ...within(`${TSLIBS}.nattype`, '__nat_unpickle _nat_unpickle', noTimeForm),
  ...within(`pandas ${TSLIBS}.period`, 'Period', periodForm),
  ...within('pandas pandas._libs.interval', 'Interval', intervalForm),
  ...within(OFFSET_MODULE, OFFSETS.join(' '), offsetForm),
  ...within(`pandas ${OFFSET_MODULE}`, 'DateOffset', dateOffsetForm),
  ...within('pyarrow.lib', '_restore_array chunked_array', arrowForm),
  ...within('pyarrow.lib', '_reconstruct_table _reconstruct_record_batch', tableForm),
  ...within('pyarrow.lib', 'scalar', arrowScalarForm),
  ...within('pyarrow.lib getattr:pyarrow.lib', 'DictionaryScalar._reconstruct', dictionaryScalarForm),
  // Functions of pyarrow that make types, fields and schemas.
  ...within(
    'pyarrow.lib',
    'type_for_alias timestamp duration time32 time64 dictionary list_ large_list list_view large_list_view struct field schema ' +
      'binary decimal32 decimal64 decimal128 decimal256 map_ uuid bool8 json_ fixed_shape_tensor opaque run_end_encoded union',
    arrowTypeForm,
  ),
  ...within(
    `${EXTENSIONS}.ArrowPeriodType ${EXTENSIONS}.ArrowIntervalType`,
    '__arrow_ext_deserialize__',
    arrowTypeForm,
  ),
  'functools.partial': partialForm,
  'partial:pandas.core.internals.blocks.new_block': partForm,
  'pyarrow.lib.py_buffer': partForm,
  ...within(
    'pandas',
    'core.internals.managers.BlockManager core.internals.managers.SingleBlockManager _libs.internals._unpickle_block ' +
      'core.indexes.frozen.FrozenList core.arrays.numpy_.PandasDtype core.dtypes.dtypes.PandasDtype ' +
      'core.dtypes.dtypes.NumpyEADtype _libs.sparse.IntIndex _libs.sparse.BlockIndex',
    partForm,
  ),
};

const names = { 'pandas._libs.missing.NA': NOT_AVAILABLE, 'pandas.NA': NOT_AVAILABLE };

export const pandas = { forms, names };
