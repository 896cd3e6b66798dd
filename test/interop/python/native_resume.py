"""Sends as native_peer.py does, and goes on where an earlier call was cut off.

native_resume.py KEY_FILE HOST PORT FILE...
"""

import hashlib
import os
import socket
import sys

from cryptography.fernet import Fernet
from native_peer import PIECE, describe, send, send_content


def send_file(session, item, path, place):
    about, key, first = describe(path, place), Fernet.generate_key().decode(), 0
    with open(path, "rb") as file:
        content = file.read()
    # The same whenever this file is sent from here, so that the server knows what it has of it.
    source = f"{socket.gethostname()}\0".encode() + os.path.realpath(path)
    transfer = hashlib.sha256(source).hexdigest()[:32]
    session.send("offer", item=item, transfer=transfer, key=key, **about)
    answer = session.receive("accept", "have")
    if answer["type"] == "have":
        return answer
    if answer["pieces"] > 0:
        beginning = content[: answer["pieces"] * PIECE]
        has_changed = hashlib.sha256(beginning).hexdigest() != answer["sha256"]
        if has_changed or answer["pieces"] > max(1, -(-len(content) // PIECE)):
            session.send("restart", item=item, key=key)
        else:
            first, key = answer["pieces"], answer["key"]
    return {**send_content(session, item, content, key, first), "firstPiece": first}


if __name__ == "__main__":
    send(*sys.argv[1:], send_file=send_file)
