"""Values of scipy: sparse matrices of each layout, and what its functions return."""
import numpy as np
import scipy.interpolate, scipy.optimize, scipy.sparse, scipy.spatial, scipy.stats
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


def same(a, b):
    return scipy.sparse.issparse(a) and a.dtype == b.dtype and np.array_equal(a.toarray(), b.toarray())


if __name__ == "__main__":
    serve(SAMPLES, same, {"np": np, "scipy": scipy}, (2, 4, 5))
