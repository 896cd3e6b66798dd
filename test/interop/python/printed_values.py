"""Writes arrays, frames and series as pickles, a JSON object a line, with what print() and to_csv() say of each."""
import json, pickle
import numpy as np, pandas as pd

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
    "nothing": np.zeros((0, 3)),
    "no dimension": np.array(3.5),
    "masked": np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]),
    "frame": pd.DataFrame({"a": [1, 2, -3], "b": [1.5, None, 2], "c": ["x", None, 'a "b", c'], "d": dates, "e": [True, False, True]}),
    "frame of extension types": pd.DataFrame({
        "t": pd.to_datetime(["2024-01-01 12:30", "2024-02-29", None]), "x": [1e10, 1.0, 2.5],
        "k": pd.Categorical(["u", "v", "u"]), "n": pd.array([1, None, 3], dtype="Int64"), "s": pd.array(["a", None, "c"], dtype="string"),
    }),
    "long frame": pd.DataFrame({"a": np.arange(1000), "b": normal(size=1000)}),
    "wide frame": pd.DataFrame(normal(size=(100, 12)), columns=[f"column {i}" for i in range(12)]),
    "frame of numbered columns": pd.DataFrame(normal(size=(5, 30))),
    "frame with an index": pd.DataFrame({"v": [1, 2, 3]}, index=pd.Index(["x", "yy", "z"], name="key")),
    "frame with an index of levels": pd.DataFrame({"v": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["p", "q"])),
    "empty frame": pd.DataFrame({"a": []}),
    "small numbers": pd.DataFrame({"a": [1e-9, 1.0]}),
    "long texts": pd.DataFrame({"a": ["x" * 80, "y"]}),
    "time zones": pd.DataFrame({"a": dates.tz_localize("Europe/Berlin")}),
    "timedeltas": pd.DataFrame({"a": pd.to_timedelta(["1 days", "2 days 03:00:00"])}),
    "series": pd.Series([1, 2, 3], name="n"),
    "series of objects": pd.Series(["x", None]),
    "long series": pd.Series(normal(size=200)),
    "series of dates": pd.Series([1.0, 2.0], index=pd.to_datetime(["2024-01-01", "2024-01-02"])),
}
for name, value in values.items():
    print(json.dumps({
        "name": name,
        "pickle": pickle.dumps(value, 4).hex(),
        "printed": str(value),
        "csv": value.to_csv() if hasattr(value, "to_csv") else None,
        "isArray": isinstance(value, np.ndarray) and value.dtype.kind != "O" and not isinstance(value, np.ma.MaskedArray),
    }))
