"""Has CPython's readers load pickles, importing nothing: what they ask for and call is recorded, not done.

Reads hexadecimal files of pickles, a line each; writes for each a JSON object of the names and calls that any of the readers came to. Each
reader loads one pickle after another, as long as it can. Persistent ids, extension codes and buffers are there.
"""
import copyreg
import io
import json
import pickle
import resource
import sys

# What Python itself writes for plain data, and what runs nothing.
HARMLESS = {
    ('builtins', 'set'): set,
    ('builtins', 'frozenset'): frozenset,
    ('builtins', 'bytearray'): bytearray,
    ('builtins', 'bytes'): bytes,
    ('builtins', 'object'): object,
    ('copyreg', '_reconstructor'): copyreg._reconstructor,
    ('copyreg', '__newobj__'): copyreg.__newobj__,
    ('__builtin__', 'dict'): dict,
    ('__builtin__', 'object'): object,
}

# What calls of some names return, where it is not an object: what opcodes do with it is known only here.
RESULTS = {
    'marked.text': lambda: 'marked',
    'marked.none': lambda: None,
    'marked.zero': lambda: 0,
    'marked.list': list,
    'marked.dict': dict,
}

# A number in a memo makes the C reader reserve as many places.
resource.setrlimit(resource.RLIMIT_AS, (2 * 1024 ** 3, 2 * 1024 ** 3))

copyreg._inverted_registry[1] = ('marked', 'extended')


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
            return RESULTS[name]() if name in RESULTS else object.__new__(cls)

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


def stub_plain(record, name):
    """A class without methods, whose state is its attributes."""

    class Plain:
        __slots__ = ('slot', '__dict__')

        def __new__(cls, *args, **kwargs):
            record.call(name)
            return object.__new__(cls)

        def __init__(self, *args, **kwargs):
            pass

    return Plain


def stub_function(record, name):
    """An imported object that can be called, as a function can."""

    class Function:
        def __call__(self, *args, **kwargs):
            record.call(name)
            return RESULTS[name]() if name in RESULTS else stub_class(Record(), name)()

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
        if not module:
            raise ValueError('Empty module name')
        qualified = module + '.' + name
        record.names.add(qualified)
        return stub(record, qualified)

    return find_class


class Memory(io.BytesIO):
    """Gives all of its bytes with the first look ahead, as pickle.loads has them."""

    def peek(self, size=-1):
        return self.getbuffer()[self.tell():].tobytes()


def load(base, file, record, stub, **options):
    loader = type('Unpickler', (base,), {
        'find_class': finder(record, stub),
        'persistent_load': lambda self, pid: stub_class(Record(), 'persistent')(),
    })
    try:
        for _ in range(MOST_PICKLES):
            copyreg._extension_cache.clear()
            loader(file, buffers=[bytearray(b'ab'), b'cd', []], **options).load()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise


MOST_PICKLES = 8


def read(data):
    merged = Record()
    for stub in (stub_class, stub_function, stub_plain):
        for base, file, options in (
            (pickle.Unpickler, Memory(data), {}),
            (pickle.Unpickler, Memory(data), {'encoding': 'latin1'}),
            (pickle.Unpickler, io.BytesIO(data), {}),
            (pickle.Unpickler, io.BufferedReader(io.BytesIO(data), 4096), {}),
            (pickle.Unpickler, io.BufferedReader(io.BytesIO(data), 8192), {'encoding': 'bytes'}),
            (pickle._Unpickler, io.BytesIO(data), {}),
        ):
            record = Record()
            load(base, file, record, stub, **options)
            merged.names |= record.names
            for name, count in record.calls.items():
                merged.calls[name] = max(count, merged.calls.get(name, 0))
    return merged


def main():
    for line in sys.stdin:
        record = read(bytes.fromhex(line))
        print(json.dumps({'names': sorted(record.names), 'calls': record.calls}))


main()
