/**
 * The estimators of scikit-learn, by module: those of 1.2, as `sklearn.utils.all_estimators()` lists them, and those that came later.
 * An estimator of another class is shown as well, and said to be of a class that is not known.
 */
const ESTIMATORS: Readonly<Record<string, string>> = {
  'sklearn.calibration': 'CalibratedClassifierCV',
  'sklearn.cluster._affinity_propagation': 'AffinityPropagation',
  'sklearn.cluster._agglomerative': 'AgglomerativeClustering FeatureAgglomeration',
  'sklearn.cluster._bicluster': 'SpectralBiclustering SpectralCoclustering',
  'sklearn.cluster._birch': 'Birch',
  'sklearn.cluster._bisect_k_means': 'BisectingKMeans',
  'sklearn.cluster._dbscan': 'DBSCAN',
  'sklearn.cluster._kmeans': 'KMeans MiniBatchKMeans',
  'sklearn.cluster._mean_shift': 'MeanShift',
  'sklearn.cluster._optics': 'OPTICS',
  'sklearn.cluster._spectral': 'SpectralClustering',
  'sklearn.compose._column_transformer': 'ColumnTransformer',
  'sklearn.compose._target': 'TransformedTargetRegressor',
  'sklearn.covariance._elliptic_envelope': 'EllipticEnvelope',
  'sklearn.covariance._empirical_covariance': 'EmpiricalCovariance',
  'sklearn.covariance._graph_lasso': 'GraphicalLasso GraphicalLassoCV',
  'sklearn.covariance._robust_covariance': 'MinCovDet',
  'sklearn.covariance._shrunk_covariance': 'LedoitWolf OAS ShrunkCovariance',
  'sklearn.cross_decomposition._pls': 'CCA PLSCanonical PLSRegression PLSSVD',
  'sklearn.decomposition._dict_learning': 'DictionaryLearning MiniBatchDictionaryLearning SparseCoder',
  'sklearn.decomposition._factor_analysis': 'FactorAnalysis',
  'sklearn.decomposition._fastica': 'FastICA',
  'sklearn.decomposition._incremental_pca': 'IncrementalPCA',
  'sklearn.decomposition._kernel_pca': 'KernelPCA',
  'sklearn.decomposition._lda': 'LatentDirichletAllocation',
  'sklearn.decomposition._nmf': 'MiniBatchNMF NMF',
  'sklearn.decomposition._pca': 'PCA',
  'sklearn.decomposition._sparse_pca': 'MiniBatchSparsePCA SparsePCA',
  'sklearn.decomposition._truncated_svd': 'TruncatedSVD',
  'sklearn.discriminant_analysis': 'LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis',
  'sklearn.dummy': 'DummyClassifier DummyRegressor',
  'sklearn.ensemble._bagging': 'BaggingClassifier BaggingRegressor',
  'sklearn.ensemble._forest':
    'ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier RandomForestRegressor RandomTreesEmbedding',
  'sklearn.ensemble._gb': 'GradientBoostingClassifier GradientBoostingRegressor',
  'sklearn.ensemble._hist_gradient_boosting.gradient_boosting':
    'HistGradientBoostingClassifier HistGradientBoostingRegressor',
  'sklearn.ensemble._iforest': 'IsolationForest',
  'sklearn.ensemble._stacking': 'StackingClassifier StackingRegressor',
  'sklearn.ensemble._voting': 'VotingClassifier VotingRegressor',
  'sklearn.ensemble._weight_boosting': 'AdaBoostClassifier AdaBoostRegressor',
  'sklearn.feature_extraction._dict_vectorizer': 'DictVectorizer',
  'sklearn.feature_extraction._hash': 'FeatureHasher',
  'sklearn.feature_extraction.image': 'PatchExtractor',
  'sklearn.feature_extraction.text': 'CountVectorizer HashingVectorizer TfidfTransformer TfidfVectorizer',
  'sklearn.feature_selection._from_model': 'SelectFromModel',
  'sklearn.feature_selection._rfe': 'RFE RFECV',
  'sklearn.feature_selection._sequential': 'SequentialFeatureSelector',
  'sklearn.feature_selection._univariate_selection':
    'GenericUnivariateSelect SelectFdr SelectFpr SelectFwe SelectKBest SelectPercentile',
  'sklearn.feature_selection._variance_threshold': 'VarianceThreshold',
  'sklearn.gaussian_process._gpc': 'GaussianProcessClassifier',
  'sklearn.gaussian_process._gpr': 'GaussianProcessRegressor',
  'sklearn.impute._base': 'MissingIndicator SimpleImputer',
  'sklearn.impute._knn': 'KNNImputer',
  'sklearn.isotonic': 'IsotonicRegression',
  'sklearn.kernel_approximation':
    'AdditiveChi2Sampler Nystroem PolynomialCountSketch RBFSampler SkewedChi2Sampler',
  'sklearn.kernel_ridge': 'KernelRidge',
  'sklearn.linear_model._base': 'LinearRegression',
  'sklearn.linear_model._bayes': 'ARDRegression BayesianRidge',
  'sklearn.linear_model._coordinate_descent':
    'ElasticNet ElasticNetCV Lasso LassoCV MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV',
  'sklearn.linear_model._glm.glm': 'GammaRegressor PoissonRegressor TweedieRegressor',
  'sklearn.linear_model._huber': 'HuberRegressor',
  'sklearn.linear_model._least_angle': 'Lars LarsCV LassoLars LassoLarsCV LassoLarsIC',
  'sklearn.linear_model._logistic': 'LogisticRegression LogisticRegressionCV',
  'sklearn.linear_model._omp': 'OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV',
  'sklearn.linear_model._passive_aggressive': 'PassiveAggressiveClassifier PassiveAggressiveRegressor',
  'sklearn.linear_model._perceptron': 'Perceptron',
  'sklearn.linear_model._quantile': 'QuantileRegressor',
  'sklearn.linear_model._ransac': 'RANSACRegressor',
  'sklearn.linear_model._ridge': 'Ridge RidgeCV RidgeClassifier RidgeClassifierCV',
  'sklearn.linear_model._stochastic_gradient': 'SGDClassifier SGDOneClassSVM SGDRegressor',
  'sklearn.linear_model._theil_sen': 'TheilSenRegressor',
  'sklearn.manifold._isomap': 'Isomap',
  'sklearn.manifold._locally_linear': 'LocallyLinearEmbedding',
  'sklearn.manifold._mds': 'MDS',
  'sklearn.manifold._spectral_embedding': 'SpectralEmbedding',
  'sklearn.manifold._t_sne': 'TSNE',
  'sklearn.mixture._bayesian_mixture': 'BayesianGaussianMixture',
  'sklearn.mixture._gaussian_mixture': 'GaussianMixture',
  'sklearn.model_selection._search': 'GridSearchCV RandomizedSearchCV',
  'sklearn.multiclass': 'OneVsOneClassifier OneVsRestClassifier OutputCodeClassifier',
  'sklearn.multioutput': 'ClassifierChain MultiOutputClassifier MultiOutputRegressor RegressorChain',
  'sklearn.naive_bayes': 'BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB',
  'sklearn.neighbors._classification': 'KNeighborsClassifier RadiusNeighborsClassifier',
  'sklearn.neighbors._graph': 'KNeighborsTransformer RadiusNeighborsTransformer',
  'sklearn.neighbors._kde': 'KernelDensity',
  'sklearn.neighbors._lof': 'LocalOutlierFactor',
  'sklearn.neighbors._nca': 'NeighborhoodComponentsAnalysis',
  'sklearn.neighbors._nearest_centroid': 'NearestCentroid',
  'sklearn.neighbors._regression': 'KNeighborsRegressor RadiusNeighborsRegressor',
  'sklearn.neighbors._unsupervised': 'NearestNeighbors',
  'sklearn.neural_network._multilayer_perceptron': 'MLPClassifier MLPRegressor',
  'sklearn.neural_network._rbm': 'BernoulliRBM',
  'sklearn.pipeline': 'FeatureUnion Pipeline',
  'sklearn.preprocessing._data':
    'Binarizer KernelCenterer MaxAbsScaler MinMaxScaler Normalizer PowerTransformer QuantileTransformer RobustScaler StandardScaler',
  'sklearn.preprocessing._discretization': 'KBinsDiscretizer',
  'sklearn.preprocessing._encoders': 'OneHotEncoder OrdinalEncoder',
  'sklearn.preprocessing._function_transformer': 'FunctionTransformer',
  'sklearn.preprocessing._label': 'LabelBinarizer LabelEncoder MultiLabelBinarizer',
  'sklearn.preprocessing._polynomial': 'PolynomialFeatures SplineTransformer',
  'sklearn.random_projection': 'GaussianRandomProjection SparseRandomProjection',
  'sklearn.semi_supervised._label_propagation': 'LabelPropagation LabelSpreading',
  'sklearn.semi_supervised._self_training': 'SelfTrainingClassifier',
  'sklearn.svm._classes': 'LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR',
  'sklearn.tree._classes':
    'DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
  'sklearn.cluster._hdbscan.hdbscan': 'HDBSCAN',
  'sklearn.tree.tree': 'DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
  'sklearn.preprocessing.data': 'StandardScaler MinMaxScaler MaxAbsScaler RobustScaler Normalizer Binarizer',
  'sklearn.preprocessing.label': 'LabelEncoder LabelBinarizer MultiLabelBinarizer',
  'sklearn.frozen._frozen': 'FrozenEstimator',
  'sklearn.model_selection._classification_threshold': 'FixedThresholdClassifier TunedThresholdClassifierCV',
  'sklearn.preprocessing._target_encoder': 'TargetEncoder',
  'sklearn.manifold._classical_mds': 'ClassicalMDS',
};

