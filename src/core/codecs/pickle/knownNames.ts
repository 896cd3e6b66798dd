import { SCIPY_NAMES } from '../../values/known/scipyClasses';
import { SKLEARN_NAMES } from '../../values/known/sklearnClasses';
import { CLASSES, CONSTANTS } from '../../values/known/torch/storages';
import { EXCEPTIONS } from '../../values/known/standard/exceptions';
import type { Level } from './effects';

const BUILTINS =
  'int float complex str bytes bytearray bool list tuple dict set frozenset object type range slice ' +
  'Ellipsis NotImplemented';

const PATHS = 'Path PurePath PosixPath PurePosixPath WindowsPath PureWindowsPath';

/** numpy's functions of numbers, which estimators and other objects refer to by name. */
const UFUNCS =
  'add subtract multiply divide true_divide floor_divide negative power mod remainder absolute fabs sign exp exp2 expm1 log log2 log10 ' +
  'log1p sqrt cbrt square reciprocal sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh maximum minimum ' +
  'fmax fmin floor ceil rint trunc isnan isinf isfinite logical_and logical_or logical_not greater less equal';

type Names = readonly (readonly [module: string, names: string])[];

/**
 * Classes that Python and known libraries name without calling anything, such as the element type of an array. By exact
 * name, never by module.
 */
const PLAIN: Names = [
  ['builtins', BUILTINS],
  ['__builtin__', `${BUILTINS} long unicode xrange`],
  ['array', 'array'],
  ['zoneinfo', 'ZoneInfo'],
  ['collections', 'OrderedDict defaultdict Counter deque'],
  ['datetime', 'date time datetime timedelta timezone'],
  ['decimal', 'Decimal'],
  ['fractions', 'Fraction'],
  ['uuid', 'UUID'],
  ['pathlib', PATHS],
  ['pathlib._local', PATHS],
  ['builtins', EXCEPTIONS],
  ['exceptions', EXCEPTIONS],
];

const KNOWN: Names = [
  ['numpy', 'ndarray dtype recarray record matrix memmap bool_ bool object_ str_ bytes_ void generic'],
  [
    'numpy',
    'number integer signedinteger unsignedinteger inexact floating complexfloating flexible character',
  ],
  ['numpy', 'int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 longdouble'],
  ['numpy', 'complex64 complex128 clongdouble datetime64 timedelta64'],
  ['numpy', 'chararray poly1d ufunc'],
  ['numpy.rec', 'recarray'],
  ['numpy.matrixlib.defmatrix', 'matrix'],
  ['numpy.char', 'chararray'],
  ['numpy.random._pickle', '__bit_generator_ctor __generator_ctor __randomstate_ctor'],
  ['numpy.random._mt19937', 'MT19937'],
  ['numpy.random._pcg64', 'PCG64 PCG64DXSM'],
  ['numpy.random._philox', 'Philox'],
  ['numpy.random._sfc64', 'SFC64'],
  ['numpy.random.bit_generator', 'SeedSequence'],
  ['numpy.ma.core', 'MaskedArray mvoid'],
  ['numpy.ma', 'MaskedArray'],
  ['numpy', 'mean median sum std var min max amin amax'],
  ['numpy', UFUNCS],
  ['numpy.core._multiarray_umath', UFUNCS],
  ['numpy._core._multiarray_umath', UFUNCS],
  ['pandas', 'DataFrame Series Index RangeIndex MultiIndex DatetimeIndex TimedeltaIndex PeriodIndex'],
  ['pandas', 'CategoricalIndex IntervalIndex Categorical CategoricalDtype NA'],
  ['pandas.arrays', 'DatetimeArray TimedeltaArray PeriodArray IntervalArray StringArray NumpyExtensionArray'],
  [
    'pandas.core',
    'frame.DataFrame series.Series internals.managers.BlockManager internals.managers.SingleBlockManager',
  ],
  [
    'pandas.core.indexes',
    'base.Index base._new_Index numeric.Int64Index numeric.UInt64Index numeric.Float64Index',
  ],
  [
    'pandas.core.indexes',
    'range.RangeIndex multi.MultiIndex datetimes.DatetimeIndex datetimes._new_DatetimeIndex',
  ],
  [
    'pandas.core.indexes',
    'timedeltas.TimedeltaIndex period.PeriodIndex category.CategoricalIndex interval.IntervalIndex interval._new_IntervalIndex',
  ],
  [
    'pandas.core.arrays',
    'datetimes.DatetimeArray timedeltas.TimedeltaArray period.PeriodArray categorical.Categorical',
  ],
  [
    'pandas.core.arrays',
    'string_.StringArray numpy_.NumpyExtensionArray numpy_.PandasArray interval.IntervalArray',
  ],
  ['pandas._libs', 'missing.NA internals._unpickle_block arrays.__pyx_unpickle_NDArrayBacked'],
  ['pyarrow.lib', 'DictionaryScalar DictionaryScalar._reconstruct'],
  ['numpy.core.multiarray', '_reconstruct scalar'],
  ['numpy._core.multiarray', '_reconstruct scalar'],
  ['numpy.core.numeric', '_frombuffer'],
  ['numpy._core.numeric', '_frombuffer'],
  ['dateutil.tz._tzfile', 'tzfile'],
  ['torch', [...CLASSES, ...CONSTANTS].join(' ')],
  ['torch._tensor', 'Tensor'],
  ['torch._utils', '_rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_qtensor _rebuild_sparse_tensor'],
  ['torch._utils', '_rebuild_meta_tensor_no_storage _rebuild_wrapper_subclass'],
  ['torch.nested._internal.nested_tensor', '_rebuild_njt NestedTensor'],
  ['torch.nn.functional', 'relu gelu silu'],
  ['torch._C._nn', 'gelu'],
  ['torch.nn.parameter', 'Parameter'],
  ['torch.storage', 'UntypedStorage TypedStorage'],
];

const LEVELS: ReadonlyMap<string, Level> = new Map([...levels('plain', PLAIN), ...levels('known', KNOWN)]);

function levels(level: Level, all: Names): [string, Level][] {
  return all.flatMap(([module, names]) =>
    names.split(' ').map((name): [string, Level] => [`${module}.${name}`, level]),
  );
}

/** The level of importing a name; undefined if it is not known. @param name qualified */
export function levelOfName(name: string): Level | undefined {
  return LEVELS.get(name) ?? (SKLEARN_NAMES.has(name) || SCIPY_NAMES.has(name) ? 'known' : undefined);
}

/** Whether a name is that of a class or function of a known library, or of the objects that describe arrays in files of joblib. */
export function isOfLibrary(name: string): boolean {
  return levelOfName(name) === 'known' || name === 'joblib.numpy_pickle.NumpyArrayWrapper';
}

const ENUMS: ReadonlySet<string> = new Set(
  `calendar.Day calendar.Month http.HTTPStatus http.HTTPMethod inspect._ParameterKind plistlib.PlistFormat pstats.SortKey re.RegexFlag
  signal.Handlers signal.Sigmasks signal.Signals socket.AddressFamily socket.AddressInfo socket.MsgFlag socket.SocketKind
  ssl.AlertDescription ssl.Options ssl.Purpose ssl.SSLErrorNumber ssl.TLSVersion ssl.VerifyFlags ssl.VerifyMode tkinter.EventType
  uuid.SafeUUID`.split(/\s+/),
);

/** Whether an enumeration comes with Python. @param name qualified */
export function isEnumOfPython(name: string): boolean {
  return ENUMS.has(name);
}
