"""Sends as native_send.py does, and goes on where an earlier call was cut off: native_resume.py KEY_FILE HOST PORT FILE..."""

import hashlib, os, pathlib, socket, sys
from cryptography.fernet import Fernet
from native_send import main, offer, send_content
from native_session import PIECE


def send_file(session, item, path):
    key, first = Fernet.generate_key().decode(), 0
    # The same whenever this file is sent from here, so that the server knows what it has of it.
    transfer = hashlib.sha256(f"{socket.gethostname()}\0{os.path.realpath(path)}".encode()).hexdigest()[:32]
    message = offer(session, item, path, transfer, key)
    if message["type"] != "accept":
        return message
    content = pathlib.Path(path).read_bytes()
    if message["pieces"] > 0:
        beginning = content[: message["pieces"] * PIECE]
        has_changed = hashlib.sha256(beginning).hexdigest() != message["sha256"]
        if has_changed or message["pieces"] > max(1, -(-len(content) // PIECE)):
            session.send("restart", item=item, key=key)
        else:
            first, key = message["pieces"], message["key"]
    return {**send_content(session, item, content, key, first), "firstPiece": first}


if __name__ == "__main__":
    main(send_file, *sys.argv[1:])
