def decode(data):
    return data.decode()