/** Attributes of an estimator that have the names of parameters of others of its kind, and which it does not take itself (1.2). */
export const INHERITED: Readonly<Record<string, string | undefined>> = {
  AdaBoostClassifier: 'estimator_params',
  AdaBoostRegressor: 'estimator_params',
  BaggingClassifier: 'estimator_params',
  BaggingRegressor: 'estimator_params',
  CCA: 'deflation_mode mode algorithm',
  DecisionTreeRegressor: 'class_weight',
  ExtraTreeRegressor: 'class_weight',
  ExtraTreesClassifier: 'estimator estimator_params base_estimator',
  ExtraTreesRegressor: 'estimator estimator_params base_estimator class_weight',
  GradientBoostingClassifier: 'alpha',
  GraphicalLasso: 'store_precision',
  GraphicalLassoCV: 'store_precision',
  IsolationForest: 'estimator estimator_params base_estimator bootstrap_features oob_score',
  KNeighborsClassifier: 'radius',
  KNeighborsRegressor: 'radius',
  KNeighborsTransformer: 'radius',
  LabelPropagation: 'alpha',
  LarsCV: 'n_nonzero_coefs fit_path jitter random_state',
  Lasso: 'l1_ratio',
  LassoLarsIC: 'fit_path',
  LocalOutlierFactor: 'radius',
  MLPClassifier: 'loss',
  MLPRegressor: 'loss',
  MultiTaskLasso: 'l1_ratio',
  MultiTaskLassoCV: 'precompute positive',
  NuSVC: 'C epsilon',
  NuSVR: 'epsilon probability class_weight random_state',
  OneClassSVM: 'C epsilon probability class_weight random_state',
  PLSCanonical: 'deflation_mode mode',
  PLSRegression: 'deflation_mode mode algorithm',
  PassiveAggressiveClassifier: 'penalty learning_rate epsilon alpha l1_ratio eta0 power_t',
  PassiveAggressiveRegressor: 'penalty learning_rate alpha l1_ratio eta0 power_t',
  Perceptron: 'loss learning_rate epsilon C power_t average',
  RadiusNeighborsClassifier: 'n_neighbors',
  RadiusNeighborsRegressor: 'n_neighbors',
  RadiusNeighborsTransformer: 'n_neighbors',
  RandomForestClassifier: 'estimator estimator_params base_estimator',
  RandomForestRegressor: 'estimator estimator_params base_estimator class_weight',
  RandomTreesEmbedding:
    'estimator estimator_params base_estimator bootstrap oob_score class_weight max_samples',
  RidgeClassifierCV: 'gcv_mode alpha_per_target',
  SGDClassifier: 'C',
  SGDOneClassSVM: 'loss penalty epsilon alpha C l1_ratio early_stopping validation_fraction n_iter_no_change',
  SGDRegressor: 'C',
  SVC: 'nu epsilon',
  SVR: 'nu probability class_weight random_state',
  StackingRegressor: 'stack_method',
};

