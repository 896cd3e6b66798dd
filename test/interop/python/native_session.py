"""An encrypted session of docs/native.md: handshake, frames, messages. Its sides are native_send.py and native_receive.py."""

import base64, hashlib, json, os, socket, struct, sys
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREAMBLE, CONTROL, DATA, PIECE = bytes.fromhex("89504b500d0a1a0a"), 1, 2, 1 << 20


def seal(key, plain):
    return base64.urlsafe_b64decode(Fernet(key).encrypt(plain))


def unseal(key, token):
    return Fernet(key).decrypt(base64.urlsafe_b64encode(token))


def frame(kind, body):
    return struct.pack(">IB", len(body) + 1, kind) + body


class Session:
    key = None

    def __init__(self, connection, shared_key, side):
        self.connection, self.sent, self.received, self.largest = connection, 0, 0, {CONTROL: 8192}
        private, nonce = X25519PrivateKey.generate(), base64.b64encode(os.urandom(16)).decode()
        public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
        hello = {"type": "hello", "versions": [1], "agent": "python", "security": "key", "publicKey": public, "nonce": nonce}
        mine = frame(CONTROL, json.dumps(hello).encode())
        if side == "client":
            connection.sendall(PREAMBLE + mine)
        if self.read(8) != PREAMBLE:
            sys.exit("The other side speaks another protocol.")
        if side == "server":
            connection.sendall(PREAMBLE)
        body = self.read_frame()[1]
        answer = self.parse(body)
        if 1 not in answer["versions"]:
            self.refuse("version", "Only version 1 is spoken here.")
        if answer["security"] != "key":
            self.refuse("encryption-required" if side == "server" else "protocol", "Only encrypted sessions are held here.")
        if side == "server":
            connection.sendall(mine)
        hellos = (mine, frame(CONTROL, body)) if side == "client" else (frame(CONTROL, body), mine)
        salt = hashlib.sha256(PREAMBLE + hellos[0] + PREAMBLE + hellos[1]).digest()
        secret = private.exchange(X25519PublicKey.from_public_bytes(base64.b64decode(answer["publicKey"])))
        keys = {}
        for name in ("client", "server"):
            derivation = HKDF(SHA256(), 32, salt, f"picklepost native 1 {name}".encode())
            keys[name] = base64.urlsafe_b64encode(derivation.derive(secret + base64.urlsafe_b64decode(shared_key)))
        self.key, self.their_key = keys.pop(side), *keys.values()
        self.get_ready(side)

    def get_ready(self, side):
        if side == "server":
            self.send("ready")
        try:
            if self.receive()["type"] != "ready":
                self.refuse("protocol", "The first message must be ready.")
        except InvalidToken:
            if side == "client":
                self.key = None  # The server could not open a token.
                self.send("refusal", code="wrong-key", reason="The keys differ.")
            sys.exit("wrong-key: The other side has another key.")
        if side == "client":
            self.send("ready")
        self.largest = {CONTROL: 65_609, DATA: 1_048_669}

    def read(self, count):
        return self.connection.recv(count, socket.MSG_WAITALL) if count else b""

    def read_frame(self):
        if not (head := self.read(5)):
            raise EOFError
        length, kind = struct.unpack(">IB", head)
        if not 1 <= length <= self.largest.get(kind, -1) + 1:
            self.refuse("protocol", f"A frame of type {kind} and length {length} is not allowed here.")
        body = self.read(length - 1)
        if len(body) < length - 1 or kind == DATA and len(body) < 4:
            self.refuse("protocol", "A frame is cut off.")
        return kind, body

    def parse(self, text):
        message = json.loads(text)
        return sys.exit("{code}: {reason}".format(**message)) if message["type"] == "refusal" else message

    def receive(self):
        """The next message; a piece comes as one of type `piece`."""
        kind, body = self.read_frame()
        if kind == DATA:
            return {"type": "piece", "item": int.from_bytes(body[:4], "big"), "token": body[4:]}
        plain = unseal(self.their_key, body)
        if plain[:8] != struct.pack(">Q", self.received):
            self.refuse("protocol", "A message is out of order.")
        self.received += 1
        return self.parse(plain[8:])

    def send(self, kind, /, **fields):
        """Sends a message, in the plain as long as there is no key."""
        body = json.dumps({"type": kind, **fields}).encode()
        if self.key:
            body = seal(self.key, struct.pack(">Q", self.sent) + body)
            self.sent += 1
        self.connection.sendall(frame(CONTROL, body))

    def refuse(self, code, reason):
        self.send("refusal", code=code, reason=reason)
        sys.exit(f"{code}: {reason}")
