"""Loads a .npy file that comes in base64, and prints its type, shape and bytes in C order."""

import base64
import io
import sys

import numpy

array = numpy.load(io.BytesIO(base64.b64decode(sys.stdin.read())))
print(array.dtype.str, array.shape, array.tobytes().hex())
