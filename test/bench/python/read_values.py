"""Does the work of one row of the benchmark "values" with numpy or pandas, and prints the seconds that it takes."""
import sys, time
import numpy as np, pandas as pd

name, folder = sys.argv[1:]
million = np.load(f"{folder}/million.npy")
works = {
    "frame": lambda: str(pd.read_pickle(f"{folder}/frame.pkl").head()),
    "pickled": lambda: str(pd.read_pickle(f"{folder}/large.pkl")[:50]),
    "npy": lambda: str(np.load(f"{folder}/large.npy")[:50]),
    "sort": lambda: np.argsort(million, kind="stable"),
    "statistics": lambda: (np.isnan(million).sum(), len(np.unique(million)), million.min(), million.max(), million.mean(), np.histogram(million, 20)),
}
start = time.perf_counter()
works[name]()
print(time.perf_counter() - start)
