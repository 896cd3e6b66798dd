"""Values of numpy, and what is compared of two."""
import numpy, tempfile, types
import numpy as np
import shapes
from samples import serve


class OwnArray(np.ndarray):
    pass


shapes.OwnArray = OwnArray
OwnArray.__module__ = "shapes"


def memory_map():
    made = np.memmap(tempfile.TemporaryFile(), "i8", "w+", shape=(2,))
    made[:] = 1, 2
    return made


def masked_records():
    made = np.ma.array([(1, 2.5), (3, 4.5)], mask=[(False, True), (False, False)], dtype=[("x", "i4"), ("y", "f8")])
    return made


def objects_in_records():
    made = np.empty(2, dtype=[("n", "i8"), ("o", "O")])
    made[0] = 1, "x"
    made[1] = 2, [1, None]
    return made


RECORD = np.dtype([("x", "i4"), ("y", "f8", (2,))])
SAMPLES = {
    "array": np.array([[1.5, 2.5, 3.5], [np.nan, -0.0, np.inf]]),
    "array Fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "array transposed": np.arange(24).reshape(2, 3, 4).transpose(0, 2, 1),
    "array strided": np.arange(10)[::-2],
    "array big-endian": np.array([1, 2], ">i4"),
    "array 0-d": np.array(3.0),
    "array empty": np.zeros((0, 3)),
    "array str": np.array(["ab", "ü"]),
    "array str big-endian": np.array(["ab", "ü"], ">U2"),
    "array bytes": np.array([b"ab", b"c"]),
    "array void": np.array([b"abcd"], "V4"),
    "array object": np.array([1, "a", None], object),
    "array object 2-d": np.array([[1, "a"], [None, 2.5]], object),
    "array object Fortran": np.asfortranarray(np.array([[1, "a"], [None, 2.5]], object)),
    "array of arrays": np.array([np.arange(2), "x", None], object),
    "array bool": np.array([True, False]),
    "array datetime": np.array(["2024-01-01", "NaT"], "M8[ns]"),
    "array datetime 25s": np.array(["2024-01-01T00:00:25"], "M8[25s]"),
    "array timedelta": np.array([3, -1], "m8[D]"),
    "array timedelta generic": np.array([3], "m8"),
    "array record": np.array([(1, (2, 3)), (4, (5, 6))], RECORD),
    "array record aligned": np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True)),
    "array record titles": np.zeros(2, np.dtype({"names": ["a"], "formats": ["i4"], "titles": ["Title"]})),
    "array record titles beside others": np.zeros(2, np.dtype([(("Title", "a"), "i1"), ("b", ">f8", (2,))])),
    "array record arrays of arrays": np.zeros(1, [("a", ("u8", (3,)), (1,))]),
    "array record longdouble": np.array([(np.longdouble(1) / 3, 1), ("0.1", 2)], [("a", ">f16"), ("b", "i4")]),
    "array record objects": objects_in_records(),
    "array record arrays of objects": np.array([(["x", None], 1)], [("o", "O", (2,)), ("n", "i4")]),
    "array record complex numbers beside objects": np.array([({}, 1 + 2j)], [("o", "O"), ("c", "c16")]),
    "matrix without rows": np.matrix(np.zeros((0, 2), "f4")),
    "array record nested": np.zeros(1, [("p", [("x", "i2"), ("y", "i2")]), ("s", "U3")]),
    "recarray": np.rec.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
    "matrix": np.matrix([[1, 2]]),
    "memmap": memory_map(),
    "chararray": np.char.array(["ab", "c"]),
    "chararray of bytes": np.char.array([b"a", b"bb"], itemsize=3),
    "lists of one length among objects": np.fromiter([[1, 2], [3, 4]], dtype=object),
    "own array": np.arange(3).view(OwnArray),
    "masked": np.ma.array([1, 2, 3], mask=[True, False, False]),
    "masked without mask": np.ma.array([1.5, 2.5]),
    "masked 2-d Fortran": np.ma.array(np.asfortranarray(np.arange(4).reshape(2, 2)), mask=[[1, 0], [0, 0]]),
    "masked records": masked_records(),
    "masked objects": np.ma.array(np.array([1, "a"], object), mask=[True, False]),
    "masked of no rows": np.ma.zeros((0, 3), "f4"),
    "masked with its own fill value": np.ma.array([1, 2], mask=[0, 1], fill_value=7),
    "masked constant": np.ma.masked,
    "scalar float": np.float64(1.5),
    "scalar int": np.int8(-3),
    "scalar bool": np.bool_(True),
    "scalar complex": np.complex64(1 + 2j),
    "scalar str": np.str_("ab"),
    "scalar bytes": np.bytes_(b"ab"),
    "scalar datetime": np.datetime64("2024-02-29T12:34:56.789"),
    "scalar datetime NaT": np.datetime64("NaT"),
    "scalar timedelta": np.timedelta64(3, "D"),
    "scalar record": np.array([(1, (2.5, 3.5))], RECORD)[0],
    "scalar longdouble": np.longdouble(1.5),
    "array complex longdouble": np.array([1 + 2j], "G"),
    "array complex longdouble of its own digits": np.array([[1, 2j]], ">c32") / 3,
    "scalar complex longdouble of its own digits": np.clongdouble(1 - 2j) / 3,
    "masked complex longdouble": np.ma.array(np.array([1, 2j], "c32") / 3, mask=[0, 1]),
    "scalar longdouble of its own digits": np.longdouble(1) / 3,
    "scalar longdouble of few digits": np.longdouble("0.1"),
    "scalar void": np.void(b"abc\x00"),
    "array longdouble": np.array([np.longdouble(1) / 3, np.longdouble("1e4000"), np.longdouble("0.1"), -0.0]),
    "masked longdouble": np.ma.array(np.array([1, 2], "g") / 3, mask=[0, 1]),
    "recarray empty": np.rec.array(np.zeros(0, [("a", "i4")])),
    "dtype": np.dtype("f8"),
    "dtype big-endian": np.dtype(">i4"),
    "dtype record": RECORD,
    "dtype aligned": np.dtype([("a", "i1"), ("b", "f8")], align=True),
    "dtype of records": np.dtype((np.record, [("a", "i4")])),
    "dtype datetime": np.dtype("M8[ns]"),
    "dtype metadata": np.dtype("f8", metadata={"a": 1}),
    "dtype subarray": np.dtype(("i4", (2, 2))),
    "class": np.float64,
    "class ndarray": np.ndarray,
    "ufunc": np.add,
    "poly1d": np.poly1d([1, 2]),
    "Polynomial": np.polynomial.Polynomial([1, 2]),
    "RandomState": np.random.RandomState(1),
    "Generator": np.random.default_rng(1),
    "Generator Philox": np.random.Generator(np.random.Philox(1)),
    "BitGenerator": np.random.PCG64(1),
    "SeedSequence": np.random.SeedSequence(1),
}
if np.lib.NumpyVersion(np.__version__) < "1.24.0":
    del SAMPLES["scalar record"]  # np.void takes no type
