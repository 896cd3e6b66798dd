import { SCIPY_NAMES } from '../../values/known/scipyObjects';
import { SKLEARN_NAMES } from '../../values/known/sklearnClasses';
import type { Level } from './effects';

const BUILTINS =
  'int float complex str bytes bytearray bool list tuple dict set frozenset object type range slice ' +
  'Ellipsis NotImplemented';

const PATHS = 'Path PurePath PosixPath PurePosixPath WindowsPath PureWindowsPath';
const EXCEPTIONS =
  'Exception BaseException ArithmeticError AssertionError AttributeError EOFError FileNotFoundError ImportError IndexError ' +
  'IOError KeyError KeyboardInterrupt LookupError MemoryError NameError NotImplementedError OSError OverflowError PermissionError ' +
  'RecursionError RuntimeError StopIteration TimeoutError TypeError UnicodeError ValueError Warning ZeroDivisionError';

/** Functions of numbers, which estimators and others hold by name. */
const UFUNCS =
  'add subtract multiply divide true_divide floor_divide negative power mod remainder absolute fabs sign exp exp2 expm1 log log2 log10 ' +
  'log1p sqrt cbrt square reciprocal sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh maximum minimum ' +
  'fmax fmin floor ceil rint trunc isnan isinf isfinite logical_and logical_or logical_not greater less equal';

/**
 * Classes that Python and known libraries name without calling anything, such as the element type of an array. By exact
 * name, never by module.
 */
