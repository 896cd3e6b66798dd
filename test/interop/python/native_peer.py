"""docs/native.md in Python: sends files encrypted, or receives files encrypted into a folder, as the server of one connection.

    native_peer.py KEY_FILE send HOST PORT FILE...
    native_peer.py KEY_FILE receive FOLDER

Prints what happens as a JSON object a line. Status 1: the connection ended badly, and the last line tells why.
"""

import base64, hashlib, json, os, pathlib, queue, re, socket, struct, sys, threading
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREAMBLE, PIECE, CAPS = bytes.fromhex("89504b500d0a1a0a"), 1 << 20, {1: 65_609, 2: 1_048_669}


class Refused(Exception):
    """Ends the connection: a code of refusal, and why."""


def tell(**what):
    print(json.dumps(what), flush=True)


def seal(key, plain):
    return base64.urlsafe_b64decode(Fernet(key).encrypt(plain))


def unseal(key, token):
    return Fernet(key).decrypt(base64.urlsafe_b64encode(token))


class Session:
    key = None

    def __init__(self, connection, shared_key, me):
        connection.settimeout(60)
        self.write, self.read = connection.sendall, connection.makefile("rb").read
        self.sent = self.received = 0
        private = X25519PrivateKey.generate()
        public, nonce = (base64.b64encode(b).decode() for b in (private.public_key().public_bytes_raw(), os.urandom(16)))
        hello = {"type": "hello", "versions": [1], "agent": "python", "security": "key", "publicKey": public, "nonce": nonce}
        mine = PREAMBLE + self.frame(1, json.dumps(hello).encode())
        if me == "client":
            self.write(mine)
        if self.read(8) != PREAMBLE:
            raise Refused("protocol", "this is not the native dialect")
        kind, body = self.read_frame()
        theirs, answer = PREAMBLE + self.frame(kind, body), self.parse(body)
        if answer["security"] != "key" or 1 not in answer["versions"]:
            code = "version" if 1 not in answer["versions"] else "encryption-required" if me == "server" else "protocol"
            self.write(PREAMBLE * (me == "server") + self.frame(1, self.compose("refusal", code=code, reason="")))
            raise Refused(code, "the other side offers another version, or no encryption")
        if me == "server":
            self.write(mine)
        secret = private.exchange(X25519PublicKey.from_public_bytes(base64.b64decode(answer["publicKey"])))
        salt = hashlib.sha256(mine + theirs if me == "client" else theirs + mine).digest()
        keys = {}
        for side in ("client", "server"):
            kdf = HKDF(SHA256(), 32, salt, f"picklepost native 1 {side}".encode())
            keys[side] = base64.urlsafe_b64encode(kdf.derive(secret + base64.urlsafe_b64decode(shared_key)))
        self.key, self.their_key = keys[me], keys["server" if me == "client" else "client"]
        if me == "server":
            self.send("ready")
        try:
            if self.receive() != {"type": "ready"}:
                raise Refused("protocol", "not ready")
        except InvalidToken:
            if me == "client":
                self.write(self.frame(1, self.compose("refusal", code="wrong-key", reason="The keys differ.")))
            raise Refused("wrong-key", "the other side has another key")
        if me == "client":
            self.send("ready")

    @staticmethod
    def frame(kind, body):
        return struct.pack(">IB", len(body) + 1, kind) + body

    @staticmethod
    def compose(kind, /, **fields):
        return json.dumps({"type": kind, **fields}).encode()

    def read_frame(self):
        head = self.read(5)
        if not head:
            raise EOFError
        length, kind = struct.unpack(">IB", head)
        if not 0 <= length - 1 <= CAPS.get(kind, -1):
            raise Refused("protocol", f"a frame of type {kind} and length {length}")
        body = self.read(length - 1)
        if len(body) < length - 1 or kind == 2 and len(body) < 4:
            raise Refused("protocol", "half a frame")
        return kind, body

    @staticmethod
    def parse(text):
        message = json.loads(text)
        if message["type"] == "refusal":
            raise Refused(message["code"], message["reason"])
        return message

    def send(self, kind, /, **fields):
        self.write(self.frame(1, seal(self.key, struct.pack(">Q", self.sent) + self.compose(kind, **fields))))
        self.sent += 1

    def receive(self):
        """The next message; a piece comes as one of type `piece`."""
        kind, body = self.read_frame()
        if kind == 2:
            return {"type": "piece", "item": struct.unpack(">I", body[:4])[0], "token": body[4:]}
        plain = unseal(self.their_key, body)
        if plain[:8] != struct.pack(">Q", self.received):
            raise Refused("protocol", "a message out of order")
        self.received += 1
        return self.parse(plain[8:])