for kind in "f2 f4 g c8 c16 i1 i2 i4 i8 u1 u2 u4 u8".split():
    SAMPLES["array " + kind] = np.array([1, 2], kind)
if hasattr(np, "dtypes") and hasattr(np.dtypes, "StringDType"):
    SAMPLES["array StringDType"] = np.array(["ab", "a long text"], np.dtypes.StringDType())
    SAMPLES["array StringDType with None"] = np.array(["ab", None], np.dtypes.StringDType(na_object=None))
    SAMPLES["array StringDType with nan"] = np.array(["ab", np.nan], np.dtypes.StringDType(na_object=np.nan, coerce=False))

NAMES = {"np": numpy, "numpy": numpy, **{name: value for name, value in vars(shapes).items() if name[0].isupper()}}


def same_type(a, b):
    """Byte order and alignment are not told apart."""
    if a.names:
        return a.names == b.names and len(a.fields) == len(b.fields) and all(same_type(a[name], b[name]) for name in a.names)
    return a == b or a.newbyteorder("=") == b.newbyteorder("=")


def same(a, b):
    if isinstance(a, np.ma.MaskedArray):
        if a.dtype.names:
            return a.tolist() == b.tolist()
        if type(a) is not type(b) or a is not np.ma.masked and a.fill_value != b.fill_value:
            return False
        return np.array_equal(np.ma.getmaskarray(a), np.ma.getmaskarray(b)) and a.tolist() == b.tolist() and a.dtype == b.dtype
    if isinstance(a, np.generic) or isinstance(a, np.ndarray):
        if isinstance(a, np.matrix) and not isinstance(b, np.matrix):
            return False
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype.kind == "T":
            return repr(a) == repr(b)
        if a.dtype == object:
            return a.shape == b.shape and all(same(one, other) if isinstance(one, np.ndarray) else one == other
                                              for one, other in zip(a.ravel(), b.ravel()))
        if a.dtype.kind in "fc" and not np.array_equal(a, b, equal_nan=True):
            return False
        return same_type(a.dtype, b.dtype) and a.shape == b.shape and (a.tobytes() == b.tobytes() or str(a) == str(b))
    if isinstance(a, np.random.SeedSequence):
        return a.entropy == b.entropy
    if isinstance(a, (np.random.RandomState, np.random.Generator, np.random.BitGenerator)):
        return type(a) is type(b)
    if isinstance(a, np.dtype):
        return same_type(a, b) and a.type is b.type and a.isalignedstruct == b.isalignedstruct
    return a == b or repr(a) == repr(b)


if __name__ == "__main__":
    serve(SAMPLES, same, NAMES, (2, 4, 5))
