"""Reads a pickle that somebody else has made, without importing or calling what it names. Nothing to install."""

import sys
{{CODEC}}

if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        print(decode(file.read()))