/** Other classes that estimators hold, each shown as its attributes. */
const PARTS: Readonly<Record<string, string>> = {
  'sklearn.tree._tree': 'Tree',
  'sklearn.gaussian_process.kernels':
    'RBF WhiteKernel ConstantKernel Sum Product Matern DotProduct ExpSineSquared RationalQuadratic PairwiseKernel Exponentiation ' +
    'CompoundKernel',
  'sklearn.gaussian_process._gpc': '_BinaryGaussianProcessClassifierLaplace',
  'sklearn.cluster._birch': '_CFNode _CFSubcluster',
  'sklearn.cluster._bisect_k_means': '_BisectingTree',
  'sklearn.calibration': '_CalibratedClassifier _SigmoidCalibration _TemperatureScaling',
  'sklearn.multiclass': '_ConstantPredictor',
  'sklearn.neural_network._stochastic_optimizers': 'AdamOptimizer SGDOptimizer',
  'sklearn.ensemble._gb_losses':
    'BinomialDeviance MultinomialDeviance ExponentialLoss LeastSquaresError LeastAbsoluteError HuberLossFunction QuantileLossFunction',
  'sklearn.ensemble._gb': 'ZeroEstimator',
  'sklearn.ensemble._hist_gradient_boosting.loss':
    'LeastSquares LeastAbsoluteDeviation Poisson BinaryCrossEntropy CategoricalCrossEntropy',
  'sklearn.ensemble._hist_gradient_boosting.binning': '_BinMapper',
  'sklearn.ensemble._hist_gradient_boosting.predictor': 'TreePredictor',
  'sklearn._loss.loss':
    'HalfSquaredError AbsoluteError PinballLoss HuberLoss HalfPoissonLoss HalfGammaLoss HalfTweedieLoss HalfTweedieLossIdentity ' +
    'HalfBinomialLoss HalfMultinomialLoss ExponentialLoss',
  'sklearn._loss.link': 'IdentityLink LogLink LogitLink HalfLogitLink MultinomialLogit Interval',
  'sklearn._loss.glm_distribution':
    'TweedieDistribution NormalDistribution PoissonDistribution GammaDistribution DistributionBoundary',
  'sklearn.linear_model._linear_loss': 'LinearModelLoss',
  'sklearn.compose._column_transformer': 'make_column_selector _RemainderColsList',
  'sklearn.metrics._scorer':
    '_PredictScorer _ProbaScorer _ThresholdScorer _Scorer _PassthroughScorer _MultimetricScorer',
  'sklearn.model_selection._split':
    'KFold StratifiedKFold GroupKFold StratifiedGroupKFold TimeSeriesSplit LeaveOneOut LeavePOut LeaveOneGroupOut LeavePGroupsOut ' +
    'ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold PredefinedSplit',
  'sklearn.model_selection._search': 'ParameterGrid ParameterSampler',
  'sklearn.utils.metadata_routing': 'MetadataRequest MethodMetadataRequest',
  'sklearn.utils._metadata_requests': 'MetadataRequest MethodMetadataRequest',
};

