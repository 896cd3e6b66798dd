"""A small model of the early version's server. Argument: the key. Serves one connection and prints what came."""
import json, pickle, socket, sys
from cryptography.fernet import Fernet

with socket.create_server(('127.0.0.1', 0)) as server:
    print(json.dumps({'port': server.getsockname()[1]}), flush=True)
    connection = server.accept()[0]
    value = pickle.loads(connection.recv(4096))
    token = b''.join(iter(lambda: connection.recv(1111), b''))
    connection.close()
    print(json.dumps({'value': value, 'text': Fernet(sys.argv[1]).decrypt(token).decode()}), flush=True)
