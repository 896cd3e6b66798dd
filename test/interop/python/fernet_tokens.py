"""Makes and opens Fernet tokens with Python's cryptography: one JSON request per line of input, one JSON answer per line."""

import json
import sys

from cryptography.fernet import Fernet, InvalidToken


def answer(request):
    fernet = Fernet(request["key"])
    if "plain" in request:
        return {"token": fernet.encrypt(bytes.fromhex(request["plain"])).decode()}
    try:
        return {"plain": fernet.decrypt(request["token"]).hex()}
    except InvalidToken:
        return {"plain": None}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
