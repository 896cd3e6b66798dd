"""Receives the files of one connection, encrypted, as docs/native.md says: native_receive.py KEY_FILE FOLDER

Prints the port, and then each file, as a JSON object a line.
"""

import hashlib, json, os, pathlib, re, socket, struct, sys
from cryptography.fernet import InvalidToken
from native_session import PIECE, Session, unseal


class Arrival:
    def __init__(self, folder, offer):
        self.path = pathlib.Path(folder, f"{offer['item']}-" + re.sub(r"[^\w.-]", "_", offer["name"])[-100:])
        self.file, self.key = open(f"{self.path}.part", "xb"), offer["key"]
        self.pieces, self.is_whole, self.digest = 0, False, hashlib.sha256()

    def take(self, token):
        """Whether the piece is the next one."""
        plain = unseal(self.key, token)
        is_final, content = plain[1:2] == b"\x01", plain[16:]
        is_full = len(content) == PIECE or is_final and len(content) < PIECE and (content or self.pieces == 0)
        if self.is_whole or not is_full or plain[:16] != struct.pack(">BBB5xQ", 1, is_final, 20, self.pieces):
            return False
        self.file.write(content)
        self.digest.update(content)
        self.pieces, self.is_whole = self.pieces + 1, is_final
        return True

    def finish(self, end):
        """Whether all of it is here, and durable."""
        if not self.is_whole or (self.file.tell(), self.digest.hexdigest()) != (end["size"], end["sha256"]):
            return False
        self.file.flush()
        os.fsync(self.file.fileno())
        os.rename(self.file.name, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return True

    def close(self):
        self.file.close()
        pathlib.Path(self.file.name).unlink(missing_ok=True)


def take(session, folder, arrivals, message):
    kind, item = message["type"], message.get("item")
    if kind == "ping":
        session.send("ping")
    elif kind == "offer" and item > max(arrivals, default=-1):
        arrivals[item] = Arrival(folder, message)
        session.send("accept", item=item, pieces=0)
    elif kind not in ("piece", "end", "cancel") or item not in arrivals:
        session.refuse("protocol", f"{kind} is not expected here.")
    elif (arrival := arrivals[item]) and kind == "piece":
        if not arrival.take(message["token"]):
            session.refuse("protocol", "This piece is not the next one.")
        session.send("progress", item=item, pieces=arrival.pieces)
    elif arrival:
        arrivals[item] = None  # What still comes for it is passed over.
        if kind == "end" and arrival.finish(message):
            session.send("stored", item=item, id=str(item), sha256=message["sha256"])
            print(json.dumps({"path": str(arrival.path), "sha256": message["sha256"]}), flush=True)
        elif kind == "end":
            session.send("decline", item=item, code="failed", reason="This is not what was to be sent.")
        arrival.close()


def receive_into(folder, session):
    arrivals = {}
    try:
        while True:
            take(session, folder, arrivals, session.receive())
    except EOFError:
        pass
    except InvalidToken:
        session.refuse("protocol", "This does not open.")
    finally:
        for arrival in filter(None, arrivals.values()):
            arrival.close()


def main(key_file, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        with listener.accept()[0] as connection:
            receive_into(folder, Session(connection, pathlib.Path(key_file).read_text().strip(), "server"))


main(*sys.argv[1:])
