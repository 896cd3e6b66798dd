"""Values of Python's standard library, with and without state."""
import argparse, array, collections, datetime, decimal, fractions, functools, io, ipaddress, operator, pathlib, re, time, types, uuid
import shapes
import ast, email, http.cookies, json, logging, os, random, statistics, string, struct, subprocess, urllib.parse, xml.etree.ElementTree
from samples import serve

try:
    import zoneinfo
except ImportError:  # before Python 3.9
    zoneinfo = None

DAY = datetime.date(2024, 2, 29)
NOW = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)


def with_state(error, **state):
    error.__dict__.update(state)
    return error


def filled(made, *parts):
    for part in parts:
        made.append(part)
    return made


def listed(items, position):
    iterator = iter(items)
    for _ in range(position):
        next(iterator)
    return iterator


def text_file(text, position):
    file = io.StringIO(text)
    file.seek(position)
    return file


SAMPLES = {
    "complex": 1 + 2j,
    "complex negative zero": complex(-0.0, -1.5),
    "range": range(1, 10, 2),
    "range plain": range(0, 3, 1),
    "slice": slice(1, None, 2),
    "Ellipsis": ...,
    "NotImplemented": NotImplemented,
    "NoneType": type(None),
    "type of Ellipsis": type(...),
    "class": int,
    "class str": str,
    "function": len,
    "date": DAY,
    "time": datetime.time(12, 34, 56, 789),
    "time fold": datetime.time(1, 30, fold=1),
    "time utc": datetime.time(12, 0, tzinfo=datetime.timezone.utc),
    "datetime": NOW,
    "datetime utc": NOW.replace(tzinfo=datetime.timezone.utc),
    "datetime fold": datetime.datetime(2024, 10, 27, 2, 30, fold=1),
    "timedelta": datetime.timedelta(1, 2, 3),
    "timedelta negative": -datetime.timedelta(seconds=1),
    "timezone": datetime.timezone(datetime.timedelta(hours=5, minutes=30)),
    "timezone named": datetime.timezone(datetime.timedelta(hours=1), "CET"),
    "timezone utc": datetime.timezone.utc,
    "Decimal": decimal.Decimal("1.50"),
    "Decimal nan": decimal.Decimal("NaN"),
    "Fraction": fractions.Fraction(3, 4),
    "UUID": uuid.UUID(int=0x12345678123456781234567812345678),
    "UUID safe": uuid.UUID(int=1, is_safe=uuid.SafeUUID.safe),
    "PosixPath": pathlib.PosixPath("/a/b.txt"),
    "PurePosixPath": pathlib.PurePosixPath("a/b"),
    "PurePosixPath empty": pathlib.PurePosixPath(),
    "PureWindowsPath of a drive": pathlib.PureWindowsPath("C:a", "b"),
    "PureWindowsPath": pathlib.PureWindowsPath("C:\\a\\b"),
    "OrderedDict": collections.OrderedDict([("a", 1), ("b", 2)]),
    "OrderedDict empty": collections.OrderedDict(),
    "defaultdict": collections.defaultdict(int, a=1),
    "defaultdict without factory": collections.defaultdict(None, a=1),
    "Counter": collections.Counter("aab"),
    "deque": collections.deque([1, 2]),
    "deque maxlen": collections.deque([1, 2], 5),
    "ChainMap": collections.ChainMap({"a": 1}, {"b": 2}),
    "UserDict": collections.UserDict(a=1),
    "UserList": collections.UserList([1, 2]),
    "UserString": collections.UserString("a 'b'"),
    "Namespace": argparse.Namespace(a=1, b="x"),
    "SimpleNamespace": types.SimpleNamespace(a=1, b="x"),
    "array double": array.array("d", [1.5, -0.0]),
    "array long": array.array("l", [-1, 2]),
    "array unicode": array.array("u", "aü"),
    "array empty": array.array("i"),
    "ValueError": ValueError("x"),
    "OSError": OSError(2, "No such file"),
    "OSError with file": OSError(2, "No such file", "a.txt"),
    "KeyError with state": with_state(KeyError("k"), note="seen"),
    "StopIteration": StopIteration(5),
    "IPv4Address": ipaddress.IPv4Address("10.0.0.1"),
    "IPv6Address": ipaddress.IPv6Address("2001:db8::1"),
    "IPv4Network": ipaddress.IPv4Network("10.0.0.0/8"),
    "IPv4Interface": ipaddress.IPv4Interface("10.0.0.1/8"),
    "Pattern": re.compile("a+"),
    "Pattern flags": re.compile(b"a+", re.I | re.M),
    "BytesIO": io.BytesIO(b"ab"),
    "StringIO": text_file("ab", 1),
    "struct_time": time.gmtime(0),
    "list iterator": listed([1, 2, 3], 1),
    "bound method": "abc".upper,
    "itemgetter": operator.itemgetter(1),
    "itemgetter two": operator.itemgetter("a", "b"),
    "attrgetter": operator.attrgetter("a.b"),
    "methodcaller": operator.methodcaller("split", ",", maxsplit=1),
    "partial": functools.partial(int, base=2),
    "partial of own class": functools.partial(shapes.Plain, a=1),
    "bytearray": bytearray(b"ab"),
    "set": {1},
    "frozenset": frozenset([1]),
    "namedtuple": shapes.Point(1, 2),
    "Enum": shapes.Color.RED,
    "IntEnum": shapes.Level.HIGH,
    "Flag": shapes.Access.READ | shapes.Access.WRITE,
    "own class": shapes.Plain(a=1, b="x"),
    "own class empty": shapes.Plain(),
    "own nested class": shapes.Outer.Inner(a=1),
    "own slots": shapes.Slots(1, "x"),
    "own keywords": shapes.Keywords(1, a=2),
    "own dict": shapes.OwnDict(a=1),
    "own list": shapes.OwnList([1, 2]),
    "own text": shapes.OwnText("x"),
    "own number": shapes.OwnNumber(5),
    "own set": shapes.OwnSet([1]),
    "own error": shapes.OwnError("x", 1),
    "own list with attributes": with_state(shapes.OwnList([1]), a=2),
    "own text with attributes": with_state(shapes.OwnText("x"), a=2),
}
if hasattr(shapes, "Word"):
    SAMPLES["StrEnum"] = shapes.Word.ONE
