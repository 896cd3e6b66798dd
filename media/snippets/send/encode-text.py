def encode(value):
    return value.encode()
