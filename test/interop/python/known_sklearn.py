"""Values of scikit-learn: an estimator of each kind, as it has learned from a few numbers, and what estimators hold."""
import warnings
import numpy as np
import sklearn
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer
from sklearn import calibration, cluster, compose, ensemble, feature_extraction, feature_selection, gaussian_process, impute
from sklearn import linear_model, metrics, model_selection, neighbors, neural_network, pipeline, preprocessing, svm, tree
from sklearn.gaussian_process import kernels
from sklearn.utils import Bunch, all_estimators
from samples import serve

warnings.simplefilter("ignore")
X = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0], [5.0, 0.5]])
y = X @ [1.0, 2.0] + 0.5
two = np.array([0, 1, 0, 1, 1, 0])
three = np.array([0, 1, 2, 0, 1, 2])
text = ["a bc", "cd bc e"]

SAMPLES = {
    "LinearRegression": linear_model.LinearRegression().fit(X, y),
    "LinearRegression not fitted": linear_model.LinearRegression(),
    "LogisticRegression": linear_model.LogisticRegression().fit(X, two),
    "GammaRegressor": linear_model.GammaRegressor().fit(X, y),
    "TweedieRegressor": linear_model.TweedieRegressor(power=1.5).fit(X, y),
    "PoissonRegressor": linear_model.PoissonRegressor().fit(X, y),
    "Pipeline": pipeline.make_pipeline(preprocessing.StandardScaler(), svm.SVC(probability=False)).fit(X, two),
    "ColumnTransformer": compose.ColumnTransformer([("a", preprocessing.StandardScaler(), [0])], remainder="passthrough").fit(X),
    "DecisionTreeClassifier": tree.DecisionTreeClassifier().fit(X, two),
    "RandomForestRegressor": ensemble.RandomForestRegressor(2, random_state=0).fit(X, y),
    "KMeans": cluster.KMeans(2, n_init=1, random_state=0).fit(X),
    "Birch": cluster.Birch(n_clusters=2).fit(X),
    "KNeighborsClassifier": neighbors.KNeighborsClassifier(2).fit(X, two),
    "KDTree": neighbors.KDTree(X),
    "BallTree": neighbors.BallTree(X, metric="minkowski", p=3),
    "MLPClassifier": neural_network.MLPClassifier((2,), max_iter=2, random_state=0).fit(X, two),
    "GaussianProcessClassifier": gaussian_process.GaussianProcessClassifier().fit(X, two),
    "GaussianProcessRegressor": gaussian_process.GaussianProcessRegressor(kernels.RBF() + kernels.WhiteKernel()).fit(X, y),
    "CalibratedClassifierCV": calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2).fit(X, two),
    "TfidfVectorizer": feature_extraction.text.TfidfVectorizer().fit(text),
    "OneHotEncoder": preprocessing.OneHotEncoder().fit([["a", 1], ["b", 2]]),
    "LabelEncoder": preprocessing.LabelEncoder().fit(["a", "b"]),
    "SplineTransformer": preprocessing.SplineTransformer(2).fit(X),
    "FunctionTransformer": preprocessing.FunctionTransformer(np.log1p),
    "SelectKBest": feature_selection.SelectKBest(k=1).fit(X, two),
    "GridSearchCV": model_selection.GridSearchCV(linear_model.LogisticRegression(), {"C": [1, 10]}, cv=2).fit(X, two),
    "KFold": model_selection.KFold(3),
    "StratifiedKFold": model_selection.StratifiedKFold(3, shuffle=True, random_state=0),
    "scorer": metrics.make_scorer(metrics.f1_score, average="macro"),
    "Bunch": Bunch(a=1, b=X),
}
SAMPLES["IterativeImputer"] = impute.IterativeImputer(random_state=0, max_iter=1).fit(np.where(X > 3, np.nan, X))
search = model_selection.HalvingGridSearchCV(linear_model.Ridge(), {"alpha": [1, 2]}, cv=2, min_resources=6)
SAMPLES["HalvingGridSearchCV"] = search.fit(X, y)
SAMPLES["RepeatedKFold"] = model_selection.RepeatedKFold(n_splits=2, n_repeats=2, random_state=0)
SAMPLES["HistGradientBoostingClassifier of categories"] = ensemble.HistGradientBoostingClassifier(max_iter=1, categorical_features=[0]).fit(X, two)
if hasattr(model_selection, "TunedThresholdClassifierCV"):
    SAMPLES["TunedThresholdClassifierCV"] = model_selection.TunedThresholdClassifierCV(linear_model.LogisticRegression(), cv=2).fit(X, two)
if hasattr(cluster, "BisectingKMeans"):
    SAMPLES["BisectingKMeans"] = cluster.BisectingKMeans(2, random_state=0).fit(X)
for loss in "hinge log_loss modified_huber squared_hinge perceptron squared_error huber epsilon_insensitive".split():
    SAMPLES["SGDClassifier " + loss] = linear_model.SGDClassifier(loss=loss, random_state=0).fit(X, two)
for loss in "squared_error absolute_error huber quantile".split():
    SAMPLES["GradientBoostingRegressor " + loss] = ensemble.GradientBoostingRegressor(loss=loss, n_estimators=1).fit(X, y)
for target in two, three:
    name = f"GradientBoostingClassifier of {target.max() + 1}"
    SAMPLES[name] = ensemble.GradientBoostingClassifier(n_estimators=1).fit(X, target)
for loss in "squared_error absolute_error poisson quantile".split():
    model = ensemble.HistGradientBoostingRegressor(loss=loss, max_iter=1, quantile=0.5)
    SAMPLES["HistGradientBoostingRegressor " + loss] = model.fit(X, y)
SAMPLES["HistGradientBoostingClassifier"] = ensemble.HistGradientBoostingClassifier(max_iter=1).fit(X, three)

NAMES = {"np": np, "numpy": np, "sklearn": sklearn, "Bunch": Bunch, "KFold": model_selection.KFold, "RepeatedKFold": model_selection.RepeatedKFold}
NAMES.update({name: kind for name, kind in all_estimators()}, StratifiedKFold=model_selection.StratifiedKFold)
NAMES.update({name: getattr(kernels, name) for name in ("RBF", "WhiteKernel", "Sum", "ConstantKernel", "Product")})


def same(a, b):
    """What has been learned is not typed; the parameters are."""
    return type(a) is type(b) and (repr(a.get_params()) == repr(b.get_params()) if hasattr(a, "get_params") else repr(a) == repr(b))


if __name__ == "__main__":
    serve(SAMPLES, same, NAMES, (2, 4, 5))