if hasattr(shapes, "Data"):
    SAMPLES["dataclass"] = shapes.Data(1, "x")
if hasattr(shapes, "FrozenData"):
    SAMPLES["dataclass slots"] = shapes.SlotData(1, "x")
    SAMPLES["dataclass frozen slots"] = shapes.FrozenData(1, "x")
if zoneinfo:
    SAMPLES["ZoneInfo"] = zoneinfo.ZoneInfo("Europe/Berlin")
    SAMPLES["ZoneInfo UTC"] = zoneinfo.ZoneInfo("UTC")
    SAMPLES["datetime zone"] = NOW.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))

NAMES = {name: value for name, value in globals().items() if isinstance(value, types.ModuleType)}
NAMES.update({name: value for name, value in vars(shapes).items() if name[0].isupper()})


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, (BaseException, io.BytesIO, io.StringIO, functools.partial, operator.itemgetter, operator.attrgetter,
                      operator.methodcaller, type(iter([])))):
        return content(a) == content(b)
    if isinstance(a, (collections.deque,)) and a.maxlen != b.maxlen or getattr(a, "fold", 0) != getattr(b, "fold", 0):
        return False
    if isinstance(a, (string.Template, ast.AST)):
        return vars(a).keys() == vars(b).keys()
    return a == b or repr(a) == repr(b)


def content(value):
    if isinstance(value, (io.BytesIO, io.StringIO)):
        return value.getvalue()
    if isinstance(value, BaseException):
        return value.args
    if isinstance(value, type(iter([]))):
        return list(value)
    return repr(value.__reduce__())


if hasattr(BaseException, "add_note"):
    SAMPLES["exception with notes"] = ValueError("x", 1)
    SAMPLES["exception with notes"].add_note("the \"first\"")
    SAMPLES["exception with notes"].add_note("the second")

#: Objects of Python's modules that only hold data. What repr() returns differs among versions.
MODULES = {
    "NormalDist": statistics.NormalDist(1, 2),
    "DecimalTuple": decimal.Decimal("1.5").as_tuple(),
    "ParseResult": urllib.parse.urlparse("http://a/b?c#d"),
    "SplitResult": urllib.parse.urlsplit("http://a/b?c#d"),
    "terminal_size": os.terminal_size((80, 24)),
    "stat_result": os.stat_result(range(10)),
    "CalledProcessError": subprocess.CalledProcessError(1, ["a"], b"o"),
    "JSONDecodeError": json.JSONDecodeError("m", "doc", 1),
    "struct.error": struct.error("s"),
    "isocalendar": datetime.date(2024, 1, 1).isocalendar(),
}
SAMPLES.update(MODULES)
#: Those that nobody can type.
SAMPLES["random.Random"] = random.Random(3)
SAMPLES["string.Template"] = string.Template("$a")
SAMPLES["LogRecord"] = logging.LogRecord("n", 20, "p", 1, "m %s", ("a",), None)
SAMPLES["Element"] = xml.etree.ElementTree.fromstring("<a x='1'><b>t</b></a>")
SAMPLES["SimpleCookie"] = http.cookies.SimpleCookie("a=b")
SAMPLES["Message"] = email.message_from_string("From: a@b\n\nbody\n")
SAMPLES["ast"] = ast.parse("x = 1 + f(2)")
NAMES.update({name: value for name, value in globals().items() if isinstance(value, types.ModuleType)})


if __name__ == "__main__":
    serve(SAMPLES, same, NAMES)
