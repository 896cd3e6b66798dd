"""Sends files verified and encrypted, and resumes them after a cut. Needs: pip install cryptography

With a key file, only a server that has the same key can read them. Without one, the connection is
encrypted, but nothing proves whose server it is. The protocol is docs/native.md of Picklepost.
"""

import hmac
import json
import os
import pathlib
import socket
import struct
import sys
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from itertools import count

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HOST, PORT = {{HOST}}, {{PORT}}
KEY_FILE = os.environ.get("PICKLEPOST_KEY_FILE", {{KEY_FILE_OR_NONE}})
{{CODEC}}

def send_file(session, item, path):
    size, key, first = os.path.getsize(path), Fernet.generate_key().decode(), 0
    # The same whenever this file is sent from here, so that the server knows what it has of it.
    source = f"{socket.gethostname()}\0{os.path.realpath(path)}".encode()
    session.send(
        "offer",
        item=item,
        transfer=hmac.digest(identity(), source, "sha256").hex()[:32],
        kind="file",
        name=os.path.basename(path),
        size=size,
        modified=os.stat(path).st_mtime_ns // 1_000_000,
        key=key,
    )
    answer = session.receive("accept", "have")
    if answer["type"] == "have":
        return answer
    digest = sha256()
    with open(path, "rb") as file:
        for _ in range(answer["pieces"]):
            digest.update(file.read(PIECE))
        if answer["pieces"] and digest.hexdigest() == answer["sha256"]:
            first, key = answer["pieces"], answer["key"]
        elif answer["pieces"]:  # The file has changed.
            session.send("restart", item=item, key=key)
            digest = sha256()
            file.seek(0)
        send_pieces(session, item, file, Fernet(key), first, max(0, size - 1) // PIECE, digest)
        session.send("end", item=item, size=file.tell(), sha256=digest.hexdigest())
    while (answer := session.receive("progress", "stored"))["type"] == "progress":
        pass
    if answer["sha256"] != digest.hexdigest():
        sys.exit("The server has stored something else.")
    return answer


def send_pieces(session, item, file, key, first, last, digest):
    for index in range(first, last + 1):
        piece = file.read(PIECE)
        digest.update(piece)
        token = key.encrypt(header(index, index == last) + piece)
        session.send_piece(item, urlsafe_b64decode(token))
        if index < last:  # One after another, so that the server is never ahead of its disk.
            session.receive("progress")


def identity():
    """A secret of this user, by which the server recognizes what was sent from here."""
    file = pathlib.Path.home() / ".picklepost-python"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(os.urandom(32))
    return file.read_bytes()


def send(*paths):
    with socket.create_connection((HOST, PORT), timeout=120) as connection:
        session = Session(connection, KEY_FILE, is_client=True)
        for item, path in enumerate(paths):
            answer = send_file(session, item, path)
            print(f"{answer['type']} {path}: SHA-256 {answer['sha256']}", flush=True)
        connection.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    send(*sys.argv[1:] or ["data.json"])
