"""Sends a dictionary as a pickle, without framing, to a Picklepost receive server."""

import pickle
import socket
import sys

host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 6868

experiment = {
    "name": "pickling",
    "runs": 3,
    "ratio": 0.25,
    "jars": [(1, "dill"), (2, "garlic")],
    "labels": {"sweet", "sour"},
    "checksum": b"\x00\xffpickle",
    2026: {"valid": True, "remark": None, "big": 2**70},
}

with socket.create_connection((host, port)) as connection:
    connection.sendall(pickle.dumps(experiment))
print(f"Sent {len(experiment)} entries to {host}:{port}")
