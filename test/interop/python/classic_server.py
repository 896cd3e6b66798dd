"""A small model of the original classic server, with its faults: what it does not expect ends the thread without an answer.

Prints the port, then a line of JSON for each transfer and for each END. Argument: the key, or nothing.
"""
import json, pickle, socket, struct, sys, threading
from xml.etree import ElementTree

KEY = sys.argv[1] if len(sys.argv) > 1 else None
FORMATS = {1: pickle.loads, 2: json.loads, 3: lambda data: {child.tag: child.text for child in ElementTree.fromstring(data)}}
connections = []  # what a dead thread leaves open


class InvalidHeader(Exception):
    pass


class UnsupportedTransfer(Exception):
    pass


def report(**what):
    print(json.dumps(what), flush=True)


def receive(connection, count):
    data = b''
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            report(spins=True)  # The original never stops here.
            sys.exit()
        data += part
    return data


def decrypt(chunk):
    from cryptography.fernet import Fernet
    return Fernet(KEY).decrypt(chunk)


def first_packet(connection):
    meta = receive(connection, 1)[0]
    kind, form, encrypted = meta >> 5, meta >> 2 & 7, bool(meta & 2)
    if kind > 1 or (kind == 1 and form not in FORMATS):
        raise UnsupportedTransfer('Invalid Data Type specified')
    return {'kind': kind, 'form': form, 'encrypted': encrypted, 'data': '' if kind == 0 else b''}


def serve(connection):
    session = None
    while True:
        op = receive(connection, 1)[0]
        if op >> 4 == 1:
            report(end=True)
            return connection.close()
        try:
            if op & 8:
                session = first_packet(connection)
            elif session is None:
                raise InvalidHeader('Uninitialised session')
        except (InvalidHeader, UnsupportedTransfer) as error:
            connection.sendall(f'ERROR: {error!r}'.encode())
            continue
        chunk = receive(connection, *struct.unpack('>H', receive(connection, 2)))
        if session['encrypted']:
            chunk = decrypt(chunk)
        session['data'] += chunk.decode() if session['kind'] == 0 else chunk
        if op & 4:
            value = session['data'] if session['kind'] == 0 else FORMATS[session['form']](session['data'])
            report(value=value, encrypted=session['encrypted'])
            connection.sendall(b'OK')
            session = None


threading.excepthook = lambda args: report(died=args.exc_type.__name__)
with socket.create_server(('127.0.0.1', 0)) as server:
    report(port=server.getsockname()[1])
    while True:
        connections.append(server.accept()[0])
        threading.Thread(target=serve, args=connections[-1:], daemon=True).start()
