"""Has CPython's readers load pickles, importing nothing: what they ask for and call is recorded, not done.

Reads hexadecimal pickles, a line each; writes for each a JSON object of the names and calls that any of the readers came to.
"""
import io
import json
import pickle
import sys

# What Python itself writes for plain data, and what runs nothing.
HARMLESS = {
    ('builtins', 'set'): set,
    ('builtins', 'frozenset'): frozenset,
    ('builtins', 'bytearray'): bytearray,
    ('builtins', 'bytes'): bytes,
    ('builtins', 'object'): object,
}


class Record:
    def __init__(self):
        self.names = set()
        self.calls = {}

    def call(self, name):
        self.calls[name] = self.calls.get(name, 0) + 1


def stub_class(record, name):
    """A class, each instance of which takes whatever a pickle may do to it."""

    class Stub:
        def __new__(cls, *args, **kwargs):
            record.call(name)
            return object.__new__(cls)

        def __init__(self, *args, **kwargs):
            pass

        def __call__(self, *args, **kwargs):
            return self

        def __setstate__(self, state):
            pass

        def append(self, item):
            pass

        def extend(self, items):
            pass

        def add(self, item):
            pass

        def __setitem__(self, key, value):
            pass

        def __hash__(self):
            return 1

    return Stub


def stub_function(record, name):
    """An imported object that can be called, as a function can."""

    class Function:
        def __call__(self, *args, **kwargs):
            record.call(name)
            return stub_class(Record(), name)()

        def __setstate__(self, state):
            record.call(name + '.__setstate__')

        def append(self, item):
            record.call(name + '.append')

        def extend(self, items):
            record.call(name + '.extend')

        def add(self, item):
            record.call(name + '.add')

        def __setitem__(self, key, value):
            record.call(name + '.update')

    return Function()


def finder(record, stub):
    def find_class(self, module, name):
        if (module, name) in HARMLESS:
            return HARMLESS[module, name]
        qualified = module + '.' + name if module else name
        record.names.add(qualified)
        return stub(record, qualified)

    return find_class


class Memory(io.BytesIO):
    """Gives all of its bytes with the first look ahead, as pickle.loads has them."""

    def peek(self, size=-1):
        return self.getbuffer()[self.tell():].tobytes()


def load(base, file, record, stub):
    unpickler = type('Unpickler', (base,), {'find_class': finder(record, stub)})(file)
    try:
        unpickler.load()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise


def read(data):
    merged = Record()
    for stub in (stub_class, stub_function):
        for base, file in (
            (pickle.Unpickler, Memory(data)),
            (pickle.Unpickler, io.BytesIO(data)),
            (pickle.Unpickler, io.BufferedReader(io.BytesIO(data), 4096)),
            (pickle.Unpickler, io.BufferedReader(io.BytesIO(data), 8192)),
            (pickle._Unpickler, io.BytesIO(data)),
        ):
            record = Record()
            load(base, file, record, stub)
            merged.names |= record.names
            for name, count in record.calls.items():
                merged.calls[name] = max(count, merged.calls.get(name, 0))
    return merged


def main():
    for line in sys.stdin:
        record = read(bytes.fromhex(line))
        print(json.dumps({'names': sorted(record.names), 'calls': record.calls}))


main()
