"""Prints dictionaries and the XML that the original Python program sends of them: a child for each key with the value's str()."""

import json
import xml.etree.ElementTree as ElementTree

for data in [
    {"a": 1, "b": "x<y"},
    {},
    {"empty": "", "none": None, "true": True, "float": 1e16, "nested": {"b": [1, "two"]}, "bytes": b"\x00"},
    {"text": " spaces \n\ttabs & 'quotes' \"\u00e9\u4e2d\U0001f600]]>", "gr\u00f6\u00dfe": 2**3000},
    {f"key{number}": "value" * number for number in range(500)},
]:
    root = ElementTree.Element("root")
    for key, value in data.items():
        ElementTree.SubElement(root, key).text = str(value)
    texts = {key: str(value) for key, value in data.items()}
    print(json.dumps({"xml": ElementTree.tostring(root, encoding="unicode"), "texts": texts}))
