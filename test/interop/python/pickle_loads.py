"""For each pickle on a line of standard input, in hexadecimal: the description of its value, and the same value's pickle by protocol 4."""

import json
import pickle
import sys

from neutral import describe

for line in sys.stdin:
    value = pickle.loads(bytes.fromhex(line))
    print(json.dumps({"description": describe(value), "pickle": pickle.dumps(value, 4).hex()}))
