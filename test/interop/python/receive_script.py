"""The least that receives a dictionary from a sender."""
import json, pickle, socket

with socket.create_server(('127.0.0.1', 0)) as server:
    print(json.dumps({'port': server.getsockname()[1]}), flush=True)
    connection, _ = server.accept()
    with connection, connection.makefile('rb') as stream:
        print(json.dumps({'value': pickle.load(stream)}), flush=True)
        connection.sendall(b'OK')
