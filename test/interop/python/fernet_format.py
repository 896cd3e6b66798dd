"""docs/format.md once more, with Python's cryptography: one JSON request per line of input, one JSON answer per line."""

import base64
import json
import struct
import sys

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Refused(Exception):
    pass


def token_length(content_length):
    return 57 + 16 * ((16 + content_length) // 16 + 1)


def open_stream(key, stream, piece_size):
    """The content of a token stream."""
    full = token_length(piece_size)
    fernet = Fernet(key)
    content, is_final, at, index = b"", False, 0, 0
    while at < len(stream):
        if is_final:
            raise Refused("something follows the final piece")
        token, at = stream[at : at + full], at + full
        piece = fernet.decrypt(base64.urlsafe_b64encode(token))
        if len(piece) < 16:
            raise Refused("no header")
        version, flags, log2, zero, number = struct.unpack(">BBB5sQ", piece[:16])
        if version != 1 or flags > 1 or zero != bytes(5):
            raise Refused("not this format")
        if 1 << log2 != piece_size or number != index:
            raise Refused("not the piece that belongs here")
        is_final = flags == 1
        length = len(piece) - 16
        if not is_final and length != piece_size or length > piece_size or length == 0 and index > 0:
            raise Refused("not as long as it should be")
        content += piece[16:]
        index += 1
    if not is_final:
        raise Refused("the final piece is missing")
    return content


def seal_stream(key, content, piece_size):
    """The token stream of some content."""
    pieces = [content[at : at + piece_size] for at in range(0, len(content), piece_size)] or [b""]
    stream = b""
    for index, piece in enumerate(pieces):
        header = struct.pack(">BBB5xQ", 1, index == len(pieces) - 1, piece_size.bit_length() - 1, index)
        stream += base64.urlsafe_b64decode(Fernet(key).encrypt(header + piece))
    return stream


def derive(inbox_key, info, length):
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(base64.urlsafe_b64decode(inbox_key))


def open_item(inbox_key, mark, name, file):
    """Metadata and content of an item file."""
    mark = json.loads(mark)
    if mark["format"] != 1 or mark["keyCheck"] != derive(inbox_key, b"picklepost inbox key check", 8).hex():
        raise Refused("not this inbox")
    trailer = file[-16:]
    length, version, magic = struct.unpack(">IH10s", trailer)
    if version != 1 or magic != b"picklepost":
        raise Refused("not this format")
    box = file[-16 - length : -16]
    footer_key = derive(inbox_key, b"picklepost item footer", 32)
    metadata = json.loads(AESGCM(footer_key).decrypt(box[:12], box[12:], trailer))
    if metadata["id"] + ".item" != name:
        raise Refused("the name of another item")
    content = open_stream(metadata.pop("key"), file[: -16 - length], 1 << 20)
    return {"metadata": metadata, "plain": content.hex()}


def answer(request):
    try:
        if "inboxKey" in request:
            file = base64.urlsafe_b64decode(request["file"])
            return open_item(request["inboxKey"], request["format"], request["name"], file)
        if "plain" in request:
            stream = seal_stream(request["key"], bytes.fromhex(request["plain"]), request["pieceSize"])
            return {"stream": base64.urlsafe_b64encode(stream).decode()}
        stream = base64.urlsafe_b64decode(request["stream"])
        return {"plain": open_stream(request["key"], stream, request["pieceSize"]).hex()}
    except (Refused, InvalidToken):
        return {"plain": None}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
