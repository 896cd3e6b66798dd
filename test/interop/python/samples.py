"""How the scripts of known values talk to the tests.

Without input, a script writes its samples as pickles, a JSON object a line. With lines that have in "source" what Picklepost copies for a
sample, it says for each whether Python makes an equal value of that.
"""
import json, pickle, sys

PROTOCOLS = 0, 1, 2, 3, 4, 5


def serve(samples, same, names, protocols=PROTOCOLS):
    """samples: values by name; same: whether two are equal, or raises; names: what a person has imported."""
    lines = sys.stdin.read().splitlines()
    for line in lines:
        print(json.dumps(check(json.loads(line), same, names)))
    if not lines:
        write(samples, [one for one in protocols if one <= pickle.HIGHEST_PROTOCOL])


def write(samples, protocols):
    for name, value in samples.items():
        for protocol in protocols:
            try:
                content = pickle.dumps(value, protocol)
            except (pickle.PicklingError, TypeError, AttributeError, ValueError, NotImplementedError):
                continue  # this version cannot
            text = str(pickle.loads(content))
            print(json.dumps({"name": name, "protocol": protocol, "pickle": content.hex(), "text": text}))


def check(line, same, names):
    try:
        made = eval(line["source"], dict(names))
        # Protocols differ in what they keep, so it is compared with what Python itself reads.
        read = pickle.loads(bytes.fromhex(line["pickle"]))
        problem = None if same(read, made) else "is not equal: " + repr(made)[:300]
    except Exception as error:
        problem = type(error).__name__ + ": " + str(error)
    del line["pickle"]
    return {**line, "problem": problem}
