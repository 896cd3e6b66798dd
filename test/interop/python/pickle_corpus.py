"""Prints pickles by every protocol with descriptions of their values, one JSON object per line."""

import collections
import datetime
import decimal
import enum
import fractions
import json
import pickle
import sys

from neutral import describe

try:
    import numpy
except ImportError:
    numpy = None


class Thing:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, [2]


class Keyworded:
    def __new__(cls, *, size):
        return super().__new__(cls)

    def __getnewargs_ex__(self):
        return (), {"size": 1}


class Colour(enum.Enum):
    RED = 1


class Count(int):
    pass


class Names(list):
    pass


def plain():
    """Values that need no name, from protocol 4 on bytearray's excepted. Equal literals are one object here."""
    edges = [sign * (2**bits + step) for bits in (7, 8, 15, 16, 31, 32, 53, 62, 63, 64) for step in (-1, 0, 1) for sign in (1, -1)]
    shared = ["shared"]
    shared_tuple = (shared, "in a tuple")
    yield "constants", [None, True, False, 0, 1, -1]
    yield "ints at every edge", edges
    yield "large ints", [sign * (2**bits + step) for bits in (2039, 2040, 3000) for step in (-1, 0, 1) for sign in (1, -1)]
    yield "floats", [0.0, -0.0, 1.0, -1.5, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"), 0.1]
    yield "text", ["", "a", "é", "ÿ", "€", "😀", "\ud800", "\udfffx", "\0", "\n\\u0041\r\x1a", "ab" * 200, "é" * 40_000]
    yield "bytes", [b"", b"a", b"\xff\0\n", bytes(range(256)), b"x" * 70_000]
    yield "bytearrays", [bytearray(), bytearray(b"a"), bytearray(b"\xff\0"), bytearray(b"x" * 70_000)]
    yield "tuples of every length", [tuple(range(length)) for length in range(6)]
    yield "sets", [set(), {1}, {"a", "b", (1, 2)}, set(range(3000)), frozenset(), frozenset([1]), {frozenset([frozenset()])}]
    yield "special names", {"__proto__": {"polluted": 1}, "constructor": [], "toString": None, "": "", "\0": 1}
    yield "keys of every kind", {None: 0, True: 1, 2: 2, 2.5: 3, "a": 4, b"a": 5, (1, ("a", b"b")): 6, frozenset(["x"]): 7, float("nan"): 8}
    yield "empty everything", [[], (), {}, set(), frozenset(), "", b"", bytearray()]
    yield "one of everything", [[None], (None,), {None: None}]
    yield "nested", {"a": {"b": [{"c": ({"d": [[[[]]]]},)}]}}
    yield "a list of 2001", list(range(2001))
    yield "a dict of 10,000", {f"key {i}": i for i in range(10_000)}
    yield "a dict of 2000", dict.fromkeys(range(2000))
    yield "shared references", [shared, shared, shared_tuple, shared_tuple, {"again": shared_tuple}]
    yield "many shared references", [[i] for i in range(300)] * 2
    yield from cyclic()


def cyclic():
    own_list = [1]
    own_list.append(own_list)
    yield "a list in itself", own_list
    own_dict = {}
    own_dict["self"] = own_dict
    yield "a dict in itself", own_dict
    for length in (1, 2, 3, 4):
        cycle = ([], *range(length - 1))
        cycle[0].append(cycle)
        yield f"a tuple of {length} in itself", cycle
        yield f"a list in a tuple of {length} in itself", cycle[0]


def with_names(protocol):
    itself, member = Thing(), Thing(name="member")
    itself.itself = itself
    member.set = {member}
    yield "a class", Thing
    yield "a function", len
    yield "an instance", Thing(x=1, y=[2, {"z": None}])
    yield "instances of one class", [Thing(), Thing(a=1)]
    yield "an instance in itself", itself
    yield "OrderedDict", collections.OrderedDict([("b", 1), ("a", 2)])
    yield "defaultdict", collections.defaultdict(list, {"a": [1]})
    yield "deque", collections.deque([1, 2, 3], 5)
    yield "Counter", collections.Counter("aab")
    yield "datetime", datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.timezone.utc)
    yield "date and timedelta", (datetime.date(2024, 2, 29), datetime.timedelta(1, 2, 3))
    yield "Decimal", decimal.Decimal("-1.50")
    yield "Fraction", fractions.Fraction(1, 3)
    yield "complex", complex(1, -0.0)
    yield "range and slice", (range(1, 10, 2), slice(None, 1))
    yield "an exception", ValueError("bad", 1)
    yield "an enum", Colour.RED
    yield "an int of its own class", Count(2**40)
    yield "a list of its own class", Names([1, 2])
    if protocol >= 2:
        yield "an instance with slots", Slotted()
    if protocol >= 4:
        yield "an instance with keywords", Keyworded(size=1)
        yield "a set with an instance that has the set", member.set
    if numpy and protocol >= 2:
        yield "numpy", {"array": numpy.arange(6, dtype="int32").reshape(2, 3), "scalar": numpy.float64(1.5)}


def line(name, protocol, data, description, is_plain=False):
    print(json.dumps({"name": name, "protocol": protocol, "pickle": data.hex(), "description": description, "isPlain": is_plain}))


def main():
    # Names as the modules of this corpus, whatever this script is called.
    sys.modules["corpus"] = sys.modules["__main__"]
    for own in (Thing, Slotted, Keyworded, Colour, Count, Names):
        own.__module__ = "corpus"
    for protocol in range(6):
        for name, value in plain():
            line(name, protocol, pickle.dumps(value, protocol), describe(value, protocol), True)
        for name, value in with_names(protocol):
            line(name, protocol, pickle.dumps(value, protocol), describe(value, protocol))
    out_of_band()


def out_of_band():
    sources = [pickle.PickleBuffer(bytearray(b"one")), pickle.PickleBuffer(b"two")]
    buffers = []
    data = pickle.dumps(sources, 5, buffer_callback=buffers.append)
    line("out-of-band buffers", 5, data, describe(sources, 5, buffers))


main()
