"""Writes the files of the benchmark "values" into a folder: a frame, arrays, and a checkpoint as torch writes one."""
import io, os, pickle, sys, types, zipfile
import numpy as np, pandas as pd

folder, share = sys.argv[1], float(sys.argv[2])
rng = np.random.default_rng(1)
rows = int(1_000_000 * share)
days = np.datetime64("2020-01-01") + rng.integers(0, 2000, rows)
frame = pd.DataFrame({
    **{f"float {i}": rng.normal(size=rows) for i in range(4)},
    **{f"integer {i}": rng.integers(0, 1_000_000, rows) for i in range(3)},
    "name": [f"name {i}" for i in range(rows)],
    "city": np.array(["Berlin", "Oslo", "Quito", "Kyoto"], dtype=object)[rng.integers(0, 4, rows)],
    "day": days.astype("M8[ns]"),
})
frame.to_pickle(f"{folder}/frame.pkl")
np.save(f"{folder}/million.npy", rng.normal(size=1_000_000))
large = np.zeros(int(2**27 * share))
large[:1000] = rng.normal(size=1000)
np.save(f"{folder}/large.npy", large)
with open(f"{folder}/large.pkl", "wb") as file:
    pickle.dump(large, file, 4)

torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
sys.modules.update({"torch": torch, "torch._utils": utils})
torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch", "__qualname__": "FloatStorage"})
def _rebuild_tensor_v2(*args): pass
_rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
utils._rebuild_tensor_v2 = _rebuild_tensor_v2

class Storage:
    def __init__(self, key, count): self.key, self.count = key, count

class Tensor:
    def __init__(self, storage): self.storage = storage
    def __reduce__(self):
        rows = self.storage.count // 512
        return _rebuild_tensor_v2, (self.storage, 0, (rows, 512), (512, 1), False, {})

class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        return ("storage", torch.FloatStorage, value.key, "cpu", value.count) if isinstance(value, Storage) else None

size = int(2 * 2**20 * share) // 2048 * 512
state = {f"layers.{i}.weight": Tensor(Storage(str(i), size)) for i in range(1024)}
text = io.BytesIO()
Pickler(text, 2).dump(state)
with zipfile.ZipFile(f"{folder}/model.pt", "w", zipfile.ZIP_STORED) as archive:
    archive.writestr("archive/data.pkl", text.getvalue())
    archive.writestr("archive/byteorder", "little")
    content = bytes(4 * size)
    for i in range(1024):
        archive.writestr(f"archive/data/{i}", content)
    archive.writestr("archive/version", "3\n")
