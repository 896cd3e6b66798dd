"""Receives files verified and encrypted into a folder, and resumes them after a cut. Needs: pip install cryptography

With a key file, only a sender that has the same key gets in. Without one, the connection is
encrypted, and anybody may send. The protocol is docs/native.md of Picklepost.
"""

import hmac
import json
import os
import pathlib
import re
import socket
import struct
import uuid
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from itertools import count

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HOST, PORT = {{HOST}}, {{PORT}}
KEY_FILE = os.environ.get("PICKLEPOST_KEY_FILE", {{KEY_FILE_OR_NONE}})
FOLDER = pathlib.Path("received")
{{CODEC}}

class Incoming:
    """A file that arrives. What has come of it is kept, with its key, until it is whole."""

    def __init__(self, offer):
        self.name, self.key, self.size = offer["name"], offer["key"], 0
        self.digest, self.is_final = sha256(), False
        if not re.fullmatch("[0-9a-f]{32}", offer["transfer"]):
            raise ConnectionError("The offer has no valid transfer.")
        self.part, self.note = (FOLDER / f".{offer['transfer']}.{end}" for end in ("part", "json"))
        about = {name: offer.get(name) for name in ("kind", "format", "size", "modified")}
        known = json.loads(self.note.read_text()) if self.note.exists() else {}
        if known.get("about") == about and self.part.exists():
            self.key = known["key"]
            self.file = self.part.open("r+b")
            for _ in range(self.part.stat().st_size // PIECE):
                self.digest.update(self.file.read(PIECE))
            self.size = self.file.tell()
            self.is_final = self.size > 0 and self.size == offer.get("size")
            self.file.truncate(self.size)
        else:
            self.begin(about)

    def begin(self, about):
        with os.fdopen(os.open(self.note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as note:
            json.dump({"about": about, "key": self.key}, note)
        self.file = self.part.open("w+b")

    def accept(self):
        pieces = -(-self.size // PIECE)
        return {"pieces": pieces, "sha256": self.digest.hexdigest(), "key": self.key} if pieces else {"pieces": 0}

    def restart(self, key):
        self.key, self.size, self.digest, self.is_final = key, 0, sha256(), False
        self.begin(json.loads(self.note.read_text())["about"])

    def write(self, token):
        piece = Fernet(self.key).decrypt(urlsafe_b64encode(token))
        index = -(-self.size // PIECE)
        content = piece[16:]
        if self.is_final or piece[:16] not in (header(index, False), header(index, True)):
            raise ConnectionError("A piece is not in its place.")
        self.is_final = piece[:16] == header(index, True)
        if not self.is_final and len(content) != PIECE:
            raise ConnectionError("A piece is not full.")
        self.file.write(content)
        self.file.flush()
        self.digest.update(content)
        self.size += len(content)
        return index + 1

    def store(self, size, digest):
        """Puts the whole file under a name that is safe and free. Only then it counts as stored."""
        if not self.is_final or (self.size, self.digest.hexdigest()) != (size, digest):
            raise ValueError("What has come is not what was sent.")
        os.fsync(self.file.fileno())
        self.file.close()
        base = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", self.name).strip(". ") or "file"
        path, number = FOLDER / base, 1
        while True:
            try:
                os.link(self.part, path)
                break
            except FileExistsError:
                number += 1
                path = FOLDER / f"{number} {base}"
        self.part.unlink()
        self.note.unlink()
        if os.name == "posix":
            folder = os.open(FOLDER, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return path


def receive_files(session):
    """Yields the path of each file once its sender has been told that it is stored."""
    items = {}
    while (message := session.receive("offer", "restart", "piece", "end", "cancel", "close"))["type"] != "close":
        kind, item = message["type"], message["item"]
        if kind == "offer":
            items[item] = Incoming(message)
            session.send("accept", item=item, **items[item].accept())
        elif kind == "cancel":
            for file in (items[item].part, items.pop(item).note):
                file.unlink()
        elif kind == "restart":
            items[item].restart(message["key"])
        elif kind == "piece":
            session.send("progress", item=item, pieces=items[item].write(message["token"]))
        else:
            path = items.pop(item).store(message["size"], message["sha256"])
            session.send("stored", item=item, id=uuid.uuid4().hex, sha256=message["sha256"])
            yield path


def receive():
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with socket.create_server((HOST, PORT)) as server:
        while True:
            connection, peer = server.accept()
            connection.settimeout(120)
            with connection:
                try:
                    yield from receive_files(Session(connection, KEY_FILE, is_client=False))
                    connection.shutdown(socket.SHUT_WR)
                except (OSError, ValueError, KeyError, TypeError, InvalidToken) as error:
                    print(f"{peer[0]}: {error}", flush=True)


if __name__ == "__main__":
    for path in receive():
        print(path, flush=True)
