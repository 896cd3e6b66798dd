"""Writes files of joblib, a JSON object a line: arrays of each kind, what holds them, and each compression."""
import datetime, io, json, warnings
import joblib
import numpy as np

warnings.simplefilter("ignore")
numbers = np.arange(6.0).reshape(2, 3)
SAMPLES = {
    "C order": numbers,
    "F order": np.asfortranarray(numbers),
    "objects": np.array([1, "a", None], dtype=object),
    "records": np.zeros(2, [("a", "i4"), ("b", "U3")]),
    "records with objects": np.array([(1, {"x": 2})], dtype=[("a", "i4"), ("b", "O")]),
    "times": np.array(["2024-01-01", "NaT"], "M8[s]"),
    "big-endian": np.arange(3, dtype=">i4"),
    "text": np.array(["ab", "ü"]),
    "no dimension": np.array(3.0),
    "empty": np.zeros((0, 3)),
    "matrix": np.matrix([[1, 2]]),
    "masked": np.ma.array([1, 2], mask=[0, 1]),
    "nested": {"l": [np.arange(3), (np.arange(2), {"d": np.arange(4)})], "o": np.array([np.arange(2), [np.arange(3)]], dtype=object)},
    "twice the same": [numbers, numbers],
    "objects in a dictionary": {"o": np.array(["a", None], dtype=object), "n": numbers, "p": np.array([numbers], dtype=object)},
    "dates": np.array([datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2), datetime.timedelta(3)], dtype=object),
    "scalars": np.array([np.float64(1.5), np.int8(2)], dtype=object),
    "random numbers": {"r": np.random.RandomState(1), "g": np.random.default_rng(1)},
}
if hasattr(np, "dtypes") and hasattr(np.dtypes, "StringDType"):
    SAMPLES["StringDType"] = np.array(["ab", "ü"], np.dtypes.StringDType())
try:
    import pandas as pd
except ImportError:
    pass
else:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "t": pd.date_range("2024", periods=2)})
    SAMPLES["frame"] = frame
    SAMPLES["frames"] = {"f": frame, "c": frame.astype({"b": "category"}), "z": frame.t.dt.tz_localize("Europe/Berlin"), "i": frame.set_index("b").index}
    SAMPLES["intervals"] = pd.IntervalIndex.from_breaks([1, 2])
try:
    from sklearn.linear_model import LinearRegression
except ImportError:
    pass
else:
    SAMPLES["estimator"] = LinearRegression().fit([[0.0], [1.0]], [0, 1])
    if "frame" in SAMPLES:
        SAMPLES["estimator of a frame"] = LinearRegression().fit(frame[["a"]], [0, 1])

for name, value in SAMPLES.items():
    for kind in "none", "zlib", "gzip", "bz2", "xz", "lzma", "lz4":
        if kind not in ("none", "zlib") and name != "nested":
            continue
        file = io.BytesIO()
        try:
            joblib.dump(value, file, compress=0 if kind == "none" else (kind, 3))
        except ValueError:  # lz4 is a library of its own
            continue
        print(json.dumps({"name": name, "protocol": kind, "pickle": file.getvalue().hex()}))
    file = io.BytesIO()
    joblib.dump(value, file, protocol=2)
    print(json.dumps({"name": name, "protocol": 2, "pickle": file.getvalue().hex()}))
