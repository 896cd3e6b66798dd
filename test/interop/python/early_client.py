"""A small model of the early version's client: a pickle, straight after it a token, and no look at any answer.

Arguments: the port, the key, and how many characters the text has.
"""
import pickle, socket, sys
from cryptography.fernet import Fernet

token = Fernet(sys.argv[2]).encrypt(b'x' * int(sys.argv[3]))
connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
connection.sendall(pickle.dumps({'a': [1, 2.5, None], 'b': {'c': 'd'}}))
connection.sendall(token)
connection.close()
