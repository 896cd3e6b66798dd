PREAMBLE, CONTROL, DATA, PIECE = bytes.fromhex("89504b500d0a1a0a"), 1, 2, 1 << 20
LARGEST = {CONTROL: 65_609, DATA: 1_048_669}


class Session:
    """One connection. Both sides prove that they have the key, and every message is sealed."""

    def __init__(self, connection, key_file, is_client):
        self.connection, self.stream = connection, connection.makefile("rb")
        self.key, self.other_key, self.sent, self.received = None, None, count(), count()
        shared = urlsafe_b64decode(pathlib.Path(key_file).read_text().strip()) if key_file else b""
        security = "key" if shared else "none"
        private, nonce = X25519PrivateKey.generate(), os.urandom(16)
        public = private.public_key().public_bytes_raw()
        about = {"agent": "python", "security": security}
        about |= {"publicKey": encode(public), "nonce": encode(nonce)}
        if is_client and shared:
            about["keyHint"] = encode(hint(shared, public, nonce))
        own = PREAMBLE + self.seal("hello", versions=[1], **about)
        if is_client:
            connection.sendall(own)
        if self.stream.read(8) != PREAMBLE:
            raise ConnectionError("The other side speaks another protocol.")
        hello = self.receive("hello")
        if 1 not in hello["versions"] or hello["security"] != security:
            self.refuse("encryption-required" if shared else "no-key", "Only one side has a key.", is_client)
        theirs = b64decode(hello["publicKey"])
        if shared and not is_client:
            wanted = hint(shared, theirs, b64decode(hello["nonce"]))
            if not hmac.compare_digest(b64decode(hello.get("keyHint", "")), wanted):
                self.refuse("wrong-key", "The other side has another key.", is_client)
        hellos = [own, PREAMBLE + self.frame]
        salt = sha256(b"".join(hellos if is_client else reversed(hellos))).digest()
        secret = private.exchange(X25519PublicKey.from_public_bytes(theirs)) + shared
        infos = [f"picklepost native 1 {side}".encode() for side in ("client", "server")]
        keys = [Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, salt, info).derive(secret))) for info in infos]
        self.key, self.other_key = keys if is_client else reversed(keys)
        connection.sendall((b"" if is_client else own) + self.seal("ready"))
        self.receive("ready")

    def refuse(self, code, reason, is_client):
        if not is_client:
            self.connection.sendall(PREAMBLE + self.seal("refusal", code=code, reason=reason))
        raise ConnectionError(reason)

    def seal(self, message_type, **fields):
        body = json.dumps({"type": message_type, **fields}).encode()
        if self.key:
            body = urlsafe_b64decode(self.key.encrypt(struct.pack(">Q", next(self.sent)) + body))
        return struct.pack(">IB", len(body) + 1, CONTROL) + body

    def send(self, message_type, **fields):
        self.connection.sendall(self.seal(message_type, **fields))

    def send_piece(self, item, token):
        self.connection.sendall(struct.pack(">IBI", len(token) + 5, DATA, item) + token)

    def receive(self, *expected):
        """The next message of one of these types. The end of the stream is a `close`, a piece a `piece`."""
        while (message := self.receive_any())["type"] == "ping":
            pass
        if message["type"] not in expected:
            code, reason = message.get("code", "unexpected"), message.get("reason", message["type"])
            raise ConnectionError(f"{code}: {reason}")
        return message

    def receive_any(self):
        head = self.stream.read(5)
        if len(head) < 5:
            return {"type": "close"}
        length, kind = struct.unpack(">IB", head)
        if not 1 <= length <= 1 + LARGEST.get(kind, -1):
            raise ConnectionError(f"A frame of type {kind} cannot have {length} bytes.")
        body = self.stream.read(length - 1)
        if len(body) < length - 1:
            return {"type": "close"}
        self.frame = head + body
        if kind == DATA:
            return {"type": "piece", "item": int.from_bytes(body[:4], "big"), "token": body[4:]}
        if self.other_key:
            body = self.other_key.decrypt(urlsafe_b64encode(body))
            if body[:8] != struct.pack(">Q", next(self.received)):
                raise ConnectionError("A message is not in its place.")
            body = body[8:]
        return json.loads(body)


def encode(data):
    return b64encode(data).decode()


def hint(key, public, nonce):
    return hmac.digest(key, b"picklepost native 1 key hint" + public + nonce, "sha256")[:16]


def header(index, is_last):
    return struct.pack(">BBB5xQ", 1, is_last, 20, index)
