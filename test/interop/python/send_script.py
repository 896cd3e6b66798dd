"""The least that sends a dictionary to a receive server. Argument: the port."""
import pickle, socket, struct, sys

data = pickle.dumps({'name': 'x', 'values': (1, 2.5, None)})
with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as connection:
    connection.sendall(struct.pack('>BBH', 0x0C, 0x24, len(data)) + data)
    print(connection.recv(100).decode())
    connection.sendall(b'\x10')