const NAMES: readonly (readonly [level: Level, module: string, names: string])[] = [
  ['plain', 'builtins', BUILTINS],
  ['plain', '__builtin__', `${BUILTINS} long unicode xrange`],
  ['plain', 'array', 'array'],
  ['plain', 'zoneinfo', 'ZoneInfo'],
  ['plain', 'collections', 'OrderedDict defaultdict Counter deque'],
  ['plain', 'datetime', 'date time datetime timedelta timezone'],
  ['plain', 'decimal', 'Decimal'],
  ['plain', 'fractions', 'Fraction'],
  ['plain', 'uuid', 'UUID'],
  ['plain', 'pathlib', PATHS],
  ['plain', 'pathlib._local', PATHS],
  ['plain', 'builtins', EXCEPTIONS],
  ['plain', 'exceptions', EXCEPTIONS],
  [
    'known',
    'numpy',
    'ndarray dtype recarray record matrix memmap bool_ bool object_ str_ bytes_ void generic',
  ],
  ['known', 'numpy', 'int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 longdouble'],
  ['known', 'numpy', 'complex64 complex128 clongdouble datetime64 timedelta64'],
  ['known', 'numpy', 'chararray poly1d'],
  ['known', 'numpy.rec', 'recarray'],
  ['known', 'numpy.matrixlib.defmatrix', 'matrix'],
  ['known', 'numpy.char', 'chararray'],
  ['known', 'numpy.random._pickle', '__bit_generator_ctor'],
  ['known', 'numpy.random._mt19937', 'MT19937'],
  ['known', 'numpy.random._pcg64', 'PCG64 PCG64DXSM'],
  ['known', 'numpy.random._philox', 'Philox'],
  ['known', 'numpy.random._sfc64', 'SFC64'],
  ['known', 'numpy.random.bit_generator', 'SeedSequence'],
  ['known', 'numpy.ma.core', 'MaskedArray mvoid'],
  ['known', 'numpy.ma', 'MaskedArray'],
  ['known', 'numpy', 'mean median sum std var min max amin amax'],
  ['known', 'numpy', UFUNCS],
  ['known', 'numpy.core._multiarray_umath', UFUNCS],
  ['known', 'numpy._core._multiarray_umath', UFUNCS],
  [
    'known',
    'pandas',
    'DataFrame Series Index RangeIndex MultiIndex DatetimeIndex TimedeltaIndex PeriodIndex',
  ],
  ['known', 'pandas', 'CategoricalIndex IntervalIndex Categorical CategoricalDtype NA'],
  [
    'known',
    'pandas.arrays',
    'DatetimeArray TimedeltaArray PeriodArray IntervalArray StringArray NumpyExtensionArray',
  ],
  ['known', 'pandas.core.frame', 'DataFrame'],
  ['known', 'pandas.core.series', 'Series'],
  ['known', 'pandas.core.indexes.base', 'Index'],
  ['known', 'pandas.core.indexes.numeric', 'Int64Index UInt64Index Float64Index'],
  ['known', 'pandas.core.indexes.range', 'RangeIndex'],
  ['known', 'pandas.core.indexes.multi', 'MultiIndex'],
  ['known', 'pandas.core.indexes.datetimes', 'DatetimeIndex'],
  ['known', 'pandas.core.indexes.timedeltas', 'TimedeltaIndex'],
  ['known', 'pandas.core.indexes.period', 'PeriodIndex'],
  ['known', 'pandas.core.indexes.category', 'CategoricalIndex'],
  ['known', 'pandas.core.indexes.interval', 'IntervalIndex'],
  ['known', 'pandas.core.arrays.datetimes', 'DatetimeArray'],
  ['known', 'pandas.core.arrays.timedeltas', 'TimedeltaArray'],
  ['known', 'pandas.core.arrays.period', 'PeriodArray'],
  ['known', 'pandas.core.arrays.categorical', 'Categorical'],
  ['known', 'pandas.core.arrays.string_', 'StringArray'],
  ['known', 'pandas.core.arrays.numpy_', 'NumpyExtensionArray PandasArray'],
  ['known', 'pandas.core.arrays.interval', 'IntervalArray'],
  ['known', 'pandas._libs.missing', 'NA'],
  ['known', 'pandas._libs.internals', '_unpickle_block'],
  ['known', 'pandas._libs.arrays', '__pyx_unpickle_NDArrayBacked'],
  ['known', 'pandas.core.internals.managers', 'BlockManager SingleBlockManager'],
  ['known', 'pandas.core.indexes.base', '_new_Index'],
  ['known', 'pandas.core.indexes.datetimes', '_new_DatetimeIndex'],
  ['known', 'numpy.core.multiarray', '_reconstruct scalar'],
  ['known', 'numpy._core.multiarray', '_reconstruct scalar'],
  ['known', 'numpy.core.numeric', '_frombuffer'],
  ['known', 'numpy._core.numeric', '_frombuffer'],
  ['known', 'dateutil.tz._tzfile', 'tzfile'],
  [
    'known',
    'torch',
    'FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage',
  ],
  ['known', 'torch', 'CharStorage ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage'],
  ['known', 'torch', 'QInt8Storage QUInt8Storage QInt32Storage QUInt4x2Storage QUInt2x4Storage'],
  ['known', 'torch', 'float32 float64 float16 bfloat16 int64 int32 int16 int8 uint8 bool strided'],
  ['known', 'torch', 'uint16 uint32 uint64 complex64 complex128 qint8 quint8 qint32'],
  ['known', 'torch', 'float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu'],
  ['known', 'torch', 'sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc Tensor'],
  ['known', 'torch', 'per_tensor_affine per_channel_affine per_tensor_symmetric per_channel_symmetric'],
  ['known', 'torch', 'contiguous_format preserve_format channels_last'],
  ['known', 'torch._tensor', 'Tensor'],
  ['known', 'torch.nn.parameter', 'Parameter'],
  ['known', 'torch.storage', 'UntypedStorage TypedStorage'],
];

const LEVELS: ReadonlyMap<string, Level> = new Map(
  NAMES.flatMap(([level, module, names]) =>
    names.split(' ').map((name): [string, Level] => [`${module}.${name}`, level]),
  ),
);

/** The effect of naming it; undefined if it is not known. @param name qualified */
export function levelOfName(name: string): Level | undefined {
  return LEVELS.get(name) ?? (SKLEARN_NAMES.has(name) || SCIPY_NAMES.has(name) ? 'known' : undefined);
}

const ENUMS: ReadonlySet<string> = new Set(
  `calendar.Day calendar.Month http.HTTPStatus http.HTTPMethod inspect._ParameterKind plistlib.PlistFormat pstats.SortKey re.RegexFlag
  signal.Handlers signal.Sigmasks signal.Signals socket.AddressFamily socket.AddressInfo socket.MsgFlag socket.SocketKind
  ssl.AlertDescription ssl.Options ssl.Purpose ssl.SSLErrorNumber ssl.TLSVersion ssl.VerifyFlags ssl.VerifyMode tkinter.EventType
  uuid.SafeUUID`.split(/\s+/),
);

/** Whether it is an enumeration that comes with Python. @param name qualified */
export function isEnumOfPython(name: string): boolean {
  return ENUMS.has(name);
}
