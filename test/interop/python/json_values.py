"""For each JSON text on a line of standard input, in hexadecimal: the description of its value and what json.dumps makes of it, or nulls."""

import json
import sys

from neutral import describe

for line in sys.stdin:
    try:
        value = json.loads(bytes.fromhex(line))
    except ValueError:
        print(json.dumps({"description": None, "dumps": None}))
    else:
        print(json.dumps({"description": describe(value), "dumps": json.dumps(value)}))
