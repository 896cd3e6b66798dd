"""Receives encrypted values, one for each connection. Needs: pip install cryptography"""

import os
import pathlib
import socket

from cryptography.fernet import Fernet, InvalidToken
{{CODEC}}
HOST, PORT = {{HOST}}, {{PORT}}
KEY_FILE = os.environ.get("PICKLEPOST_KEY_FILE", {{KEY_FILE}})


def receive():
    key = Fernet(pathlib.Path(KEY_FILE).read_text().strip())
    with socket.create_server((HOST, PORT)) as server:
        while True:
            connection, peer = server.accept()
            with connection:
                try:
                    value = decode(key.decrypt(connection.makefile("rb").read()))
                except InvalidToken:
                    connection.sendall(b"ERROR: InvalidToken('another key, or damaged')")
                    continue
                except Exception as error:
                    connection.sendall(f"ERROR: {error}".encode())
                    continue
                yield value
                connection.sendall(b"OK")


if __name__ == "__main__":
    for value in receive():
        print(value, flush=True)
