"""Makes Fernet keys of passphrases as the documentation of Python's cryptography does: one JSON request per line of input, one key per line."""

import base64
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

for line in sys.stdin:
    request = json.loads(line)
    salt = bytes.fromhex(request["salt"])
    if request["kdf"] == "scrypt":
        kdf = Scrypt(salt=salt, length=32, n=2 ** request["logN"], r=request["r"], p=request["p"])
    else:
        kdf = PBKDF2HMAC(
            algorithm=hashes.SHA256(), length=32, salt=salt, iterations=request["iterations"]
        )
    print(base64.urlsafe_b64encode(kdf.derive(request["passphrase"].encode())).decode())
