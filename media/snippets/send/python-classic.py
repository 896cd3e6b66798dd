"""Sends values to a server of the classic protocol. Python 3.8 or newer; nothing to install."""

import socket
import struct
{{CODEC}}
HOST, PORT = {{HOST}}, {{PORT}}
META = {{META}}  # Kind and format of what encode() makes.


def send(*values):
    with socket.create_connection((HOST, PORT), timeout=60) as connection:
        for value in values:
            connection.sendall(frame(encode(value)))
            answer = connection.recv(4096).decode()
            if answer != "OK":
                raise RuntimeError(f"{HOST}:{PORT} answered: {answer or 'nothing'}")
        connection.sendall(b"\x10")  # This is the end.
    return "OK"


def frame(data, size=48_000):
    chunks = cut(data, size) or [b""]
    packets = []
    for index, chunk in enumerate(chunks):
        is_first, is_last = index == 0, index == len(chunks) - 1
        head = bytes([is_first << 3 | is_last << 2]) + bytes([META] * is_first)
        packets.append(head + struct.pack(">H", len(chunk)) + chunk)
    return b"".join(packets)


def cut(data, size):
    """Pieces of at most `size` bytes. None ends within a character of UTF-8."""
    pieces = []
    while data:
        end = min(size, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80 and end > size - 4:
            end -= 1
        pieces.append(data[:end])
        data = data[end:]
    return pieces


if __name__ == "__main__":
    print(send({{VALUE}}))
