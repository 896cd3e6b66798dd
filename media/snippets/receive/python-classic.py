"""Receives values of the classic protocol. Python 3.8 or newer; nothing to install."""

import socket
import struct
{{CODEC}}
HOST, PORT = {{HOST}}, {{PORT}}
META = {{META}}  # Kind and format of what decode() reads.
LARGEST = 1 << 30


def receive():
    with socket.create_server((HOST, PORT)) as server:
        while True:
            connection, peer = server.accept()
            with connection:
                yield from values(connection, connection.makefile("rb"))


def values(connection, stream):
    data = b""
    while (op := stream.read(1)) and op != b"\x10":
        if op[0] & 8:
            data, meta = b"", stream.read(1)
        data += stream.read(struct.unpack(">H", stream.read(2))[0])
        if len(data) > LARGEST:
            return connection.sendall(b"ERROR: LimitExceeded('too large')")
        if op[0] & 4:
            try:
                if meta[0] & 0xFE != META:
                    raise ValueError("this receiver takes another kind or format")
                value = decode(data)
            except Exception as error:
                return connection.sendall(f"ERROR: {error}".encode())
            yield value
            connection.sendall(b"OK")


if __name__ == "__main__":
    for value in receive():
        print(value, flush=True)
