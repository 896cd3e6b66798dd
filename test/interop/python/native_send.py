"""Sends files encrypted, as docs/native.md says, and prints the answers: native_send.py KEY_FILE HOST PORT FILE..."""

import hashlib, json, os, pathlib, select, socket, struct, sys
from cryptography.fernet import Fernet
from native_session import DATA, PIECE, Session, frame, seal


def answer(session, *kinds):
    """The next message of these kinds. Until it comes, pings keep both sides patient."""
    while True:
        while not select.select([session.connection], [], [], 15)[0]:
            session.send("ping")
        message = session.receive()
        if message["type"] in kinds:
            return message
        if message["type"] not in ("ping", "progress"):
            session.refuse("protocol", f"{message['type']} is not expected here.")


def offer(session, item, path, transfer, key):
    status = os.stat(path)
    about = {"kind": "file", "name": os.path.basename(path), "size": status.st_size, "modified": status.st_mtime_ns // 1_000_000}
    session.send("offer", item=item, transfer=transfer, key=key, **about)
    return answer(session, "accept", "have", "decline")


def send_content(session, item, content, key, first=0):
    """Sends the pieces from the first of them on, never more than two that the server has not written yet."""
    last, written = max(0, len(content) - 1) // PIECE, first
    for index in range(first, last + 1):
        while index - written >= 2:
            message = answer(session, "progress", "decline")
            if message["type"] == "decline":
                return message
            written = message["pieces"]
        header = struct.pack(">BBB5xQ", 1, index == last, 20, index)
        token = seal(key, header + content[index * PIECE : (index + 1) * PIECE])
        session.connection.sendall(frame(DATA, struct.pack(">I", item) + token))
    sha256 = hashlib.sha256(content).hexdigest()
    session.send("end", item=item, size=len(content), sha256=sha256)
    message = answer(session, "stored", "decline")
    if message.get("sha256", sha256) != sha256:
        session.refuse("failed", "What was stored is not what was sent.")
    return message


def send_file(session, item, path):
    key = Fernet.generate_key().decode()
    message = offer(session, item, path, os.urandom(16).hex(), key)
    if message["type"] == "accept":
        message = send_content(session, item, pathlib.Path(path).read_bytes(), key)
    return message


def main(send_file, key_file, host, port, *paths):
    with socket.create_connection((host, int(port))) as connection:
        connection.settimeout(None)
        session = Session(connection, pathlib.Path(key_file).read_text().strip(), "client")
        for item, path in enumerate(paths):
            print(json.dumps(send_file(session, item, path)), flush=True)
        connection.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main(send_file, *sys.argv[1:])
