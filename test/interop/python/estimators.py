"""Writes fitted estimators as pickles, a JSON object a line, with a number that each has learned."""
import json, pickle
import numpy, sklearn
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

X = numpy.arange(6.0).reshape(3, 2)
y = X @ [1.0, 2.0] + 0.5
models = {
    "LinearRegression": LinearRegression().fit(X, y),
    "StandardScaler": StandardScaler().fit(X),
    "DecisionTreeRegressor": DecisionTreeRegressor().fit(X, y),
    "Pipeline": make_pipeline(StandardScaler(), LinearRegression()).fit(X, y),
}
for name, model in models.items():
    for protocol in 2, 4, 5:
        print(json.dumps({
            "name": name,
            "pickle": pickle.dumps(model, protocol).hex(),
            "version": sklearn.__version__,
            "attributes": [key for key in vars(model)],
        }))
