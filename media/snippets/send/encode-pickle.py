import pickle


def encode(value):
    return pickle.dumps(value)
