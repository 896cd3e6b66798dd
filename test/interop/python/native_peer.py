"""Sends files, or receives those of one connection, encrypted, as docs/native.md says.

native_peer.py send KEY_FILE HOST PORT FILE...    prints the last answer to each file, as JSON
native_peer.py receive KEY_FILE FOLDER            prints the port, and then what has arrived
"""

import hashlib
import json
import os
import pathlib
import socket
import struct
import sys
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from itertools import count

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREAMBLE, CONTROL, DATA, PIECE = bytes.fromhex("89504b500d0a1a0a"), 1, 2, 1 << 20


def frame(kind, body):
    return struct.pack(">IB", len(body) + 1, kind) + body


class Session:
    def __init__(self, connection, key_file, is_client):
        self.connection, self.stream, self.is_client = connection, connection.makefile("rb"), is_client
        self.key, self.other_key, self.sent, self.received = None, None, count(), count()
        self.largest = {CONTROL: 8192}
        private = X25519PrivateKey.generate()
        public, nonce = b64encode(private.public_key().public_bytes_raw()), b64encode(os.urandom(16))
        hello = {"type": "hello", "versions": [1], "agent": "python", "security": "key"}
        hello |= {"publicKey": public.decode(), "nonce": nonce.decode()}
        own = PREAMBLE + frame(CONTROL, json.dumps(hello).encode())
        if is_client:
            connection.sendall(own)
        if self.stream.read(8) != PREAMBLE:
            sys.exit("The other side speaks another protocol.")
        answer = self.receive("hello")
        if 1 not in answer["versions"] or answer["security"] != "key":
            sys.exit("The other side speaks another version, or without encryption.")
        hellos = [own, PREAMBLE + self.frame]
        salt = hashlib.sha256(b"".join(hellos if is_client else reversed(hellos))).digest()
        secret = private.exchange(X25519PublicKey.from_public_bytes(b64decode(answer["publicKey"])))
        secret += urlsafe_b64decode(pathlib.Path(key_file).read_text().strip())
        infos = [f"picklepost native 1 {side}".encode() for side in ("client", "server")]
        keys = [Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, salt, info).derive(secret))) for info in infos]
        self.key, self.other_key = keys if is_client else reversed(keys)
        if not is_client:
            connection.sendall(own)
            self.send("ready")
        try:
            self.receive("ready")
        except InvalidToken:
            self.key = None  # The other side could not open a token.
            self.send("refusal", code="wrong-key", reason="The keys differ.")
            sys.exit("wrong-key: The other side has another key.")
        if is_client:
            self.send("ready")
        self.largest = {CONTROL: 65_609, DATA: 1_048_669}

    def receive(self, *expected):
        """The next message of one of these types; a piece is a `piece`, the end of the stream a `close`."""
        head = self.stream.read(5)
        length, kind = struct.unpack(">IB", head) if head else (1, CONTROL)
        if not 1 <= length <= 1 + self.largest.get(kind, -1):
            sys.exit(f"protocol: A frame of type {kind} cannot have {length} bytes.")
        body = self.stream.read(length - 1)
        self.frame = head + body
        if not head:
            message = {"type": "close"}
        elif kind == DATA:
            message = {"type": "piece", "item": int.from_bytes(body[:4], "big"), "token": body[4:]}
        else:
            message = json.loads(self.open(body) if self.other_key else body)
        if message["type"] == "ping":
            if not self.is_client:
                self.send("ping")
            return self.receive(*expected)
        if message["type"] not in expected:
            sys.exit(f"{message.get('code', 'protocol')}: {message.get('reason', message)}")
        return message

    def open(self, token):
        plain = self.other_key.decrypt(urlsafe_b64encode(token))
        if plain[:8] != struct.pack(">Q", next(self.received)):
            sys.exit("protocol: A message is not in its place.")
        return plain[8:]

    def send(self, message_type, /, **fields):
        body = json.dumps({"type": message_type, **fields}).encode()
        if self.key:
            body = urlsafe_b64decode(self.key.encrypt(struct.pack(">Q", next(self.sent)) + body))
        self.connection.sendall(frame(CONTROL, body))


def send_file(session, item, path):
    content, key = pathlib.Path(path).read_bytes(), Fernet.generate_key().decode()
    about = {"kind": "file", "name": os.path.basename(path), "size": len(content)}
    session.send("offer", item=item, transfer=os.urandom(16).hex(), key=key, **about)
    session.receive("accept")
    return send_content(session, item, content, key)


def send_content(session, item, content, key, first=0):
    """Sends each piece when the one before has been written. Returns the last answer."""
    last, sha256 = max(0, len(content) - 1) // PIECE, hashlib.sha256(content).hexdigest()
    for index in range(first, last + 1):
        header = struct.pack(">BBB5xQ", 1, index == last, 20, index)
        piece = header + content[index * PIECE : (index + 1) * PIECE]
        token = urlsafe_b64decode(Fernet(key).encrypt(piece))
        session.connection.sendall(frame(DATA, struct.pack(">I", item) + token))
        if index < last:  # That of the only piece may be missing.
            session.receive("progress")
    session.send("end", item=item, size=len(content), sha256=sha256)
    while (answer := session.receive("progress", "stored"))["type"] == "progress":
        pass
    return answer if answer["sha256"] == sha256 else sys.exit("failed: Something else was stored.")


def receive_files(session, folder):
    arrivals = {}
    while (message := session.receive("offer", "piece", "end", "cancel", "close"))["type"] != "close":
        kind, item = message["type"], message["item"]
        if kind == "offer":
            arrivals[item] = (Fernet(message["key"]), [])
            session.send("accept", item=item, pieces=0)
        elif kind == "piece":
            key, pieces = arrivals[item]
            pieces.append(key.decrypt(urlsafe_b64encode(message["token"])))
            check_last(pieces)
            session.send("progress", item=item, pieces=len(pieces))
        elif kind == "end":
            path = store(arrivals.pop(item)[1], message, folder)
            session.send("stored", item=item, id=path.name, sha256=message["sha256"])
            print(json.dumps({"path": str(path), "sha256": message["sha256"]}))
        else:
            del arrivals[item]


def check_last(pieces):
    index, piece = len(pieces) - 1, pieces[-1]
    is_final, is_full, is_empty = piece[1] == 1, len(piece) == 16 + PIECE, len(piece) == 16
    is_next = piece[:16] == struct.pack(">BBB5xQ", 1, is_final, 20, index)
    has_ended = any(earlier[1] for earlier in pieces[:-1])
    if has_ended or not is_next or not (is_full or is_final) or (is_empty and index > 0):
        sys.exit("protocol: A piece is not in its place.")


def store(pieces, end, folder):
    content, is_whole = b"".join(piece[16:] for piece in pieces), any(piece[1] for piece in pieces)
    found = (is_whole, len(content), hashlib.sha256(content).hexdigest())
    if found != (True, end["size"], end["sha256"]):
        sys.exit("failed: What has come is not what was sent.")
    path = pathlib.Path(folder, f"item-{end['item']}")  # No name that comes is safe.
    path.write_bytes(content)
    os.sync()  # Only what is durable may be called stored.
    return path


def send(key_file, host, port, *paths, send_file=send_file):
    with socket.create_connection((host, int(port))) as connection:
        session = Session(connection, key_file, is_client=True)
        for item, path in enumerate(paths):
            print(json.dumps(send_file(session, item, path)))
        connection.shutdown(socket.SHUT_WR)


def receive(key_file, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        with listener.accept()[0] as connection:
            receive_files(Session(connection, key_file, is_client=False), folder)


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]](*sys.argv[2:])
