"""Sends a value to a receive server. Python 3.8 or newer; nothing to install."""

import socket
{{CODEC}}
HOST, PORT = {{HOST}}, {{PORT}}


def send(value):
    with socket.create_connection((HOST, PORT), timeout=60) as connection:
        connection.sendall(encode(value))
        connection.shutdown(socket.SHUT_WR)  # This is the end of the value.
        answer = connection.makefile("rb").read().decode()
    if answer not in ("OK", ""):
        raise RuntimeError(f"{HOST}:{PORT} answered: {answer}")
    return answer


if __name__ == "__main__":
    print(send({{VALUE}}))
