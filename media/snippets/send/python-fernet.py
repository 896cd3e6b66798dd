"""Sends a value encrypted to a receive server that has the same key. Needs: pip install cryptography"""

import os
import pathlib
import socket

from cryptography.fernet import Fernet
{{CODEC}}
HOST, PORT = {{HOST}}, {{PORT}}
KEY_FILE = os.environ.get("PICKLEPOST_KEY_FILE", {{KEY_FILE}})


def send(value):
    key = pathlib.Path(KEY_FILE).read_text().strip()
    with socket.create_connection((HOST, PORT), timeout=60) as connection:
        connection.sendall(Fernet(key).encrypt(encode(value)))
        connection.shutdown(socket.SHUT_WR)  # This is the end of the value.
        answer = connection.makefile("rb").read().decode()
    if answer not in ("OK", ""):
        raise RuntimeError(f"{HOST}:{PORT} answered: {answer}")
    return answer


if __name__ == "__main__":
    print(send({{VALUE}}))
