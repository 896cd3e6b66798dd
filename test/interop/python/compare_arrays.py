"""Reads JSON objects, a line each, of a pickle and a .npy file or a PNG of the same array, and says which differ."""
import io, json, pickle, sys
import numpy as np, PIL.Image

for line in sys.stdin:
    sample = json.loads(line)
    array = np.asarray(pickle.loads(bytes.fromhex(sample["pickle"])))
    array = array.astype(array.dtype.newbyteorder("="))
    if "npy" in sample:
        read = np.load(io.BytesIO(bytes.fromhex(sample["npy"])))
        # Most pickles load in the byte order of the machine.
        read = read.astype(read.dtype.newbyteorder("="))
        same = read.dtype == array.dtype and read.shape == array.shape and read.tobytes() == array.tobytes()
    else:
        picture = PIL.Image.open(io.BytesIO(bytes.fromhex(sample["png"])))
        same = np.array_equal(np.asarray(picture.convert("L" if array.ndim == 2 else "RGB")), array)
    if not same:
        print(json.dumps(sample["name"]))
