"""Writes sparse matrices of each layout as pickles, a JSON object a line, with what they hold."""
import json, pickle
import numpy, scipy.sparse

DENSE = numpy.array([[0, 1.5, 0, 0], [2, 0, 0, 3], [0, 0, 0, 0]])
for layout in "csr csc coo bsr dia lil dok".split():
    for kind in "matrix", "array":
        made = getattr(scipy.sparse, f"{layout}_{kind}", None)
        if made is None:
            continue
        for dense in DENSE, DENSE.astype("int16"), DENSE[:2, :2]:
            for protocol in 2, 4, 5:
                print(json.dumps({
                    "name": f"{layout}_{kind} {dense.dtype} {dense.shape}, protocol {protocol}",
                    "pickle": pickle.dumps(made(dense), protocol).hex(),
                    "dense": dense.tolist(),
                }))
for values in [1, 2, 4], [1.5, 2, 4]:
    made = scipy.sparse.coo_matrix((values, ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    print(json.dumps({"name": f"coo_matrix with two elements in one place, {made.dtype}", "pickle": pickle.dumps(made).hex(), "dense": made.toarray().tolist()}))
