"""Sends files, or receives those of one connection, as docs/native.md says. KEY_FILE is - for a session that is not verified.

native_peer.py send KEY_FILE HOST PORT PATH...    prints the last answer to each file and empty folder, as JSON
native_peer.py receive KEY_FILE FOLDER            prints the port, and then what has arrived
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

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREAMBLE, CONTROL, DATA, PIECE = bytes.fromhex("89504b500d0a1a0a"), 1, 2, 1 << 20
LARGEST = {CONTROL: 65_609, DATA: 1_048_669}


class Session:
    def __init__(self, connection, key_file, is_client):
        self.connection, self.stream = connection, connection.makefile("rb")
        self.key, self.other_key, self.sent, self.received = None, None, count(), count()
        shared = b"" if key_file == "-" else urlsafe_b64decode(pathlib.Path(key_file).read_text().strip())
        security = "key" if shared else "none"
        private, nonce = X25519PrivateKey.generate(), os.urandom(16)
        public = private.public_key().public_bytes_raw()
        about = {"agent": "python", "security": security, "publicKey": encode(public), "nonce": encode(nonce)}
        if is_client and shared:
            about["keyHint"] = encode(hint(shared, public, nonce))
        own = PREAMBLE + self.encode("hello", versions=[1], **about)
        if is_client:
            connection.sendall(own)
        if self.stream.read(8) != PREAMBLE:
            sys.exit("The other side speaks another protocol.")
        hello = self.receive("hello")
        if 1 not in hello["versions"] or hello["security"] != security:
            sys.exit("The other side speaks another version, or does not prove the key.")
        theirs = b64decode(hello["publicKey"])
        if shared and not is_client and b64decode(hello["keyHint"]) != hint(shared, theirs, b64decode(hello["nonce"])):
            connection.sendall(PREAMBLE + self.encode("refusal", code="wrong-key", reason="Another key."))
            sys.exit("wrong-key: The other side has another key.")
        hellos = [own, PREAMBLE + self.frame]
        salt = sha256(b"".join(hellos if is_client else reversed(hellos))).digest()
        secret = private.exchange(X25519PublicKey.from_public_bytes(theirs)) + shared
        infos = [f"picklepost native 1 {side}".encode() for side in ("client", "server")]
        keys = [Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, salt, info).derive(secret))) for info in infos]
        self.key, self.other_key = keys if is_client else reversed(keys)
        connection.sendall((b"" if is_client else own) + self.encode("ready"))
        try:
            self.receive("ready")
        except InvalidToken:
            sys.exit("wrong-key: The other side has another key.")

    def encode(self, message_type, /, **fields):
        body = json.dumps({"type": message_type, **fields}).encode()
        if self.key:
            body = urlsafe_b64decode(self.key.encrypt(struct.pack(">Q", next(self.sent)) + body))
        return struct.pack(">IB", len(body) + 1, CONTROL) + body

    def send(self, message_type, /, **fields):
        self.connection.sendall(self.encode(message_type, **fields))

    def send_piece(self, item, token):
        self.connection.sendall(struct.pack(">IBI", len(token) + 5, DATA, item) + token)

    def receive(self, *expected):
        """The next message of one of these types; a piece is a `piece`, the end of the stream a `close`."""
        while (message := self.receive_any())["type"] == "ping":
            pass
        if message["type"] not in expected:
            sys.exit(f"{message.get('code', 'protocol')}: {message.get('reason', message)}")
        return message

    def receive_any(self):
        if not (head := self.stream.read(5)):
            return {"type": "close"}
        length, kind = struct.unpack(">IB", head)
        if not 1 <= length <= 1 + LARGEST.get(kind, -1):
            sys.exit(f"protocol: A frame of type {kind} cannot have {length} bytes.")
        body = self.stream.read(length - 1)
        self.frame = head + body
        if kind == DATA:
            return {"type": "piece", "item": int.from_bytes(body[:4], "big"), "token": body[4:]}
        if self.other_key:
            body = self.other_key.decrypt(urlsafe_b64encode(body))
            if body[:8] != struct.pack(">Q", next(self.received)):
                sys.exit("protocol: A message is not in its place.")
            body = body[8:]
        return json.loads(body)


def encode(data):
    return b64encode(data).decode()


def hint(key, public, nonce):
    return hmac.digest(key, b"picklepost native 1 key hint" + public + nonce, "sha256")[:16]


def header(index, is_last):
    return struct.pack(">BBB5xQ", 1, is_last, 20, index)


def find(path):
    """What there is to send at a path (bytes): a file; of a folder all files and empty folders, with where they lie."""
    if not os.path.isdir(path):
        yield path, None
    above = os.path.dirname(os.path.abspath(path))
    for folder, folders, files in os.walk(path):
        for entry in [os.path.join(folder, name) for name in files] if files or folders else [os.path.join(folder, b"")]:
            yield entry, show(os.path.relpath(entry, above)) + ("/" if entry.endswith(b"/") else "")


def show(name):
    return name.decode("utf-8", "backslashreplace")


def describe(path, place):
    if place and place.endswith("/"):
        return {"kind": "file", "name": place.split("/")[-2], "path": place, "size": 0}
    status = os.stat(path)
    about = {"kind": "file", "name": show(os.path.basename(path)), "size": status.st_size}
    about["modified"] = status.st_mtime_ns // 1_000_000  # Below 0 before 1970.
    if place:
        about |= {"path": place, "mode": status.st_mode & 0o111}
    return about


def send_file(session, item, path, place):
    about, key = describe(path, place), Fernet.generate_key().decode()
    session.send("offer", item=item, transfer=os.urandom(16).hex(), key=key, **about)
    session.receive("accept")
    content = b"" if path.endswith(b"/") else pathlib.Path(os.fsdecode(path)).read_bytes()
    return {**send_content(session, item, content, key), "sent": about}


def send_content(session, item, content, key, first=0):
    """Sends each piece when the one before has been written. Returns the last answer."""
    last, digest = max(0, len(content) - 1) // PIECE, sha256(content).hexdigest()
    for index in range(first, last + 1):
        piece = header(index, index == last) + content[index * PIECE : (index + 1) * PIECE]
        session.send_piece(item, urlsafe_b64decode(Fernet(key).encrypt(piece)))
        if index < last:  # That of the only piece may be missing.
            session.receive("progress")
    session.send("end", item=item, size=len(content), sha256=digest)
    while (answer := session.receive("progress", "stored"))["type"] == "progress":
        pass
    return answer if answer["sha256"] == digest else sys.exit("failed: Something else was stored.")


def receive_files(session, folder):
    offers, keys, pieces = {}, {}, {}
    while (message := session.receive("offer", "piece", "end", "cancel", "close"))["type"] != "close":
        kind, item = message["type"], message["item"]
        if kind == "offer":
            offers[item], keys[item], pieces[item] = message, Fernet(message["key"]), []
            session.send("accept", item=item, pieces=0)
        elif kind == "piece":
            pieces[item].append(keys[item].decrypt(urlsafe_b64encode(message["token"])))
            session.send("progress", item=item, pieces=len(pieces[item]))
        elif kind == "end":
            path = pathlib.Path(folder, f"item-{item}")  # No name that comes is safe.
            store(path, pieces.pop(item), message["size"], message["sha256"])
            kept = {"id": str(item), "sha256": message["sha256"], "name": path.name, "path": path.name}
            session.send("stored", item=item, **kept, claimed=0)
            print(json.dumps({"path": str(path), "sha256": message["sha256"], "offer": offers[item]}))


def store(path, pieces, size, digest):
    content, last = b"".join(piece[16:] for piece in pieces), len(pieces) - 1
    headers = [header(index, index == last) for index in range(last + 1)]
    found = [piece[:16] for piece in pieces], len(content), sha256(content).hexdigest()
    if found != (headers, size, digest) or any(len(piece) != 16 + PIECE for piece in pieces[:-1]):
        sys.exit("failed: What has come is not what was sent.")
    path.write_bytes(content)
    os.sync()  # Only what is durable may be called stored.


def send(key_file, host, port, *paths, send_file=send_file):
    with socket.create_connection((host, int(port))) as connection:
        session = Session(connection, key_file, is_client=True)
        found = [entry for path in paths for entry in find(os.fsencode(path))]
        for item, (path, place) in enumerate(found):
            print(json.dumps(send_file(session, item, path, place)))
        connection.shutdown(socket.SHUT_WR)


def receive(key_file, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        with listener.accept()[0] as connection:
            receive_files(Session(connection, key_file, is_client=False), folder)


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]](*sys.argv[2:])
