"""Loads a pickle from standard input, in hexadecimal, and whatever it calls is called."""

import pickle
import sys

pickle.loads(bytes.fromhex(sys.stdin.read()))
