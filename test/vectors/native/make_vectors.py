"""Makes the vectors beside it from docs/native.md, with fixed keys: python3 test/vectors/native/make_vectors.py"""

import base64
import hashlib
import hmac
import json
import pathlib
import struct

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PREAMBLE = bytes.fromhex("89504b500d0a1a0a")
TIME = 1_700_000_000
CONTENT = b"hello"


def fixed(what, length=32):
    """Bytes that anyone can make again."""
    return hashlib.sha256(b"picklepost vector " + what.encode()).digest()[:length]


def text(key):
    return base64.urlsafe_b64encode(key).decode()


def frame(kind, body):
    return struct.pack(">IB", len(body) + 1, kind) + body


def compact(message):
    return json.dumps(message, separators=(",", ":")).encode()


def seal(key, plain, iv):
    """A Fernet token in binary form, whose time and IV are given."""
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key[16:]), modes.CBC(iv)).encryptor()
    encrypted = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    signed = b"\x80" + struct.pack(">Q", TIME) + iv + encrypted
    return signed + hmac.digest(key[:16], signed, "sha256")


def hkdf(salt, secret, info):
    """RFC 5869 by hand, for 32 bytes: one block."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")


def side(name, security, shared=b""):
    private = X25519PrivateKey.from_private_bytes(fixed(f"{name} private key"))
    public, nonce = private.public_key().public_bytes_raw(), fixed(f"{name} nonce", 16)
    hello = {
        "type": "hello",
        "versions": [1],
        "agent": f"vector {name}",
        "security": security,
        "publicKey": base64.b64encode(public).decode(),
        "nonce": base64.b64encode(nonce).decode(),
    }
    if shared:
        hint = hmac.digest(shared, b"picklepost native 1 key hint" + public + nonce, "sha256")[:16]
        hello["keyHint"] = base64.b64encode(hint).decode()
    return private, public, nonce, frame(1, compact(hello))


def describe(private, public, nonce, hello):
    return {
        "privateKey": private.private_bytes_raw().hex(),
        "publicKey": public.hex(),
        "nonce": nonce.hex(),
        "hello": hello.hex(),
    }


def make(security):
    shared, item_key = fixed("shared key") if security == "key" else b"", fixed("item key")
    client, server = side("client", security, shared), side("server", security)
    secret = client[0].exchange(server[0].public_key())
    salt = hashlib.sha256(PREAMBLE + client[3] + PREAMBLE + server[3]).digest()
    keys = {who: hkdf(salt, secret + shared, f"picklepost native 1 {who}".encode()) for who in ("client", "server")}
    counters, frames = {"client": 0, "server": 0}, []

    def say(who, what, **fields):
        counter, message = counters[who], {"type": what, **fields}
        counters[who] += 1
        token = seal(keys[who], struct.pack(">Q", counter) + compact(message), fixed(f"{who} iv {counter}", 16))
        frames.append({"from": who, "frame": frame(1, token).hex(), "counter": counter, "message": message})

    def offer(item, **about):
        say("client", "offer", item=item, transfer=fixed(f"transfer {item}", 16).hex(), **about, key=text(item_key))

    def send_content(item):
        sent = seal(item_key, piece, fixed("piece iv", 16))
        data = frame(2, struct.pack(">I", item) + sent).hex()
        frames.append({"from": "client", "frame": data, "item": item, "piece": sent.hex(), "plain": piece.hex()})
        say("server", "progress", item=item, pieces=1)
        say("client", "end", item=item, size=len(CONTENT), sha256=digest)

    digest, empty = hashlib.sha256(CONTENT).hexdigest(), hashlib.sha256(b"").hexdigest()
    piece = struct.pack(">BBB5xQ", 1, 1, 20, 0) + CONTENT
    say("server", "ready")
    say("client", "ready")
    # A file.
    offer(0, kind="file", name="greeting.txt", size=len(CONTENT), modified=TIME * 1000)
    say("server", "accept", item=0, pieces=0)
    send_content(0)
    say("server", "stored", item=0, id="1", sha256=digest)
    # One of 1965 in a folder, executable, whose names the server has to change; it has not computed the hash itself.
    path = "project/.git/two\nlines.txt"
    offer(1, kind="file", name="two\nlines.txt", path=path, size=len(CONTENT), modified=-141_019_380_000, mode=0o111)
    say("server", "accept", item=1, pieces=0)
    send_content(1)
    kept = {"name": "two_lines.txt", "path": "project/_.git/two_lines.txt"}
    say("server", "stored", item=1, id="2", sha256=digest, **kept, claimed=1)
    # An empty folder, which the server has already.
    offer(2, kind="file", name="empty", path="project/.git/empty/", size=0)
    say("server", "have", item=2, id="3", sha256=empty, size=0, name="empty", path="project/_.git/empty", claimed=1)
    # A pickle, where none are taken, and a text that is given up.
    offer(3, kind="dictionary", format="binary", name="data.pkl", size=21)
    say("server", "decline", item=3, code="pickle-disabled", reason="This receiver takes no pickles.")
    offer(4, kind="text", name="note")
    say("server", "accept", item=4, pieces=0)
    say("client", "cancel", item=4)
    # The server has the beginning of something that was under the same name before.
    offer(5, kind="file", name="large.bin", size=5 << 20, modified=0)
    say("server", "accept", item=5, pieces=2, sha256=hashlib.sha256(bytes(2 << 20)).hexdigest(), key=text(fixed("old key")))
    say("client", "restart", item=5, key=text(fixed("fresh key")))
    say("client", "ping")
    say("server", "ping")
    say("server", "refusal", code="failed", reason="This side cannot go on.")
    return {
        **({"sharedKey": text(shared)} if shared else {}),
        "client": describe(*client),
        "server": describe(*server),
        "secret": secret.hex(),
        "transcriptHash": salt.hex(),
        "clientKey": text(keys["client"]),
        "serverKey": text(keys["server"]),
        "frames": frames,
    }


for name, security in (("verified", "key"), ("unverified", "none")):
    target = pathlib.Path(__file__).with_name(f"{name}.json")
    target.write_text(json.dumps(make(security), indent=2) + "\n")
