"""Values of scipy: sparse matrices of each layout, and what its functions return."""
import numpy as np
import scipy.interpolate, scipy.optimize, scipy.signal, scipy.sparse, scipy.spatial, scipy.stats
from samples import serve

DENSE = np.array([[0, 1.5, 0, 0], [2, 0, 0, 3], [0, 0, 0, 0]])
SAMPLES = {}
for layout in "csr csc coo bsr dia lil dok".split():
    for kind in "matrix", "array":
        made = getattr(scipy.sparse, f"{layout}_{kind}", None)
        if made is not None:
            SAMPLES[f"{layout}_{kind}"] = made(DENSE)
SAMPLES["csr_matrix of integers"] = scipy.sparse.csr_matrix(DENSE.astype("i2"))
SAMPLES["csr_matrix of booleans"] = scipy.sparse.csr_matrix(np.eye(2, dtype=bool))
SAMPLES["csr_matrix of complex numbers"] = scipy.sparse.csr_matrix(np.eye(2) * 1j)
SAMPLES["csr_matrix without columns"] = scipy.sparse.csr_matrix((3, 0))
SAMPLES["BSpline"] = scipy.interpolate.make_interp_spline([0, 1, 2, 3], [0, 1, 4, 9])
SAMPLES["CubicSpline"] = scipy.interpolate.CubicSpline([0, 1, 2], [0, 1, 4])
SAMPLES["interp1d"] = scipy.interpolate.interp1d([0, 1], [0, 1])
SAMPLES["OptimizeResult"] = scipy.optimize.minimize(lambda x: x @ x, [1.0, 2.0], method="BFGS")
SAMPLES["KDTree"] = scipy.spatial.KDTree([[0.0, 1.0], [2.0, 3.0]])
SAMPLES["Rotation"] = scipy.spatial.transform.Rotation.from_quat([0, 0, 0, 1])
SAMPLES["linregress"] = scipy.stats.linregress([1, 2, 3], [1, 2, 4])
SAMPLES["pearsonr"] = scipy.stats.pearsonr([1, 2, 3], [1, 2, 4])
SAMPLES["ttest_ind"] = scipy.stats.ttest_ind([1, 2, 3], [2, 3, 4])
SAMPLES["spearmanr"] = scipy.stats.spearmanr([1, 2, 3], [1, 2, 4])
SAMPLES["shapiro"] = scipy.stats.shapiro([1, 2, 3, 5])
SAMPLES["theilslopes"] = scipy.stats.theilslopes([1, 2, 4])
SAMPLES["mode"] = scipy.stats.mode([1, 2, 2], keepdims=True)
SAMPLES["binomtest"] = scipy.stats.binomtest(3, 10)
SAMPLES["TransferFunction"] = scipy.signal.dlti([1], [1, 2])
SAMPLES["StateSpace"] = scipy.signal.StateSpace([[1]], [[1]], [[1]], [[0]])
SAMPLES["norm"] = scipy.stats.norm
SAMPLES["poisson"] = scipy.stats.poisson
for name, given in {"norm": (0, 1), "gamma": (2.0,), "loguniform": (1, 10), "randint": (1, 10), "beta": (1, 2)}.items():
    SAMPLES[f"frozen {name}"] = getattr(scipy.stats, name)(*given)
SAMPLES["frozen expon"] = scipy.stats.expon(scale=3.0)


def same(a, b):
    if hasattr(a, "dist"):
        return same(a.dist, b.dist) and (a.args, a.kwds) == (b.args, b.kwds)
    if isinstance(a, scipy.stats.rv_continuous | scipy.stats.rv_discrete):
        return a.name == b.name
    return scipy.sparse.issparse(a) and a.dtype == b.dtype and np.array_equal(a.toarray(), b.toarray())


if __name__ == "__main__":
    serve(SAMPLES, same, {"np": np, "scipy": scipy}, (2, 4, 5))
