"""The neutral description of a value: text that is the same for the same value, whoever describes it.

It is JSON without spaces and in ASCII. None, True and False stand for themselves; the rest are arrays that start with a type:

    ["int","-0x1f"]  ["float","3ff8000000000000" or "nan"]  ["str","text"]  ["bytes","hexadecimal"]
    ["list",id,[item,...]]  ["tuple",id,[...]], of nothing ["tuple"]  ["bytearray",id,"hexadecimal"]
    ["dict",id,[[key,value],...]], in its order
    ["set",id,[...]]  ["frozenset",id,[...]], the members sorted by their own descriptions
    ["name","module.name"]                     a class or function
    ["call",id,callable,[argument,...],keywords,state,[appended,...],[[key,value],...]]
                                               any other object, by what its __reduce_ex__ returns
    ["buffer",index]                           an out-of-band buffer
    ["ref",id]                                 what was described before

An id counts, from 0, the things that have an identity, in the order of description.
"""

import _compat_pickle
import copyreg
import json
import pickle
import struct
import types


def describe(value, protocol=4, buffers=()):
    """The description of a value; its objects as the protocol writes them, the buffers given by their index."""
    return text(Describer(protocol, buffers).describe(value))


def text(description):
    return json.dumps(description, separators=(",", ":"))


class Describer:
    def __init__(self, protocol, buffers):
        self.protocol = protocol
        self.buffers = [id(buffer) for buffer in buffers]
        self.ids = {}
        self.kept = []

    def describe(self, value):
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind in SCALARS:
            return [kind.__name__, SCALARS[kind](value)]
        if kind is tuple and not value:
            return ["tuple"]
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
            return ["name", self.name_of(value)]
        if id(value) in self.ids:
            return ["ref", self.ids[id(value)]]
        if id(value) in self.buffers:
            return ["buffer", self.buffers.index(id(value))]
        if kind is pickle.PickleBuffer:
            return self.describe(bytes(value) if value.raw().readonly else bytearray(value))
        own = self.ids[id(value)] = len(self.ids)
        self.kept.append(value)
        if kind in CONTAINERS:
            return [kind.__name__, own, CONTAINERS[kind](self, value)]
        return ["call", own, *self.call(value)]

    def all(self, values):
        return [self.describe(value) for value in values]

    def entries(self, pairs):
        return [[self.describe(key), self.describe(value)] for key, value in pairs]

    def members(self, values):
        # A lone member may lead back to the set, and then has no description of its own.
        is_lone = len(values) < 2
        return self.all(values if is_lone else sorted(values, key=lambda value: describe(value, self.protocol)))

    def name_of(self, value):
        module, name = value.__module__, value.__qualname__
        if self.protocol < 3:
            names, modules = _compat_pickle.REVERSE_NAME_MAPPING, _compat_pickle.REVERSE_IMPORT_MAPPING
            module, name = names.get((module, name)) or (modules.get(module, module), name)
        return f"{module}.{name}"

    def call(self, value):
        registered = copyreg.dispatch_table.get(type(value))
        function, arguments, *rest = registered(value) if registered else value.__reduce_ex__(self.protocol)
        self.kept.append((arguments, rest))
        state, appended, entries = [*rest, None, None, None][:3]
        keywords = None
        if function is copyreg.__newobj__:
            function, *arguments = arguments
        elif function is copyreg.__newobj_ex__:
            function, arguments, keywords = arguments
        elif function is copyreg._reconstructor:
            function, base, initial = arguments
            arguments = () if base is object else (initial,)
        return [
            self.describe(function),
            self.all(arguments),
            self.describe(keywords),
            self.describe(state),
            self.all(appended or ()),
            self.entries(entries or ()),
        ]


SCALARS = {
    int: hex,
    float: lambda value: "nan" if value != value else struct.pack(">d", value).hex(),
    str: str,
    bytes: bytes.hex,
}

CONTAINERS = {
    list: Describer.all,
    tuple: Describer.all,
    set: Describer.members,
    frozenset: Describer.members,
    bytearray: lambda _, value: value.hex(),
    dict: lambda self, value: self.entries(value.items()),
}
