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
# Since scipy 1.13 there are arrays of one dimension, and since 1.15 of more than two.
for name, values in ("coo", [0, 1.5, 2]), ("csr", [0, 1.5, 2]), ("dok", [0, 1.5, 2]), ("coo", (numpy.arange(12) % 5).reshape(2, 3, 2)), ("coo", numpy.eye(3).reshape(1, 3, 1, 3)):
    dense = numpy.array(values)
    try:
        made = getattr(scipy.sparse, name + "_array")(dense)
    except (AttributeError, TypeError, ValueError):
        continue
    if made.ndim == dense.ndim:
        rows = dense[:, None] if dense.ndim == 1 else dense.reshape(-1, dense.shape[-1])
        print(json.dumps({"name": f"{name}_array {dense.shape}", "pickle": pickle.dumps(made).hex(), "dense": rows.tolist()}))
