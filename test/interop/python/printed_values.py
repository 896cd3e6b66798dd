"""Writes arrays, frames and series as pickles, a JSON object a line, with what print() and to_csv() say of each."""
import argparse, array, collections, datetime, decimal, fractions, functools, json, operator, pathlib, pickle, types, uuid
import numpy as np, pandas as pd

try:
    import pytz
except ImportError:
    pytz = None


def object_array(*values):
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


rng = np.random.default_rng(1)
normal = rng.normal
dates = pd.to_datetime(["2024-01-01", "2024-02-29", None])
values = {
    "integers": np.arange(5),
    "floats": np.array([1.5, 2.25, -3]),
    "floats of many sizes": np.array([1e-10, 1.0, 123456789.0]),
    "no numbers": np.array([1.0, np.nan, np.inf, -np.inf]),
    "two dimensions": normal(size=(4, 5)),
    "a long array": normal(size=2000),
    "a large array": normal(size=(100, 100)),
    "three dimensions": np.arange(24).reshape(2, 3, 4),
    "many of three dimensions": normal(size=(30, 30, 30)),
    "a wide array": normal(size=(3, 40)),
    "Fortran's order": np.asfortranarray(np.arange(12).reshape(3, 4)),
    "big endian": np.array([1, 256], dtype=">i4"),
    "booleans": np.array([[True, False]]),
    "bytes": np.arange(256, dtype="u1").reshape(16, 16),
    "signs": np.array([[-1, 20], [300, -4]]),
    "texts": np.array(["a", "bc", "d'e"]),
    "complex": np.array([1 + 2j, -3.5 + 0.25j]),
    "dates": np.array(["2024-01-01", "NaT"], dtype="M8[D]"),
    "durations": np.array([1, 200], dtype="m8[s]"),
    "float32": np.array([0.1, 0.2, 1 / 3], dtype="f4"),
    "float16": np.array([0.1, 2], dtype="f2"),
    "objects": np.array([1, "a", None], dtype=object),
    "records": np.array([(1, 2.5), (3, 4.0)], dtype=[("x", "i4"), ("y", "f8")]),
    "records that hold arrays": np.array([((1, 0.5), [[1, -20], [3, 4]], b"x"), ((300, 1e-4), [[0, 0], [0, 5]], b"y")],
        dtype=[("p", [("u", "u2"), ("v", ">f4")]), ("m", "i2", (2, 2)), ("b", "S1")]),
    "a record": np.array((2, -4.0, "ä"), dtype=[("x", "i4"), ("y", "f8"), ("s", "U4")]),
    "bytes of no type": np.frombuffer(b"abc\x00\xff\x10", dtype="V3"),
    "durations and none": np.array([3, "NaT", -1], dtype="m8[m]"),
    "halves in the middle of two texts": np.array([0.53125, 0.703125, -450.25], dtype="f2"),
    "small float32": np.array([1e-4, 123456789, 6.1186957e8], dtype="f4"),
    "float32 of nine digits": np.array([-0.056661974, 0.11121058], dtype="f4"),
    "the smallest float": np.array([5e-324, 1e300]),
    "complex without numbers": np.array([complex(np.nan, np.nan), 1.5 - 2j, complex(0, -np.inf)], dtype="c8"),
    "complex numbers beside objects": np.array([("x", 1.5 - 2j), (None, complex(np.nan, 3))], dtype=[("o", "O"), ("c", "c16")]),
    "many masked": np.ma.array(np.arange(1500).reshape(3, 1, 500) % 7, mask=np.arange(1500).reshape(3, 1, 500) % 5 == 0),
    "dates among objects": np.array([datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 2, 3, 4, 5, 600), None], dtype=object),
    "long double of the other byte order": np.array([1.5, -2.0], dtype=">f16"),
    "long doubles of their own digits": np.array([1, 2, 3], "f16") / 7,
    "long doubles beyond any double": np.array(["1e4000", "1", "-1e-4000", "3.6e-4951", "nan"], "f16"),
    "long double": np.array(np.longdouble(1) / 3),
    "long double of 20 digits and an exponent": np.array(np.longdouble("1.2345678901234567891e25")),
    "long complex numbers": np.array([1 / 3 + 2j, -1j], "c32") / 3,
    "long complex number": np.array(np.clongdouble(1) / 3),
    "masked days": np.ma.array(np.array(["2024-01-01", "2024-02-29", "NaT"], "M8[D]"), mask=[0, 1, 0]),
    "masked months": np.ma.array(np.array(["2024-01", "2024-02"], "M8[M]"), mask=[0, 1]),
    "masked microseconds": np.ma.array(np.array(["2024-01-01T01:02:03.000004", "2024-02-29"], "M8[us]"), mask=[0, 1]),
    "masked hours": np.ma.array(np.array([["2024-01-01", "2024-02-29"]] * 2, "M8[h]"), mask=[[0, 1], [1, 0]]),
    "masked nanoseconds": np.ma.array(np.array(["2024-01-01", "2024-02-29"], "M8[ns]"), mask=[0, 1]),
    "masked years beyond those of Python": np.ma.array(np.array(["12345", "-5", "2024"], "M8[Y]"), mask=[0, 0, 1]),
    "masked durations": np.ma.array(np.array([1, 2, -3, 0], "m8[s]"), mask=[0, 1, 0, 0]),
    "masked durations without a unit": np.ma.array(np.array([1, 2], "m8"), mask=[0, 1]),
    "masked records": np.ma.array([(1, 2.5, "x"), (3, 4.5, "yy")], mask=[(0, 1, 0), (0, 0, 1)], dtype=[("x", "i4"), ("y", "f8"), ("s", "U2")]),
    "masked records that hold arrays": np.ma.array([(1, [1, 2]), (3, [4, 5])], mask=[(0, [0, 1]), (1, [0, 0])], dtype=[("x", "i4"), ("y", "f8", (2,))]),
    "a masked record": np.ma.array([(1, 2.5)], mask=[(0, 1)], dtype=[("x", "i4"), ("y", "f8")])[0],
    "tens of seconds": np.array([1, 20, "NaT"], "m8[10s]"),
    "objects of Python": np.array([
        decimal.Decimal("1.50"), fractions.Fraction(1, 3), datetime.timedelta(1, 2, 3), datetime.timedelta(0), datetime.time(1, 2), datetime.timezone.utc,
        uuid.UUID(int=1), pathlib.PurePosixPath("a/b"), datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), [decimal.Decimal(1)], {"k": pathlib.PurePosixPath("a")},
    ], dtype=object),
    "objects of pandas": np.array([
        pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01 01:02:03.5", tz="Europe/Berlin"), pd.NaT, pd.NA, pd.Timedelta("1D"),
        pd.Period("2024-01", "M"), pd.Interval(0, 1, "both"),
    ], dtype=object),
    "arrays among objects": np.array([np.arange(3), np.array([[1.5, 2], [3, 4]]), "x", np.array([0.1], "f4"), np.arange(30)], dtype=object),
    "arrays in rows of objects": np.array([[np.array([[1.5, 2], [3, 4]]), "x"], ["y", np.arange(40)]], dtype=object),
    "years before the first": np.array(["-0626-11-21", "2024-01-01"], dtype="M8[D]"),
    "wide characters": np.array(["\U0001f600" * 5, "long text"] * 20),
    "records with titles": np.array([(1, 2.5), (3, 4.5)], [(("Title", "a"), "i4"), ("b", ">f8")]),
    "nothing": np.zeros((0, 3)),
    "no dimension": np.array(3.5),
    "masked": np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]),
    "frame": pd.DataFrame({"a": [1, 2, -3], "b": [1.5, None, 2], "c": ["x", None, 'a "b", c'], "d": dates, "e": [True, False, True]}),
    "frame of extension types": pd.DataFrame({
        "t": pd.to_datetime(["2024-01-01 12:30", "2024-02-29 00:00", None]), "x": [1e10, 1.0, 2.5],
        "k": pd.Categorical(["u", "v", "u"]), "n": pd.array([1, None, 3], dtype="Int64"), "s": pd.array(["a", None, "c"], dtype="string"),
    }),
    "long frame": pd.DataFrame({"a": np.arange(1000), "b": normal(size=1000)}),
    "wide frame": pd.DataFrame(normal(size=(100, 12)), columns=[f"column {i}" for i in range(12)]),
    "frame of numbered columns": pd.DataFrame(normal(size=(5, 30))),
    "frame with an index": pd.DataFrame({"v": [1, 2, 3]}, index=pd.Index(["x", "yy", "z"], name="key")),
    "frame with an index of levels": pd.DataFrame({"v": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["p", "q"])),
    "empty frame": pd.DataFrame({"a": []}),
    "empty frame with tuples in a flat index": pd.DataFrame({("a", 1): [], "b": []}),
    "frame without columns, with labels of two levels": pd.DataFrame(index=pd.MultiIndex.from_tuples([(np.nan, pd.Timestamp("2024-01-01")), ("x", pd.NaT)])),
    "frame without columns, with times between": pd.DataFrame(index=pd.to_timedelta([1, -2], "D")),
    "frame with a range that crosses zero": pd.DataFrame({"v": range(60)}, index=pd.RangeIndex(100, -80, -3)),
    "frame with negative labels": pd.DataFrame([[1, 2, 3]], columns=[24, -2, 300]),
    "frame with labels of floats": pd.DataFrame([[1, 2]], columns=[0.25, 18.0], index=[np.nan]),
    "frame with texts of pandas": pd.DataFrame({"a": pd.array(["tab\t", None], dtype="string"), "b": ["tab\t", frozenset([1])]}),
    "wide frame of many types": pd.DataFrame({f"column {i}": [True] if i % 3 == 0 else ["text"] if i % 3 == 1 else pd.array([i], dtype="UInt8") for i in range(12)}),
    "two wide columns": pd.DataFrame({"x" * 50: [1], "y" * 50: ["z"]}),
    "frame of numbers between two of six digits": pd.DataFrame({"a": [1.9765625, -1.4453125, 0.5], "b": [12345665.0, 12345675.0, 1e-9]}),
    "frame of complex numbers without end": pd.DataFrame({"a": [complex(np.inf, 0.62), complex(0.5, -2.19)]}),
    "small numbers": pd.DataFrame({"a": [1e-9, 1.0]}),
    "long texts": pd.DataFrame({"a": ["x" * 80, "y"]}),
    "time zones": pd.DataFrame({"a": dates.tz_localize("Europe/Berlin")}),
    "timedeltas": pd.DataFrame({"a": pd.to_timedelta(["1 days", "2 days 03:00:00"])}),
    "whole days": pd.DataFrame({"a": pd.to_timedelta(["1 days", None]), "b": pd.to_timedelta(["2 days", "3 days"])}),
    "columns of two levels": pd.DataFrame([[1, 2.5, dates[0]], [-3, None, dates[1]]], columns=pd.MultiIndex.from_tuples([("A", "x"), ("A", "y"), ("B", 1)])),
    "named levels on both sides": pd.DataFrame(
        [[1, True, "x"]] * 70, index=pd.MultiIndex.from_product([range(7), list("abcdefghij")], names=["p", "q"]),
        columns=pd.MultiIndex.from_tuples([("A", "x"), ("B", "x"), ("B", "y")], names=["u", "v"])),
    "wide frame of levels": pd.DataFrame(normal(size=(3, 30)), columns=pd.MultiIndex.from_product([["first", "second", "third"], range(10)])),
    "named columns": pd.DataFrame([[1, 2]], columns=pd.Index(["a", "b"], name="c")),
    "a column without a label": pd.DataFrame([[1, "x"]], columns=["a", None]),
    "columns of one name": pd.DataFrame([[1, "x", 2.5]], columns=["a", "a", "b"]),
    "lists": pd.DataFrame({"a": [["x", 1], ("y",), {"k": "v"}], "b": ["tab\t", "😀", "line\nbreak"]}),
    "no numbers in frames": pd.DataFrame({"a": [np.nan, np.nan], "b": [-0.0, 1e-10]}),
    "no columns": pd.DataFrame(index=range(70)),
    "no rows of two levels": pd.DataFrame([], columns=pd.MultiIndex.from_tuples([("A", "x"), ("B", "y")])),
    "series of categories": pd.Series(["a", None, "b"], dtype="category"),
    "series of ordered categories": pd.Series(pd.Categorical([1.5, 2.5], ordered=True), name="k"),
    "series of many categories": pd.Series(pd.Categorical([f"category {i}" for i in range(30)])),
    "series with an index of levels": pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["p", None])),
    "series of dates at equal distances": pd.Series([1.5, 2.5], index=pd.date_range("2024-01-01", periods=2, freq=pd.offsets.Minute(15)), name="k"),
    "series of periods": pd.Series([1, 2], index=pd.period_range("2024-01", periods=2, freq="Q")),
    "series with a short name of labels": pd.Series([10, 20], index=pd.Index(["a", "b"], name="long name")),
    "series whose levels are numbered": pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=[0, 1])),
    "series whose only level is numbered": pd.Series([1, 2], index=pd.Index(["a", "b"], name=0)),
    "series of a frame with two levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("A", "x"), ("A", "y")]))[("A", "x")],
    "series with long labels": pd.Series([1, 2], index=["x" * 60, "y"]),
    "series with dates missing in a level": pd.Series([1, 2], index=pd.MultiIndex.from_arrays([["a", "b"], dates[1:]])),
    "series of numbers among labels": pd.Series([1, 2], index=pd.Index([1e-10, "x"], dtype=object)),
    "series of sparse booleans": pd.Series(pd.arrays.SparseArray([False, True, False])),
    "series of sparse floats": pd.Series(pd.arrays.SparseArray([np.nan, 0.4223796497945787, np.nan])),
    "series of intervals": pd.Series(pd.interval_range(0, 3)),
    "complex columns": pd.DataFrame({"a": [1 / 3 + 2j, -4.75 + 0.25j], "b": [1, 2]}),
    "series of complex numbers": pd.Series([1e-7 + 0.34j, 1e16 + 0.5j]),
    "complex columns without numbers": pd.DataFrame({"a": [complex(np.nan, 1), 1 + 2j]}),
    "series of categories of floats": pd.Series(pd.Categorical([1.5, 2.25, 1.5], ordered=True)),
    "series of intervals as categories": pd.Series(pd.cut([-1, 5], [-9, 0, 9])),
    "frame with labels of complex numbers": pd.DataFrame([[1, 2]], columns=pd.Index([1 + 2j, -3j]), index=pd.Index([0.5j])),
    "frame with labels of floats and an exponent": pd.DataFrame([[1, 2.5, "x"]], columns=[0.5, 1e10, np.nan]),
    "frame with labels of booleans": pd.DataFrame([[1, "x"]], columns=[True, False]),
    "frame with line breaks in labels": pd.DataFrame({"a\tb": ["x\ny"], "b\nc": [1]}, index=pd.Index([1], name="i\nj")),
    "series with a line break in its name": pd.Series([1], name="a\nb"),
    "series of intervals between times": pd.Series(pd.interval_range(pd.Timestamp("2024-01-01", tz="UTC"), periods=2)),
    "series of intervals between durations": pd.Series(pd.interval_range(pd.Timedelta(0), periods=2)),
    "series of categories of intervals, one missing": pd.Series(pd.cut([1, 5, np.nan], [0, 3, 6])),
    "series of categories of texts of pandas": pd.Series(["a", None], dtype="string").astype("category"),
    "series of long categories": pd.Series(pd.Categorical(["x" * 50, "y" * 47, "z" * 46])),
    "series with arrays in its cells": pd.Series([np.arange(3), np.array([[1.5, 2], [3, 4]]), np.arange(200), "x"]),
    "series of lists of objects": pd.Series([[decimal.Decimal("1.5"), pd.Timestamp("2024-01-01")], (pathlib.PurePosixPath("a"),)]),
    "series of complex numbers of 64 bits": pd.Series(np.array([0.1 + 1j, 2], "c8")),
    "series of long doubles": pd.Series(np.array([1, 2], "f16") / 3),
    "series of nan beside NA": pd.Series(pd.arrays.FloatingArray(np.array([1.5, np.nan, 2]), np.array([False, False, True]))),
    "containers within cells": pd.DataFrame({"a": pd.Series([
        {"k": datetime.date(2024, 1, 1), 1: ["x", {"y": (pathlib.PurePosixPath("a"),)}]}, collections.deque([1, "x"], maxlen=5),
        collections.Counter("aab"), frozenset(), [[[["deep"]]]], [datetime.timedelta(1)],
    ], dtype=object)}),
    "exceptions and arrays within cells": pd.DataFrame({"a": pd.Series([
        KeyError("k"), ValueError("bad", 1), OSError(2, "No", "f.txt"), ValueError(), array.array("d", [1.5]), np.array(["\n"]),
        types.SimpleNamespace(x=1), functools.partial(int, base=2),
    ], dtype=object)}),
    "objects as repr() has them": object_array(
        KeyError("k"), collections.Counter("abb"), collections.Counter(), array.array("d", [1.5, 2]), types.SimpleNamespace(x="y"),
        argparse.Namespace(x=[1]),
        functools.partial(int, base=2), operator.itemgetter(1), datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=datetime.timezone.utc),
    ),
    "text without spaces at its end": np.char.array([["a ", "b"], ["c", "dd  "]]),
    "bytes without spaces at their end": np.char.array([b"a ", b"bb"]),
    "series of times in a zone of pytz": pd.Series(pd.date_range("2024-01-01", periods=2, tz=pytz.FixedOffset(90)) if pytz else []),
    "series of bytes": pd.Series(np.array([b"a", b"bc"])),
    "series of sparse texts": pd.Series(pd.arrays.SparseArray(["a", "a", "b"], fill_value="a")),
    "series of sparse times": pd.Series(pd.arrays.SparseArray(np.array(["2024-01-01T01:02:03.5", "NaT", "2024-01-02"], "M8[ns]"), fill_value=np.datetime64("NaT", "ns"))),
    "series of sparse complex numbers": pd.Series(pd.arrays.SparseArray(np.array([1 + 2j, 0]), fill_value=np.complex128(0))),
    "numbers that are nan among objects": pd.DataFrame({
        "a": object_array(decimal.Decimal("NaN"), complex(np.nan, 1), np.complex64(complex(1, np.nan)), np.float16(np.nan), np.datetime64("NaT"), "nan"),
        "b": np.array([complex(np.nan, 1)] * 3 + [1j] * 3),
    }),
    "labels that are nan": pd.DataFrame([[1, 2]] * 2, index=pd.Index([complex(np.nan, 1), 1j], dtype=object), columns=pd.Index([decimal.Decimal("NaN"), decimal.Decimal(1)], dtype=object)),
    "series named NaT": pd.Series([1], name=pd.NaT),
    "labels of levels that are NA": pd.DataFrame(
        [["x", "y"]] * 2, columns=pd.MultiIndex.from_arrays([pd.array([1, None], "Int64"), pd.PeriodIndex(["2024-01", None], freq="M")]),
        index=pd.MultiIndex.from_arrays([np.array([0.1, 1j], "c8"), pd.array([0.5, None], "Float64")])),
    "columns of times in levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_arrays([pd.DatetimeIndex([pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02 00:00:00.5")]), ["a", "b"]])),
    "labels of categories of times": pd.DataFrame({"a": pd.array([0.1, None], "Float32")}, index=pd.CategoricalIndex(dates[:2] + pd.Timedelta("1h"))),
    "durations as categories, one missing": pd.Series(pd.Categorical(pd.to_timedelta(["1 days", None]))),
    "times of units without a number": object_array(np.datetime64("NaT", "ns"), np.datetime64("NaT", "h"), np.datetime64("2024-01-01T05", "h"), np.datetime64("2024", "25s"), np.timedelta64(3)),
    "frames within cells": pd.DataFrame({"a": pd.Series([pd.DataFrame({"b": [1, 2], "c": ["x", "y"]}), None], dtype=object), "d": [1, 2]}),
    "series within cells of a series": pd.Series([pd.Series([1.5, 2]), pd.Series(["a"], name="q"), 3], dtype=object),
    "indexes within cells": pd.DataFrame({"a": pd.Series([pd.Index(["x", "y"]), pd.MultiIndex.from_tuples([("a", 1)]), pd.Categorical(["u"])], dtype=object)}),
    "frames among objects": object_array(pd.DataFrame({"b": [1, 2]}), pd.Series([1], name="s"), pd.Index([1, 2], name="i"), pd.array([1, None])),
    "records that hold objects": np.array([(1, "x", 0.5), (-20, [3], 10)], dtype=[("a", "i4"), ("o", "O"), ("f", "f8")]),
    "an array of records among objects": object_array(np.array([(1, 2.5)], dtype=[("x", "<U1"), ("y", "<U3")]), 1),
    "index of texts": pd.Index(["a", "b\t", "c"], name="n"),
    "index of one label": pd.Index([1.5]),
    "index of many texts": pd.Index([f"column_{i}" for i in range(20)]),
    "index of many more": pd.Index([f"s{i}" for i in range(150)]),
    "index of numbers": pd.Index(np.arange(40) ** 3, name="cube"),
    "index of many floats": pd.Index(np.linspace(0, 1, 120)),
    "index of objects": pd.Index(["a", 1, None, 2.5, datetime.date(2024, 1, 1), (1, "x")], dtype=object, tupleize_cols=False) if pd.__version__ < "2" else pd.Index(["a", 1]),
    "index that counts": pd.RangeIndex(10, 5, -2, name="r"),
    "index of days": pd.date_range("2024-01-01", periods=20),
    "index of times": pd.DatetimeIndex(["2024-01-01 00:00:00.5", None, "2024-01-02"], name="t"),
    "index of times in a zone": pd.date_range("2024-10-27", periods=3, freq="D", tz="Europe/Berlin"),
    "index of durations": pd.to_timedelta(["-1D", None, "1s"]),
    "index of periods": pd.period_range("2024-01", periods=30, freq="D"),
    "index of categories": pd.CategoricalIndex(["a", "b", None], ordered=True, categories=["b", "a"], name="c"),
    "index of many categories": pd.CategoricalIndex([f"c{i}" for i in range(30)]),
    "index of levels": pd.MultiIndex.from_arrays([["a", "a", "b"], [1.5, None, 20], dates], names=["l", None, "t"]),
    "index of many levels": pd.MultiIndex.from_product([range(20), list("abcdef")]),
    "index of nothing": pd.Index([], dtype=object),
    "index of integers and NA": pd.Index(pd.array([1, None, 3], dtype="Int64")),
    "array of integers and NA": pd.array([1, None, 3], dtype="Int64"),
    "array of texts and NA": pd.array(["a", None], dtype="string"),
    "array of times": pd.array(dates),
    "array of many durations": pd.array(pd.timedelta_range("1h", periods=120)),
    "array of no values": pd.array([], dtype="Int64"),
    "categories": pd.Categorical(["a", None, "b"], ordered=True),
    "many categories": pd.Categorical(list("abc") * 20),
    "no categories": pd.Categorical([]),
    "series": pd.Series([1, 2, 3], name="n"),
    "series of objects": pd.Series(["x", None]),
    "long series": pd.Series(normal(size=200)),
    "series of dates": pd.Series([1.0, 2.0], index=pd.to_datetime(["2024-01-01", "2024-01-02"])),
}
OFFSETS = [
    pd.offsets.MonthEnd(), pd.offsets.QuarterBegin(startingMonth=2), pd.offsets.QuarterEnd(startingMonth=1), pd.offsets.YearBegin(month=3),
    pd.offsets.BusinessMonthEnd(), pd.offsets.BYearEnd(), pd.offsets.SemiMonthEnd(), pd.offsets.BusinessHour(), pd.offsets.Hour(6),
    pd.offsets.CustomBusinessDay(), pd.offsets.Week(weekday=2), pd.offsets.Milli(5),
]
values.update({f"index of times, each after {offset}": pd.date_range("2024-01-01 10:00", periods=2, freq=offset) for offset in OFFSETS})
try:
    import pyarrow
