"""Classes of our own, as a program has them, for samples of pickles."""
import collections, enum


class Color(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 3


class Access(enum.Flag):
    READ = 1
    WRITE = 2


if hasattr(enum, "StrEnum"):  # since Python 3.11
    class Word(enum.StrEnum):
        ONE = "one"

Point = collections.namedtuple("Point", "x y")


class Plain:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def __eq__(self, other):
        return type(other) is type(self) and other.__dict__ == self.__dict__


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __eq__(self, other):
        return type(other) is type(self) and (other.a, other.b) == (self.a, self.b)


class Outer:
    class Inner(Plain):
        pass


class Keywords:
    """Whose `__new__` takes keywords."""

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        made.given = args, kwargs
        return made

    def __getnewargs_ex__(self):
        return self.given

    def __getstate__(self):
        return None

    def __eq__(self, other):
        return type(other) is type(self) and other.given == self.given


class OwnDict(dict):
    pass


class OwnList(list):
    pass


class OwnText(str):
    pass


class OwnNumber(int):
    pass


class OwnSet(set):
    pass


class OwnError(Exception):
    pass


try:
    import dataclasses
except ImportError:  # before Python 3.7
    pass
else:
    @dataclasses.dataclass
    class Data:
        a: int
        b: str

try:
    @dataclasses.dataclass(slots=True)
    class SlotData:
        a: int
        b: str

    @dataclasses.dataclass(slots=True, frozen=True)
    class FrozenData:
        a: int
        b: str
except (NameError, TypeError):  # before Python 3.10
    pass
