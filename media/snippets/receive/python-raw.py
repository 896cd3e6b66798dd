"""Receives values, one for each connection. Python 3.8 or newer; nothing to install."""

import socket
{{CODEC}}
HOST, PORT = {{HOST}}, {{PORT}}


def receive():
    with socket.create_server((HOST, PORT)) as server:
        while True:
            connection, peer = server.accept()
            with connection:
                try:
                    value = decode(connection.makefile("rb").read())
                except Exception as error:
                    connection.sendall(f"ERROR: {error}".encode())
                    continue
                yield value
                connection.sendall(b"OK")


if __name__ == "__main__":
    for value in receive():
        print(value, flush=True)