except ImportError:
    pass
else:
    values["frame of numbers of pyarrow"] = pd.DataFrame({
        "d": pd.Series([1 / 3, None], dtype="double[pyarrow]"), "f": pd.Series([1 / 3, 2], dtype="float[pyarrow]"),
        "m": pd.Series([decimal.Decimal("1.50"), None], dtype=pd.ArrowDtype(pyarrow.decimal128(10, 2))), "i": pd.Series([1, -1], dtype="int8[pyarrow]"),
    })
    values["series of times of pyarrow"] = pd.Series([pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01 00:00:00.5"), None], dtype="timestamp[us][pyarrow]")
    values["array of str"] = pd.array(["a", "b\tc", None], dtype="str")
values["array of durations"] = pd.array(pd.to_timedelta([-14, 9, None], "D"))
values["array of numbers of 32 bits"] = pd.array([0.1, None], dtype="Float32")
values["categories of days"] = pd.Categorical([datetime.date(2024, 1, 1)])
values["categories of months, one missing"] = pd.Series(pd.Categorical(pd.PeriodIndex(["2024-01", None], freq="M")))
values["series of sparse numbers"] = pd.Series(pd.arrays.SparseArray([0.0, 1e16, 1 / 3]))
values["labels of a single level"] = pd.DataFrame([[1, 2.5]], columns=pd.MultiIndex.from_arrays([["a", "b"]], names=["n"]), index=pd.Index([5], name="i"))
values["index of a single level"] = pd.MultiIndex.from_arrays([["a", "bcd"]])

# Picklepost prints and writes as the newest versions do. What others do differently is not compared.
printed_otherwise, written_otherwise = {"series of sparse times"}, set()
if np.__version__ >= "2":
    printed_otherwise |= {"a record", "times of units without a number", "series of sparse complex numbers"}
if pd.__version__ < "3":
    printed_otherwise |= {
        "frame with texts of pandas", "series of categories of texts of pandas", "containers within cells", "array of str",
    }
    written_otherwise.add("frame of numbers of pyarrow")
if "2" <= pd.__version__ < "3":
    printed_otherwise.add("series of complex numbers")
if pd.__version__ < "2.2":
    printed_otherwise |= {name for name in values if name.startswith("index of times, each")}
    printed_otherwise |= {
        "series of dates at equal distances", "series of numbers among labels", "complex columns without numbers",
        "numbers that are nan among objects", "series of sparse complex numbers", "series of sparse numbers", "series of intervals between times",
    }
    written_otherwise |= {"labels of levels that are NA", "labels of categories of times", "series of intervals between times"}
for name, value in values.items():
    print(json.dumps({
        "name": name,
        "pickle": pickle.dumps(value, 4).hex(),
        "printed": None if name in printed_otherwise else str(value),
        "csv": value.to_csv() if hasattr(value, "to_csv") and name not in written_otherwise else None,
        "isDescribed": isinstance(value, (np.ndarray, pd.DataFrame)),
        "isArray": isinstance(value, np.ndarray) and not value.dtype.hasobject and not isinstance(value, np.ma.MaskedArray),
    }))
