"""Sends files, or receives those of one connection, encrypted, as docs/native.md says.

native_peer.py send KEY_FILE HOST PORT FILE...    prints the last answer to each file, as JSON
native_peer.py receive KEY_FILE FOLDER            prints the port, and then what has arrived
"""

import hashlib
import json
import os
import pathlib
import re
import socket
import struct
import sys
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREAMBLE, CONTROL, DATA = bytes.fromhex("89504b500d0a1a0a"), 1, 2
PIECE, LARGEST = 1 << 20, 1_048_670


def seal(key, plain):
    return urlsafe_b64decode(Fernet(key).encrypt(plain))


def unseal(key, token):
    return Fernet(key).decrypt(urlsafe_b64encode(token))


def frame(kind, body):
    return struct.pack(">IB", len(body) + 1, kind) + body


class Session:
    def __init__(self, connection, key_file, side, other_side):
        self.connection, self.stream = connection, connection.makefile("rb")
        self.key, self.other_key, self.sent, self.received = None, None, 0, 0
        private = X25519PrivateKey.generate()
        public = b64encode(private.public_key().public_bytes_raw()).decode()
        hello = {"type": "hello", "versions": [1], "agent": "python", "security": "key"}
        hello |= {"publicKey": public, "nonce": b64encode(os.urandom(16)).decode()}
        hellos = {side: PREAMBLE + frame(CONTROL, json.dumps(hello).encode())}
        if side == "client":
            connection.sendall(hellos[side])
        if self.stream.read(8) != PREAMBLE:
            sys.exit("The other side speaks another protocol.")
        answer = self.receive("hello")
        hellos[other_side] = PREAMBLE + frame(CONTROL, self.body)
        if 1 not in answer["versions"] or answer["security"] != "key":
            sys.exit("The other side speaks another version, or without encryption.")
        if side == "server":
            connection.sendall(hellos[side])
        public = X25519PublicKey.from_public_bytes(b64decode(answer["publicKey"]))
        shared = urlsafe_b64decode(pathlib.Path(key_file).read_text().strip())
        salt = hashlib.sha256(hellos["client"] + hellos["server"]).digest()
        keys = {}
        for name in ("client", "server"):
            derivation = HKDF(SHA256(), 32, salt, f"picklepost native 1 {name}".encode())
            keys[name] = urlsafe_b64encode(derivation.derive(private.exchange(public) + shared))
        self.key, self.other_key = keys[side], keys[other_side]
        if side == "server":
            self.send("ready")
        try:
            self.receive("ready")
        except InvalidToken:
            self.key = None  # The other side could not open a token.
            self.send("refusal", code="wrong-key", reason="The keys differ.")
            sys.exit("wrong-key: The other side has another key.")
        if side == "client":
            self.send("ready")

    def receive(self, *expected):
        """The next message of one of these types; a piece comes as one of type `piece`."""
        length, kind = struct.unpack(">IB", self.stream.read(5))
        if length > LARGEST:
            sys.exit(f"protocol: A frame of {length} bytes is too long.")
        self.body = text = self.stream.read(length - 1)
        if kind == DATA and "piece" in expected:
            return {"type": "piece", "item": int.from_bytes(text[:4], "big"), "token": text[4:]}
        if self.other_key:
            plain = unseal(self.other_key, text)
            text = plain[8:]
            if plain[:8] != struct.pack(">Q", self.received):
                sys.exit("protocol: A message is not in its place.")
            self.received += 1
        message = json.loads(text)
        if message["type"] == "ping" and "ping" not in expected:
            return self.receive(*expected)
        if message["type"] not in expected:
            sys.exit(f"{message.get('code', 'protocol')}: {message.get('reason', message)}")
        return message

    def send(self, kind, /, **fields):
        body = json.dumps({"type": kind, **fields}).encode()
        if self.key:
            body = seal(self.key, struct.pack(">Q", self.sent) + body)
            self.sent += 1
        self.connection.sendall(frame(CONTROL, body))


def send_file(session, item, path):
    content, key = pathlib.Path(path).read_bytes(), Fernet.generate_key().decode()
    about = {"kind": "file", "name": os.path.basename(path), "size": len(content)}
    session.send("offer", item=item, transfer=os.urandom(16).hex(), key=key, **about)
    answer = session.receive("accept", "decline")
    return send_content(session, item, content, key) if answer["type"] == "accept" else answer


def send_content(session, item, content, key, first=0):
    """Sends each piece when the one before has been written. Returns the last answer."""
    last = max(0, len(content) - 1) // PIECE
    for index in range(first, last + 1):
        header = struct.pack(">BBB5xQ", 1, index == last, 20, index)
        token = seal(key, header + content[index * PIECE : (index + 1) * PIECE])
        session.connection.sendall(frame(DATA, struct.pack(">I", item) + token))
        if index < last:  # That of the only piece may be missing.
            answer = session.receive("progress", "decline")
            if answer["type"] == "decline":
                return answer
    session.send("end", item=item, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    answer = session.receive("progress", "stored", "decline")
    return session.receive("stored", "decline") if answer["type"] == "progress" else answer


def receive_files(session, folder):
    arrivals = {}
    while session.stream.peek(1):
        message = session.receive("ping", "offer", "piece", "end", "cancel")
        kind, item = message["type"], message.get("item")
        if kind == "ping":
            session.send("ping")
        elif kind == "offer":
            arrivals[item] = {**message, "pieces": [], "is_whole": False}
            session.send("accept", item=item, pieces=0)
        elif kind == "piece":
            take_piece(arrivals[item], message["token"])
            session.send("progress", item=item, pieces=len(arrivals[item]["pieces"]))
        elif kind == "end":
            path = store(arrivals.pop(item), message, folder)
            session.send("stored", item=item, id=path.name, sha256=message["sha256"])
            print(json.dumps({"path": str(path), "sha256": message["sha256"]}))
        else:
            del arrivals[item]


def take_piece(arrival, token):
    plain = unseal(arrival["key"], token)
    is_final, is_full = plain[1] == 1, len(plain) == 16 + PIECE
    is_next = plain[:16] == struct.pack(">BBB5xQ", 1, is_final, 20, len(arrival["pieces"]))
    if arrival["is_whole"] or not is_next or not (is_full or is_final):
        sys.exit("protocol: A piece is not in its place.")
    arrival["is_whole"] = is_final
    arrival["pieces"].append(plain[16:])


def store(arrival, end, folder):
    content = b"".join(arrival["pieces"])
    found = (arrival["is_whole"], len(content), hashlib.sha256(content).hexdigest())
    if found != (True, end["size"], end["sha256"]):
        sys.exit("failed: What has come is not what was sent.")
    name = re.sub(r"[^\w.-]", "_", arrival["name"])[-100:]
    path = pathlib.Path(folder, f"{end['item']}-{name}")
    path.write_bytes(content)
    for place in (path, folder):  # Only what is durable may be called stored.
        descriptor = os.open(place, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return path


def send(key_file, host, port, *paths, send_file=send_file):
    with socket.create_connection((host, int(port))) as connection:
        session = Session(connection, key_file, "client", "server")
        for item, path in enumerate(paths):
            print(json.dumps(send_file(session, item, path)))
        connection.shutdown(socket.SHUT_WR)


def receive(key_file, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        with listener.accept()[0] as connection:
            receive_files(Session(connection, key_file, "server", "client"), folder)


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]](*sys.argv[2:])
