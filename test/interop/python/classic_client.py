"""A small model of the original classic client. Arguments: the port, and the key or nothing.

Sends each line of JSON from standard input on one connection, as {"format": "txt", "binary", "json" or "xml", "value": …},
and prints each answer.
"""
import json, pickle, socket, struct, sys
from xml.etree import ElementTree

FORMATS = ['txt', 'binary', 'json', 'xml']
KEY = sys.argv[2] if len(sys.argv) > 2 else None


def serialize(form, value):
    if form == 'txt':
        return value.encode()
    if form == 'binary':
        return pickle.dumps(value)
    if form == 'json':
        return json.dumps(value).encode()
    root = ElementTree.Element('root')
    for key, entry in value.items():
        ElementTree.SubElement(root, key).text = str(entry)
    return ElementTree.tostring(root)


def encrypt(chunk):
    if not KEY:
        return chunk
    from cryptography.fernet import Fernet
    return Fernet(KEY).encrypt(chunk)


def send(connection, form, value):
    data = serialize(form, value)
    chunks = [data[at:at + 48000] for at in range(0, len(data), 48000)]
    meta = (form != 'txt') << 5 | FORMATS.index(form) << 2 | bool(KEY) << 1
    for i, chunk in enumerate(chunks):
        op = (i == 0) << 3 | (i == len(chunks) - 1) << 2
        head = bytes([op, meta]) if i == 0 else bytes([op])
        chunk = encrypt(chunk)
        connection.sendall(head + struct.pack('>H', len(chunk)) + chunk)
    print(connection.recv(1024).decode(), flush=True)


with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as connection:
    for line in sys.stdin:
        item = json.loads(line)
        send(connection, item['format'], item['value'])
    connection.sendall(b'\x10')
