import json


def decode(data):
    return json.loads(data)