/** Dictionaries whose entries are attributes too. */
const BUNCHES: Readonly<Record<string, string>> = {
  'sklearn.utils': 'Bunch',
  'sklearn.utils._bunch': 'Bunch',
};

const CYTHON_LOSSES =
  'CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss CyHalfTweedieLoss ' +
  'CyHalfTweedieLossIdentity CyHalfBinomialLoss CyHalfMultinomialLoss CyExponentialLoss';

/** Classes of Cython, of which pickles call something else with the class: `newObj(KDTree)`, `__pyx_unpickle_CyHalfGammaLoss(class, …)`. */
const NATIVE: Readonly<Record<string, string>> = {
  'sklearn.neighbors._kd_tree': 'KDTree KDTree32 KDTree64',
  'sklearn.neighbors._ball_tree': 'BallTree BallTree32 BallTree64',
  'sklearn.metrics._dist_metrics': withWidths(
    'EuclideanDistance SEuclideanDistance ManhattanDistance ChebyshevDistance MinkowskiDistance WMinkowskiDistance MahalanobisDistance ' +
      'HammingDistance CanberraDistance BrayCurtisDistance JaccardDistance MatchingDistance DiceDistance KulsinskiDistance ' +
      'RogersTanimotoDistance RussellRaoDistance SokalMichenerDistance SokalSneathDistance HaversineDistance',
  ),
  'sklearn._loss._loss': CYTHON_LOSSES,
  _loss: CYTHON_LOSSES,
};

