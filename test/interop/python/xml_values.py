"""For each XML document on a line of standard input, in hexadecimal: what ElementTree makes of it.

As a flat dictionary, in the way of the original Python program, and as the description of the value that the dialect (see
src/core/codecs/xmlDialect.ts) gives it, by a second implementation of that dialect.
"""

import base64
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

from neutral import describe


def unescape(text, escape):
    if escape is None:
        return text
    return re.sub(r"\\(?:u(....)|\\)", lambda match: chr(int(match[1], 16)) if match[1] else "\\", text)


SCALARS = {
    "int": int,
    "float": float,
    "bool": {"True": True, "False": False}.__getitem__,
    "null": {"": None}.__getitem__,
    "bytes": base64.b64decode,
}


class Tangled(Exception):
    """Tuples and what they hold refer to each other in a way that needs more than this simple reader."""


class Reader:
    def __init__(self):
        self.values = {}
        self.late = []

    def read_root(self, element):
        value = self.read(element, "dict")
        while self.late:
            waiting, self.late = self.late, []
            for part in waiting:
                self.put(*part)
            if len(self.late) >= len(waiting):
                raise Tangled
        return value

    def read(self, element, default="str"):
        if "ref" in element.attrib:
            return self.values[element.get("ref")]
        kind, text = element.get("type", default), element.text or ""
        if kind in SCALARS:
            return SCALARS[kind](text)
        if kind == "str":
            return unescape(text, element.get("escape"))
        if kind == "bytearray":
            return self.keep(element, bytearray(base64.b64decode(text)))
        if kind in ("tuple", "frozenset"):
            return self.keep(element, {"tuple": tuple, "frozenset": frozenset}[kind](map(self.read, element)))
        value = self.keep(element, {"list": list, "dict": dict, "set": set}[kind]())
        if kind == "set":
            value.update(map(self.read, element))
        for child in element if kind == "list" else ():
            value.append(None)
            self.put(value, len(value) - 1, child)
        for child in element if kind == "dict" else ():
            key, part = self.entry(child)
            value[key] = None
            self.put(value, key, part)
        return value

    def keep(self, element, value):
        if "id" in element.attrib:
            self.values[element.get("id")] = value
        return value

    def put(self, container, key, element):
        """Later, where the element refers to a tuple that is not made before what it holds."""
        known, late = self.values.copy(), self.late.copy()
        try:
            container[key] = self.read(element)
        except KeyError:
            self.values, self.late = known, [*late, (container, key, element)]

    def entry(self, child):
        if child.get("key-type") == "compound":
            return self.read(child[0]), child[1]
        if "key" not in child.attrib:
            return child.tag, child
        key = unescape(child.get("key"), child.get("key-escape"))
        return SCALARS.get(child.get("key-type"), str)(key), child


def description(root):
    try:
        return describe(Reader().read_root(root))
    except Tangled:
        return None


for line in sys.stdin:
    root = ElementTree.fromstring(bytes.fromhex(line))
    flat = {child.tag: child.text for child in root}
    print(json.dumps({"flat": flat, "description": description(root)}))
