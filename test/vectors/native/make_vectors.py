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


def side(name, security):
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
    client, server = side("client", security), side("server", security)
    secret = client[0].exchange(server[0].public_key())
    salt = hashlib.sha256(PREAMBLE + client[3] + PREAMBLE + server[3]).digest()
    keys = {who: hkdf(salt, secret + shared, f"picklepost native 1 {who}".encode()) for who in ("client", "server")}
    counters, frames = {"client": 0, "server": 0}, []

    def say(who, what, **fields):
        counter, message = counters[who], {"type": what, **fields}
        counters[who] += 1
        token = seal(keys[who], struct.pack(">Q", counter) + compact(message), fixed(f"{who} iv {counter}", 16))
        frames.append({"from": who, "frame": frame(1, token).hex(), "counter": counter, "message": message})

    digest = hashlib.sha256(CONTENT).hexdigest()
    piece = struct.pack(">BBB5xQ", 1, 1, 20, 0) + CONTENT
    sent = seal(item_key, piece, fixed("piece iv", 16)) if shared else CONTENT
    say("server", "ready")
    say("client", "ready")
    about = {"kind": "file", "name": "greeting.txt", "size": len(CONTENT), "modified": TIME * 1000}
    say("client", "offer", item=0, transfer=fixed("transfer", 16).hex(), **about, **({"key": text(item_key)} if shared else {}))
    say("server", "accept", item=0, pieces=0)
    data = frame(2, struct.pack(">I", 0) + sent).hex()
    plain = {"plain": piece.hex()} if shared else {}
    frames.append({"from": "client", "frame": data, "item": 0, "piece": sent.hex(), **plain})
    say("server", "progress", item=0, pieces=1 if shared else 0)
    say("client", "end", item=0, size=len(CONTENT), sha256=digest)
    say("server", "stored", item=0, id="1", sha256=digest)
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


for name, security in (("encrypted", "key"), ("plain", "none")):
    target = pathlib.Path(__file__).with_name(f"{name}.json")
    target.write_text(json.dumps(make(security), indent=2) + "\n")