/** Distances of numbers of 32 and 64 bits have classes of their own since 1.3. */
function withWidths(names: string): string {
  return names
    .split(' ')
    .flatMap((name) => [name, `${name}32`, `${name}64`])
    .join(' ');
}

/** Functions of a loss, which are called with a number or with nothing. */
const LOSSES: Readonly<Record<string, string>> = {
  'sklearn._loss._loss': CYTHON_LOSSES,
  // As which the module is compiled in some versions.
  _loss: CYTHON_LOSSES,
  'sklearn.linear_model._sgd_fast':
    'Hinge SquaredHinge Log ModifiedHuber SquaredLoss Huber EpsilonInsensitive SquaredEpsilonInsensitive',
};

/** Functions that estimators hold by name. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'sklearn.cluster._kmeans':
    '_kmeans_single_lloyd _kmeans_single_elkan lloyd_iter_chunked_dense lloyd_iter_chunked_sparse',
  'sklearn.feature_selection._univariate_selection': 'f_classif f_regression f_oneway chi2 r_regression',
  'sklearn.feature_selection._mutual_info': 'mutual_info_classif mutual_info_regression',
  'sklearn.metrics._classification':
    'accuracy_score balanced_accuracy_score f1_score fbeta_score precision_score recall_score jaccard_score log_loss ' +
    'matthews_corrcoef brier_score_loss zero_one_loss hinge_loss cohen_kappa_score hamming_loss',
  'sklearn.metrics._regression':
    'r2_score mean_squared_error mean_absolute_error mean_squared_log_error mean_absolute_percentage_error median_absolute_error ' +
    'max_error explained_variance_score mean_pinball_loss mean_tweedie_deviance mean_poisson_deviance mean_gamma_deviance ' +
    'root_mean_squared_error root_mean_squared_log_error d2_absolute_error_score d2_pinball_score d2_tweedie_score',
  'sklearn.metrics._ranking':
    'roc_auc_score average_precision_score ndcg_score dcg_score top_k_accuracy_score coverage_error label_ranking_loss',
  'sklearn.metrics.pairwise':
    'euclidean_distances manhattan_distances cosine_distances cosine_similarity rbf_kernel linear_kernel polynomial_kernel ' +
    'sigmoid_kernel laplacian_kernel chi2_kernel',
  'sklearn.metrics.cluster._supervised':
    'adjusted_rand_score adjusted_mutual_info_score normalized_mutual_info_score mutual_info_score homogeneity_score ' +
    'completeness_score v_measure_score fowlkes_mallows_score rand_score',
  'sklearn.metrics._scorer': '_passthrough_scorer',
};

function fullNames(table: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(
    Object.entries(table).flatMap(([module, names]) => names.split(' ').map((name) => `${module}.${name}`)),
  );
}

/** Before 0.22 the modules had no underscore: `sklearn.ensemble.forest`. */
function withOlderNames(names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].flatMap((name) => [name, name.replaceAll('._', '.')]));
}

export const ESTIMATOR_CLASSES = withOlderNames(fullNames(ESTIMATORS));
export const PART_CLASSES = fullNames(PARTS);
export const BUNCH_CLASSES = fullNames(BUNCHES);
export const LOSS_CLASSES = fullNames(LOSSES);
/** Before 0.22: `sklearn.neighbors.kd_tree`; distances were among the neighbors until 1.0. */
export const NATIVE_CLASSES = new Set(
  [...withOlderNames(fullNames(NATIVE))].flatMap((name) => [
    name,
    name.replace('sklearn.metrics._dist_metrics', 'sklearn.neighbors._dist_metrics'),
    name.replace('sklearn.metrics._dist_metrics', 'sklearn.neighbors.dist_metrics'),
  ]),
);

/** What pickles name without calling it. */
export const SKLEARN_NAMES: ReadonlySet<string> = new Set([
  ...withOlderNames(fullNames(FUNCTIONS)),
  ...NATIVE_CLASSES,
]);
