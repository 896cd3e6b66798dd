"""Says what Python finds in files of pickles, joblib and torch: of each that is named in a line of the input, a line of JSON.

A frame or series as the text of `to_csv()`, anything else as plain JSON: arrays as nested lists, dates in ISO 8601, keys as text, nan as
null, bytes in base64.
"""
import base64, datetime, json, math, pickle, sys
import numpy as np

try:
    import pandas as pd
except ImportError:
    pd = None


def load(path):
    if path.endswith(".joblib"):
        import joblib
        return joblib.load(path)
    if path.endswith(".pt"):
        import torch
        return torch.load(path, weights_only=False)
    with open(path, "rb") as file:
        return pickle.load(file)


def plain(value):
    if value is None or isinstance(value, (bool, str)) or type(value) is int:
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ma.MaskedArray):
        return plain(value.tolist())
    if isinstance(value, np.ndarray):
        return array(value)
    if isinstance(value, np.generic):
        return array(np.asarray(value))
    if isinstance(value, complex):
        return str(value).strip("()")
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if type(value).__module__.split(".")[0] == "torch":
        return torch_value(value)
    return [plain(one) for one in value]


def array(value):
    if value.ndim > 0:
        return [array(one) if isinstance(one, np.ndarray) else element(one, value.dtype) for one in value]
    return element(value[()], value.dtype)


def element(value, dtype):
    if dtype.names:
        return {name: array(np.asarray(value[name])) for name in dtype.names}
    if dtype.kind == "M":
        return None if np.isnat(value) else str(value)
    if dtype.kind == "m":
        return None if np.isnat(value) else pd.Timedelta(value).isoformat()
    if dtype.kind == "S":
        return base64.b64encode(value).decode()
    return plain(value.item() if isinstance(value, np.generic) else value)


def torch_value(value):
    import torch
    if isinstance(value, torch.Tensor):
        return plain(value.detach().to(torch.float32).tolist() if value.dtype == torch.bfloat16 else value.detach().tolist())
    return {name: torch_value(part.data) for name, part in value.named_parameters()}


for line in sys.stdin.read().splitlines():
    try:
        value = load(line)
        if pd is not None and isinstance(value, (pd.DataFrame, pd.Series)):
            answer = {"csv": value.to_csv()}
        else:
            answer = {"json": plain(value)}
    except Exception as error:
        answer = {"problem": type(error).__name__ + ": " + str(error)[:200]}
    print(json.dumps({"file": line, **answer}))
