"""Receives one item without framing and prints it, without unpickling anything."""

import pickletools
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6869

with socket.create_server(("127.0.0.1", port)) as server:
    print(f"Waiting on port {port}")
    connection, peer = server.accept()
    with connection, connection.makefile("rb") as stream:
        data = stream.read()

print(f"Received {len(data)} bytes from {peer[0]}")
if data[:1] == b"\x80":
    pickletools.dis(data)
else:
    print(data.decode("utf-8", errors="backslashreplace"))
