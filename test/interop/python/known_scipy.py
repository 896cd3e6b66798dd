"""Values of scipy: sparse matrices of each layout, and what its functions return."""
import numpy as np
import scipy.cluster.hierarchy, scipy.integrate, scipy.interpolate, scipy.optimize, scipy.signal, scipy.sparse, scipy.spatial, scipy.stats
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

SAMPLES["frozen levy_stable"] = scipy.stats.levy_stable(1.5, 0.5)
SAMPLES["skewnorm"] = scipy.stats.skewnorm
SAMPLES["rv_histogram"] = scipy.stats.rv_histogram(np.histogram([1, 2, 2, 3], 2))
SAMPLES["rv_discrete"] = scipy.stats.rv_discrete(name="own", values=([1, 2], [0.5, 0.5]))


def in_other_dimensions():
    yield "coo_array 1-d", lambda: scipy.sparse.coo_array(np.array([0, 1.5, 2]))
    yield "csr_array 1-d", lambda: scipy.sparse.csr_array(np.array([0, 1.5, 2]))
    yield "dok_array 1-d", lambda: scipy.sparse.dok_array(np.array([0, 1.5, 2]))
    yield "coo_array 3-d", lambda: scipy.sparse.coo_array(np.arange(24).reshape(2, 3, 4) % 5)


points = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.25]])
line = np.arange(5.0)
#: Objects that only newer versions have fail where they are made.
OBJECTS = {
    "Delaunay": lambda: scipy.spatial.Delaunay(points),
    "ConvexHull": lambda: scipy.spatial.ConvexHull(points),
    "Slerp": lambda: scipy.spatial.transform.Slerp([0, 1], scipy.spatial.transform.Rotation.from_quat(np.eye(4)[:2])),
    "RigidTransform": lambda: scipy.spatial.transform.RigidTransform.from_translation([1, 2, 3]),
    "RBFInterpolator": lambda: scipy.interpolate.RBFInterpolator(points, line),
    "NearestNDInterpolator": lambda: scipy.interpolate.NearestNDInterpolator(points, line),
    "LinearNDInterpolator": lambda: scipy.interpolate.LinearNDInterpolator(points, line),
    "RegularGridInterpolator": lambda: scipy.interpolate.RegularGridInterpolator((line,), line, method="slinear"),
    "KroghInterpolator": lambda: scipy.interpolate.KroghInterpolator(line, line),
    "AAA": lambda: scipy.interpolate.AAA(line, line**2),
    "RootResults": lambda: scipy.optimize.brentq(lambda x: x - 1, 0, 3, full_output=True)[1],
    "Bounds": lambda: scipy.optimize.Bounds([0, 0], [1, 1]),
    "OdeResult": lambda: scipy.integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0], dense_output=True),
    "multivariate_normal": lambda: scipy.stats.multivariate_normal([0, 0], np.eye(2)),
    "dirichlet": lambda: scipy.stats.dirichlet([1.0, 2.0]),
    "Normal": lambda: scipy.stats.Normal(mu=1.0, sigma=2.0),
    "Mixture": lambda: scipy.stats.Mixture([scipy.stats.Normal(), scipy.stats.Uniform(a=1.0, b=2.0)], weights=[0.5, 0.5]),
    "bootstrap": lambda: scipy.stats.bootstrap((line,), np.mean, n_resamples=9, random_state=1),
    "ecdf": lambda: scipy.stats.ecdf(line),
    "confidence interval": lambda: scipy.stats.binomtest(3, 7).proportion_ci(),
    "chi2_contingency": lambda: scipy.stats.chi2_contingency([[1, 2], [3, 4]]),
    "Sobol": lambda: scipy.stats.qmc.Sobol(2, scramble=False),
    "ClusterNode": lambda: scipy.cluster.hierarchy.to_tree(scipy.cluster.hierarchy.linkage(points)),
}
for name, make in [*in_other_dimensions(), *OBJECTS.items()]:
    try:
        made = make()
    except (AttributeError, TypeError, ValueError):
        continue  # this version cannot
    if name in OBJECTS or made.ndim == int(name[-3]):
        SAMPLES[name] = made


def same(a, b):
    if hasattr(a, "dist"):
        return same(a.dist, b.dist) and (a.args, a.kwds) == (b.args, b.kwds)
    if isinstance(a, scipy.stats.rv_continuous | scipy.stats.rv_discrete):
        return a.name == b.name
    return scipy.sparse.issparse(a) and a.dtype == b.dtype and np.array_equal(a.toarray(), b.toarray())


if __name__ == "__main__":
    serve(SAMPLES, same, {"np": np, "scipy": scipy}, (2, 4, 5))
