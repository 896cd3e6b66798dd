"""Values of pandas."""
import datetime, decimal, zoneinfo
import numpy as np
import pandas as pd
from samples import serve

DAYS = pd.DatetimeIndex([pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-29 12:34:56.789"), pd.NaT])
ZONED = pd.date_range("2024-01-01", periods=3, tz="Europe/Berlin")

frame = pd.DataFrame({"i": [1, 2, 3], "f": [1.5, np.nan, -0.0], "s": ["x", "ü", None], "b": [True, False, True]})
mixed = pd.DataFrame(np.arange(6).reshape(3, 2), columns=["a", "b"])
mixed["t"] = DAYS
mixed["z"] = ZONED
mixed["c"] = pd.Categorical(["a", "b", "a"], ordered=True)
mixed["n"] = pd.array([1, None, 3], "Int64")
mixed["d"] = pd.to_timedelta([1, 2, None], unit="s")

SAMPLES = {
    "frame": frame,
    "frame mixed": mixed,
    "frame indexed": frame.set_index("s"),
    "frame empty": pd.DataFrame(),
    "frame without columns, and objects as their labels": pd.DataFrame(index=[1, 2], columns=pd.Index([], dtype="object")),
    "frame of dates": pd.DataFrame({"a": DAYS, "b": DAYS}),
    "frame of zoned dates": pd.DataFrame({"a": ZONED, "b": ZONED}),
    "frame of durations": pd.DataFrame({"a": pd.to_timedelta([1, None], unit="s"), "b": pd.to_timedelta([1, 2], unit="D")}),
    "frame of levels": pd.DataFrame([[1, "x"]], columns=pd.MultiIndex.from_tuples([("A", 1), ("B", 2)], names=["u", None])),
    "frame without rows": frame.iloc[:0],
    "frame without columns": pd.DataFrame(index=[1, 2]),
    "frame sliced": frame.iloc[::2],
    "frame two levels": pd.DataFrame(np.arange(4.0).reshape(2, 2), columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["p", "q"])),
    "frame same names": pd.DataFrame([[1, 2.5]], columns=["a", "a"]),
    "frame objects": pd.DataFrame({"o": [[1], {"a": 1}, decimal.Decimal("1.5")], "p": ["x", 1, None]}),
    "frame attrs": frame.copy(),
    "frame of texts as objects": pd.DataFrame({"a": pd.Index(["x", None], dtype="object")}, columns=pd.Index(["a"], dtype="object")),
    "series of texts as objects": pd.Series(["a", "b"], dtype="object", index=pd.MultiIndex.from_arrays([pd.Index(["u", "v"], dtype="object"), [1, 2]])),
    "series of times as objects": pd.Series([pd.Timestamp("2024-01-01")], dtype="object"),
    "series of categories of texts as objects": pd.Series(pd.Categorical(["a"], categories=pd.Index(["a", "b"], dtype="object"))),
    "frame of texts": pd.DataFrame({"a": ["x", "y", "z"], "b": ["u", "v", "w"]}),
    "frame of texts in C order": pd.DataFrame(np.array([["x", "u"], ["y", "v"]], dtype=object)),
    "frame of small numbers": pd.DataFrame({"a": np.array([1, 2], "i1"), "b": np.array([1.5, 2], "f4"), "c": np.array([1, 2j])}),
    "frame of numbers as objects": pd.DataFrame({"a": np.array([1, 2], object)}),
    "frame dates": pd.DataFrame({"v": [1, 2, 3]}, index=pd.date_range("2024-01-01", periods=3)),
    "frame of times across a change of clocks": pd.DataFrame({"t": pd.date_range("2024-03-10", periods=3, freq="12h", tz="America/New_York")}),
    "frame with categories as labels": pd.DataFrame([[1, 2]], columns=pd.CategoricalIndex(["a", "b"])),
    "frame with periods as labels": pd.DataFrame([[1, 2]], columns=pd.period_range("2024-01", periods=2, freq="M")),
    "frame with intervals as labels": pd.DataFrame([[1, 2]], columns=pd.interval_range(0, 2)),
    "frame with regular times as labels": pd.DataFrame([[1, 2]], columns=pd.date_range("2024-01-31", periods=2, freq=pd.offsets.MonthEnd(), tz="Europe/Berlin", name="k")),
    "frame with NA as a label": pd.DataFrame([[1, 2]], columns=pd.Index(pd.array([1, None], dtype="Int64"))),
    "frame with labels of categories in levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_arrays([pd.Categorical(["a", "b"]), [1.5, None]], names=["k", None])),
    "frame with a level of labels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_arrays([["a", "b"]])),
    "frame with tuples as labels": pd.DataFrame([[1, 2]], columns=pd.Index([("a", 1), "b"], tupleize_cols=False)),
    "frame with a named range": pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(2, name="k")),
    "series of categories of intervals": pd.Series(pd.cut([1, 5, np.nan], [0, 3, 6])),
    "series of levels of categories": pd.Series([1, 2], index=pd.MultiIndex.from_arrays([pd.Categorical(["u", "v"]), [0.5, 1.5]], names=["c", None])),
    "series of levels of intervals": pd.Series([1, 2], index=pd.MultiIndex.from_arrays([pd.interval_range(0, 2), ["a", "b"]])),
    "series with tuples as labels": pd.Series([1, 2], index=pd.Index([("a", 1), ("b", 2)], tupleize_cols=False)),
    "series": pd.Series([1.5, np.nan], name="f"),
    "series unnamed": pd.Series([1, 2]),
    "series text": pd.Series(["a", None]),
    "series dates": pd.Series(DAYS),
    "series zoned": pd.Series(ZONED, name="z"),
    "series category": pd.Series(["a", None, "b"], dtype="category"),
    "series Int64": pd.Series([1, None], dtype="Int64"),
    "series Float64": pd.Series([1.5, None], dtype="Float64"),
    "series boolean": pd.Series([True, None], dtype="boolean"),
    "series string": pd.Series(["a", None], dtype="string"),
    "series sparse": pd.Series(pd.arrays.SparseArray([0.0, 1.5, 0.0])),
    "series sparse block": pd.Series(pd.arrays.SparseArray([0, 1, 2, 0], kind="block")),
    "series period": pd.Series(pd.period_range("2024-01", periods=2, freq="M")),
    "series interval": pd.Series(pd.interval_range(0, 2)),
    "frame of arrays of one length": pd.DataFrame({"c": [np.arange(2), np.arange(2)]}),
    "frame without columns": pd.DataFrame(index=pd.RangeIndex(2)),
    "frame with a time as two labels": pd.DataFrame([[1, 2]], columns=pd.to_datetime(["2024-01-01"] * 2)),
    "Timestamp that clocks show twice": pd.Timestamp("2024-10-27 00:30", tz="UTC").tz_convert("Europe/Berlin"),
    "series timedelta": pd.Series(pd.to_timedelta(["1D", None])),
    "series indexed": pd.Series([1, 2], index=pd.Index(["x", "y"], name="k")),
    "Index": pd.Index(["a", "b"], name="k"),
    "Index int": pd.Index([1, 2]),
    "Index float": pd.Index([1.5, 2.5]),
    "Index objects": pd.Index([1, "a"]),
    "Index integers as objects": pd.Index([1, 2], dtype="object"),
    "RangeIndex": pd.RangeIndex(1, 10, 3, name="r"),
    "MultiIndex": pd.MultiIndex.from_tuples([("a", 1), ("b", None)], names=["p", "q"]),
    "DatetimeIndex": pd.DatetimeIndex(DAYS),
    "TimedeltaIndex freq": pd.timedelta_range("1h", periods=3, freq=pd.offsets.Minute(90), name="n"),
    "DatetimeIndex freq of quarters": pd.date_range("2024-01-01", periods=2, freq=pd.offsets.QuarterBegin(startingMonth=2)),
    "DatetimeIndex freq without times": pd.date_range("2024-01-01", periods=0, freq="2D"),
    "Period of a year": pd.Period("2024"),
    "DatetimeIndex freq": pd.date_range("2024-01-01", periods=3),
    "DatetimeIndex zoned": ZONED,
    "TimedeltaIndex of hours before and after": pd.to_timedelta(["-5h", "-1h", "3h", None]),
    "DatetimeIndex with an offset that has a name": pd.DatetimeIndex(["2024-01-01"]).tz_localize(datetime.timezone(datetime.timedelta(hours=-3), "BRT")),
    "DatetimeIndex in a zone of the standard library": pd.DatetimeIndex(["2024-01-01"]).tz_localize(zoneinfo.ZoneInfo("America/New_York")),
    "MultiIndex of one level": pd.MultiIndex.from_arrays([["a", "b"]], names=["k"]),
    "MultiIndex of intervals, one missing": pd.MultiIndex.from_arrays([pd.arrays.IntervalArray.from_tuples([(0.5, 1.5), None]), ["a", "b"]]),
    "TimedeltaIndex": pd.to_timedelta(["1D", "2h"]),
    "PeriodIndex": pd.period_range("2024Q1", periods=2, freq="Q"),
    "CategoricalIndex": pd.CategoricalIndex(["a", "b", "a"]),
    "IntervalIndex": pd.interval_range(0, 2),
    "Categorical": pd.Categorical(["a", "b", None], categories=["b", "a"]),
    "IntegerArray": pd.array([1, None], "Int8"),
    "FloatingArray": pd.array([1.5, None], "Float32"),
    "FloatingArray nan": pd.arrays.FloatingArray(np.array([1.5, np.nan, 2]), np.array([False, False, True])),
    "BooleanArray": pd.array([True, None], "boolean"),
    "NumpyExtensionArray": getattr(pd.arrays, "NumpyExtensionArray", getattr(pd.arrays, "PandasArray", None))(np.array([1.5, 2.5])),
    "StringArray": pd.array(["a", None], "string"),
    "SparseArray of nothing": pd.arrays.SparseArray(np.array([], "bool")),
    "SparseArray": pd.arrays.SparseArray([0, 0, 3]),
    "IntervalArray": pd.arrays.IntervalArray.from_breaks([0, 1, 2], closed="left"),
    "PeriodArray": pd.array(pd.period_range("2024-01-01", periods=2, freq="D")),
    "DatetimeArray": pd.array(DAYS),
    "TimedeltaArray": pd.array(pd.to_timedelta(["1D", None])),
    "CategoricalDtype": pd.CategoricalDtype(["a", "b"], ordered=True),
    "DatetimeTZDtype": pd.DatetimeTZDtype(tz="UTC"),
    "PeriodDtype": pd.PeriodDtype("M"),
    "IntervalDtype": pd.IntervalDtype("int64", "right") if pd.__version__ >= "1.3" else pd.IntervalDtype("int64"),
    "SparseDtype": pd.SparseDtype("float64", 0.0),
    "StringDtype": pd.StringDtype(),
    "Int64Dtype": pd.Int64Dtype(),
    "Timestamp": pd.Timestamp("2024-02-29 12:34:56.789"),
    "Timestamp nanoseconds": pd.Timestamp(1704067200000000001),
    "Timestamp zoned": pd.Timestamp("2024-01-01", tz="Europe/Berlin"),
    "Timestamp utc": pd.Timestamp("2024-01-01", tz="UTC"),
    "Timestamp offset": pd.Timestamp("2024-01-01T00:00:00+05:30"),
    "Timedelta": pd.Timedelta("1 days 02:03:04.5"),
    "Timedelta negative": pd.Timedelta("-1s"),
    "NaT": pd.NaT,
    "NA": pd.NA,
    "Period": pd.Period("2024-01", "M"),
    "Period day": pd.Period("2024-02-29", "D"),
    "Period quarter": pd.Period("2024Q1", "Q"),
    "Period hour": pd.Period("2024-01-01 05:00", "h" if pd.__version__ >= "2.2" else "H"),
    "Period week": pd.Period("2024-02-29", "W-TUE"),
    "Period business day": pd.Period("2024-02-29", "B"),
    "Period fiscal quarter": pd.Period("2024Q1", "Q-JAN"),
    "Period millisecond": pd.Period("2024-01-01 01:02:03.004", "ms"),
    "Interval": pd.Interval(0, 1.5, "both"),
    "Interval of times": pd.Interval(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")),
    "Day": pd.offsets.Day(2),
    "MonthEnd": pd.offsets.MonthEnd(),
    "QuarterEnd": pd.offsets.QuarterEnd(startingMonth=3),
    "Week": pd.offsets.Week(weekday=1),
    "BusinessDay": pd.offsets.BusinessDay(),
    "two months": pd.offsets.MonthEnd(2, True),
    "DateOffset": pd.DateOffset(months=1),
}
SAMPLES["frame attrs"].attrs["source"] = "x"
SAMPLES["frame with metadata of its own"] = frame.copy()
object.__setattr__(SAMPLES["frame with metadata of its own"], "_metadata", ["source"])
object.__setattr__(SAMPLES["frame with metadata of its own"], "source", "x")
SAMPLES["Index of unsigned integers"] = pd.Index(np.array([1, 2], "u8"))
if pd.__version__ >= "1.2":
    SAMPLES["Flags of a frame"] = frame.set_flags(allows_duplicate_labels=False)
SAMPLES["BQuarterEnd"] = pd.offsets.BQuarterEnd(startingMonth=3)
SAMPLES["Easter"] = pd.offsets.Easter(2)
if pd.__version__ >= "3":
    SAMPLES["HalfYearEnd"] = pd.offsets.HalfYearEnd(startingMonth=6)
    SAMPLES["BHalfYearBegin"] = pd.offsets.BHalfYearBegin(startingMonth=1)
    SAMPLES["DatetimeIndex freq of half years"] = pd.date_range("2024-01-01", periods=2, freq="HYE")
    SAMPLES["array of str"] = pd.array(["a", None], "str")
    SAMPLES["series of str without texts"] = pd.Series([None], dtype="str")
if pd.__version__ >= "2":
    SAMPLES["series seconds"] = pd.Series(np.array(["2024-01-01", "NaT"], "M8[s]"))
    SAMPLES["Timestamp seconds"] = pd.Timestamp("2024-01-01").as_unit("s")
try:
    import pyarrow
except ImportError:
    pass
else:
    import pyarrow as pa
    for kind, values in {
        "int64[pyarrow]": [1, None], "double[pyarrow]": [1.5, None], "bool[pyarrow]": [True, None],
        "string[pyarrow]": ["a", None], "large_string[pyarrow]": ["a", None], "timestamp[us][pyarrow]": [datetime.datetime(2024, 1, 1), None],
        "date32[pyarrow]": [datetime.date(2024, 1, 1), None], "binary[pyarrow]": [b"a", None], "duration[s][pyarrow]": [datetime.timedelta(1), None],
    }.items():
        SAMPLES["series " + kind] = pd.Series(values, dtype=kind)
    SAMPLES["series list arrow"] = pd.Series([[1, 2], None], dtype=pd.ArrowDtype(pa.list_(pa.int64())))
    SAMPLES["series struct arrow"] = pd.Series([{"a": 1}, None], dtype=pd.ArrowDtype(pa.struct([("a", pa.int64())])))
    SAMPLES["series dictionary arrow"] = pd.Series(["a", None, "a"], dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string())))
    SAMPLES["series decimal arrow"] = pd.Series([decimal.Decimal("1.50"), None], dtype=pd.ArrowDtype(pa.decimal128(10, 2)))
    ARROW = {
        "float": (pa.float32(), [1.5, None]), "half": (pa.float16(), [np.float16(1.5), None]),
        "fixed list": (pa.list_(pa.int16(), 2), [[1, 2], None, [3, None]]), "large list": (pa.large_list(pa.string()), [["a", None], []]),
        "map": (pa.map_(pa.string(), pa.int64()), [[("x", 1), ("y", None)], None, []]),
        "time32": (pa.time32("ms"), [datetime.time(1, 2, 3, 4000), None]), "time64": (pa.time64("us"), [datetime.time(23, 59, 59, 999999), None]),
        "offset": (pa.timestamp("us", "+05:30"), [datetime.datetime(2024, 1, 1), None]), "zoned": (pa.timestamp("s", "Europe/Berlin"), [datetime.datetime(2024, 1, 1), None]),
        "nested": (pa.struct([("q", pa.list_(pa.struct([("p", pa.date32())])))]), [{"q": [{"p": datetime.date(2024, 1, 1)}, None]}, None]),
        "span": (pa.month_day_nano_interval(), [(1, 2, 3), None, (-1, 0, 5)]),
    }
    for name, (type_name, text) in {
        "text view": ("string_view", ["short", None, "a text of more than twelve bytes"]), "bytes view": ("binary_view", [b"short", None, b"more than twelve bytes"]),
    }.items():
        if hasattr(pa, type_name):
            ARROW[name] = getattr(pa, type_name)(), text
    if hasattr(pa, "list_view"):
        ARROW["list view"] = pa.list_view(pa.int64()), [[1, None], None, [2]]
    for name, (type_, values) in ARROW.items():
        SAMPLES["pyarrow " + name] = pa.array(values + values, type_)[1:]
        SAMPLES["pyarrow type of " + name] = type_
        if not name.endswith("view") and name != "span":
            SAMPLES["series " + name + " arrow"] = pd.Series(values, dtype=pd.ArrowDtype(type_))
    for name in "uuid", "bool8":
        if hasattr(pa, name):
            type_ = getattr(pa, name)()
            SAMPLES["pyarrow " + name] = pa.ExtensionArray.from_storage(type_, pa.array([None, b"0" * 16] if name == "uuid" else [None, 1], type_.storage_type))
    SAMPLES["pyarrow dictionary scalar"] = pa.array(["a", "b"]).dictionary_encode()[1]
    SAMPLES["ArrowDtype"] = pd.ArrowDtype(pa.int64())
    SAMPLES["pyarrow array"] = pa.array([1, None, 3])
    SAMPLES["pyarrow sliced array"] = pa.array(["a", None, "c"])[1:]
    SAMPLES["pyarrow chunked"] = pa.chunked_array([["a"], ["b", None]])
    SAMPLES["pyarrow table"] = pa.table({"a": [1, 2], "s": ["x", None], "f": [1.5, None]})
    SAMPLES["pyarrow record batch"] = pa.record_batch({"a": [1, 2]})
    SAMPLES["pyarrow scalar"] = pa.scalar(5)
    SAMPLES["pyarrow type"] = pa.timestamp("us", "UTC")
    SAMPLES["pyarrow schema"] = pa.schema([pa.field("a", pa.int64(), False)])

NAMES = {"np": np, "numpy": np, "pd": pd, "pandas": pd, "datetime": datetime, "decimal": decimal, "zoneinfo": zoneinfo}
if "ArrowDtype" in SAMPLES:
    NAMES.update(pa=pa, pyarrow=pa)


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b, check_column_type="exact")
        return True
    if isinstance(a, pd.Series):
        pd.testing.assert_series_equal(a, b)
        return True
    if isinstance(a, pd.Index):
        pd.testing.assert_index_equal(a, b, exact=True)
        return getattr(a, "freq", None) == getattr(b, "freq", None)
    if isinstance(a, pd.api.extensions.ExtensionArray):
        pd.testing.assert_extension_array_equal(a, b)
        return True
    if a is pd.NaT or a is pd.NA:
        return a is b
    return hasattr(a, "equals") and a.equals(b) or bool(a == b)


if __name__ == "__main__":
    serve(SAMPLES, same, NAMES, (2, 4, 5))