class Sender:
    def __init__(self, session):
        self.session, self.answers = session, queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                message = self.session.receive()
                if message["type"] not in ("ping", "progress"):
                    self.answers.put(message)
        except Exception as error:
            self.answers.put(error)

    def answer(self, *kinds):
        while True:
            try:
                answer = self.answers.get(timeout=15)
            except queue.Empty:
                self.session.send("ping")
                continue
            if isinstance(answer, Exception):
                raise answer
            if answer["type"] not in kinds:
                raise Refused("protocol", f"an unexpected {answer['type']}")
            return answer

    def send_file(self, item, path):
        key, status = Fernet.generate_key().decode(), os.stat(path)
        transfer = hashlib.sha256(f"{socket.gethostname()}\0{os.path.realpath(path)}".encode()).hexdigest()[:32]
        about = {"kind": "file", "name": os.path.basename(path), "size": status.st_size}
        about["modified"] = status.st_mtime_ns // 1_000_000
        self.session.send("offer", item=item, transfer=transfer, key=key, **about)
        answer = self.answer("accept", "have", "decline")
        if answer["type"] == "accept":
            first, size, sha256 = self.send_content(item, path, key, answer)
            self.session.send("end", item=item, size=size, sha256=sha256)
            answer = self.answer("stored", "decline")
            if answer.get("sha256", sha256) != sha256:
                raise Refused("protocol", "the server has stored something else")
            answer["firstPiece"] = first
        tell(**answer)

    def send_content(self, item, path, key, accept):
        first, key, content = accept["pieces"], accept.get("key", key), pathlib.Path(path).read_bytes()
        last, sha256 = max(0, len(content) - 1) // PIECE, hashlib.sha256(content).hexdigest()
        if first > last + 1 or first > 0 and hashlib.sha256(content[: first * PIECE]).hexdigest() != accept["sha256"]:
            first, key = 0, Fernet.generate_key().decode()
            self.session.send("restart", item=item, key=key)
        for index in range(first, last + 1):
            piece = struct.pack(">BBB5xQ", 1, index == last, 20, index) + content[index * PIECE : (index + 1) * PIECE]
            self.session.write(Session.frame(2, struct.pack(">I", item) + seal(key, piece)))
        return first, len(content), sha256


class Arrival:
    def __init__(self, folder, offer):
        self.path = pathlib.Path(folder, f"{offer['item']}-" + re.sub(r"[^\w.-]", "_", offer["name"])[-100:])
        self.file, self.key = open(f"{self.path}.part", "xb"), offer["key"]
        self.pieces, self.size, self.is_whole, self.digest = 0, 0, False, hashlib.sha256()

    def take(self, token):
        plain = unseal(self.key, token)
        is_final, content = plain[1:2] == b"\x01", plain[16:]
        fits = len(content) == PIECE or is_final and len(content) < PIECE and (content or self.pieces == 0)
        if self.is_whole or not fits or plain[:16] != struct.pack(">BBB5xQ", 1, is_final, 20, self.pieces):
            raise Refused("protocol", "a piece that does not belong here")
        self.file.write(content)
        self.digest.update(content)
        self.pieces, self.size, self.is_whole = self.pieces + 1, self.size + len(content), is_final

    def finish(self, end):
        """Whether all of it is there, and durable."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        if not self.is_whole or (self.size, self.digest.hexdigest()) != (end["size"], end["sha256"]):
            return os.unlink(self.file.name)
        os.rename(self.file.name, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        return not os.close(folder)


def take(session, folder, arrivals, message):
    kind, item = message["type"], message.get("item")
    if kind == "ping":
        return session.send("ping")
    if kind == "offer" and item > max(arrivals, default=-1):
        arrivals[item] = Arrival(folder, message)
        return session.send("accept", item=item, pieces=0)
    if kind not in ("piece", "end", "cancel") or item not in arrivals:
        raise Refused("protocol", f"an unexpected {kind}")
    arrival = arrivals[item]
    if arrival and kind == "piece":
        arrival.take(message["token"])
        session.send("progress", item=item, pieces=arrival.pieces)
    elif arrival:
        arrivals[item] = None
        if kind == "cancel":
            os.unlink(arrival.file.name)
        elif arrival.finish(message):
            session.send("stored", item=item, id=str(item), sha256=message["sha256"])
            tell(type="stored", path=str(arrival.path), sha256=message["sha256"])
        else:
            session.send("decline", item=item, code="failed", reason="This is not what was to be sent.")


def receive_into(folder, session):
    arrivals = {}
    try:
        while True:
            take(session, folder, arrivals, session.receive())
    except EOFError:
        pass
    except (InvalidToken, Refused) as error:
        session.send("refusal", code="protocol", reason=str(error))
        raise Refused("protocol", str(error))
    finally:
        for arrival in filter(None, arrivals.values()):
            os.unlink(arrival.file.name)


def main(key_file, command, *rest):
    key = pathlib.Path(key_file).read_text().strip()
    if command == "send":
        with socket.create_connection((rest[0], int(rest[1]))) as connection:
            sender = Sender(Session(connection, key, "client"))
            for item, path in enumerate(rest[2:]):
                sender.send_file(item, path)
            connection.shutdown(socket.SHUT_WR)
    else:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            tell(type="listening", port=listener.getsockname()[1])
            with listener.accept()[0] as connection:
                receive_into(rest[0], Session(connection, key, "server"))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refused as refused:
        tell(type="refused", code=refused.args[0], reason=refused.args[1])
        sys.exit(1)
