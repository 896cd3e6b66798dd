/**
 * The estimators of scikit-learn, by module within `sklearn`: those of 1.2, as `sklearn.utils.all_estimators()` lists them,
 * and later ones. `Bagging*` is a classifier and a regressor. An estimator of another class is shown in the same way, but marked as an unknown class.
 */
export const ESTIMATORS: Readonly<Record<string, string>> = {
  calibration: 'CalibratedClassifierCV',
  'cluster._affinity_propagation': 'AffinityPropagation',
  'cluster._agglomerative': 'AgglomerativeClustering FeatureAgglomeration',
  'cluster._bicluster': 'SpectralBiclustering SpectralCoclustering',
  'cluster._birch': 'Birch',
  'cluster._bisect_k_means': 'BisectingKMeans',
  'cluster._dbscan': 'DBSCAN',
  'cluster._kmeans': 'KMeans MiniBatchKMeans',
  'cluster._mean_shift': 'MeanShift',
  'cluster._optics': 'OPTICS',
  'cluster._spectral': 'SpectralClustering',
  'compose._column_transformer': 'ColumnTransformer',
  'compose._target': 'TransformedTargetRegressor',
  'covariance._elliptic_envelope': 'EllipticEnvelope',
  'covariance._empirical_covariance': 'EmpiricalCovariance',
  'covariance._graph_lasso': 'GraphicalLasso GraphicalLassoCV',
  'covariance._robust_covariance': 'MinCovDet',
  'covariance._shrunk_covariance': 'LedoitWolf OAS ShrunkCovariance',
  'cross_decomposition._pls': 'CCA PLSCanonical PLSRegression PLSSVD',
  'decomposition._dict_learning': 'DictionaryLearning MiniBatchDictionaryLearning SparseCoder',
  'decomposition._factor_analysis': 'FactorAnalysis',
  'decomposition._fastica': 'FastICA',
  'decomposition._incremental_pca': 'IncrementalPCA',
  'decomposition._kernel_pca': 'KernelPCA',
  'decomposition._lda': 'LatentDirichletAllocation',
  'decomposition._nmf': 'MiniBatchNMF NMF',
  'decomposition._pca': 'PCA',
  'decomposition._sparse_pca': 'MiniBatchSparsePCA SparsePCA',
  'decomposition._truncated_svd': 'TruncatedSVD',
  discriminant_analysis: 'LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis',
  dummy: 'Dummy*',
  'ensemble._bagging': 'Bagging*',
  'ensemble._forest': 'ExtraTrees* RandomForest* RandomTreesEmbedding',
  'ensemble._gb': 'GradientBoosting*',
  'ensemble._hist_gradient_boosting.gradient_boosting': 'HistGradientBoosting*',
  'ensemble._iforest': 'IsolationForest',
  'ensemble._stacking': 'Stacking*',
  'ensemble._voting': 'Voting*',
  'ensemble._weight_boosting': 'AdaBoost*',
  'feature_extraction._dict_vectorizer': 'DictVectorizer',
  'feature_extraction._hash': 'FeatureHasher',
  'feature_extraction.image': 'PatchExtractor',
  'feature_extraction.text': 'CountVectorizer HashingVectorizer TfidfTransformer TfidfVectorizer',
  'feature_selection._from_model': 'SelectFromModel',
  'feature_selection._rfe': 'RFE RFECV',
  'feature_selection._sequential': 'SequentialFeatureSelector',
  'feature_selection._univariate_selection':
    'GenericUnivariateSelect SelectFdr SelectFpr SelectFwe SelectKBest SelectPercentile',
  'feature_selection._variance_threshold': 'VarianceThreshold',
  'gaussian_process._gpc': 'GaussianProcessClassifier',
  'gaussian_process._gpr': 'GaussianProcessRegressor',
  'impute._base': 'MissingIndicator SimpleImputer',
  'impute._iterative': 'IterativeImputer',
  'impute._knn': 'KNNImputer',
  isotonic: 'IsotonicRegression',
  kernel_approximation: 'AdditiveChi2Sampler Nystroem PolynomialCountSketch RBFSampler SkewedChi2Sampler',
  kernel_ridge: 'KernelRidge',
  'linear_model._base': 'LinearRegression',
  'linear_model._bayes': 'ARDRegression BayesianRidge',
  'linear_model._coordinate_descent':
    'ElasticNet ElasticNetCV Lasso LassoCV MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV',
  'linear_model._glm.glm': 'GammaRegressor PoissonRegressor TweedieRegressor',
  'linear_model._huber': 'HuberRegressor',
  'linear_model._least_angle': 'Lars LarsCV LassoLars LassoLarsCV LassoLarsIC',
  'linear_model._logistic': 'LogisticRegression LogisticRegressionCV',
  'linear_model._omp': 'OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV',
  'linear_model._passive_aggressive': 'PassiveAggressive*',
  'linear_model._perceptron': 'Perceptron',
  'linear_model._quantile': 'QuantileRegressor',
  'linear_model._ransac': 'RANSACRegressor',
  'linear_model._ridge': 'Ridge RidgeCV RidgeClassifier RidgeClassifierCV',
  'linear_model._stochastic_gradient': 'SGD* SGDOneClassSVM',
  'linear_model._theil_sen': 'TheilSenRegressor',
  'manifold._isomap': 'Isomap',
  'manifold._locally_linear': 'LocallyLinearEmbedding',
  'manifold._mds': 'MDS',
  'manifold._spectral_embedding': 'SpectralEmbedding',
  'manifold._t_sne': 'TSNE',
  'mixture._bayesian_mixture': 'BayesianGaussianMixture',
  'mixture._gaussian_mixture': 'GaussianMixture',
  'model_selection._search': 'GridSearchCV RandomizedSearchCV',
  'model_selection._search_successive_halving': 'HalvingGridSearchCV HalvingRandomSearchCV',
  multiclass: 'OneVsOneClassifier OneVsRestClassifier OutputCodeClassifier',
  multioutput: 'ClassifierChain MultiOutput* RegressorChain',
  naive_bayes: 'BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB',
  'neighbors._classification': 'KNeighborsClassifier RadiusNeighborsClassifier',
  'neighbors._graph': 'KNeighborsTransformer RadiusNeighborsTransformer',
  'neighbors._kde': 'KernelDensity',
  'neighbors._lof': 'LocalOutlierFactor',
  'neighbors._nca': 'NeighborhoodComponentsAnalysis',
  'neighbors._nearest_centroid': 'NearestCentroid',
  'neighbors._regression': 'KNeighborsRegressor RadiusNeighborsRegressor',
  'neighbors._unsupervised': 'NearestNeighbors',
  'neural_network._multilayer_perceptron': 'MLP*',
  'neural_network._rbm': 'BernoulliRBM',
  pipeline: 'FeatureUnion Pipeline',
  'preprocessing._data':
    'Binarizer KernelCenterer MaxAbsScaler MinMaxScaler Normalizer PowerTransformer QuantileTransformer RobustScaler StandardScaler',
  'preprocessing._discretization': 'KBinsDiscretizer',
  'preprocessing._encoders': 'OneHotEncoder OrdinalEncoder',
  'preprocessing._function_transformer': 'FunctionTransformer',
  'preprocessing._label': 'LabelBinarizer LabelEncoder MultiLabelBinarizer',
  'preprocessing._polynomial': 'PolynomialFeatures SplineTransformer',
  random_projection: 'GaussianRandomProjection SparseRandomProjection',
  'semi_supervised._label_propagation': 'LabelPropagation LabelSpreading',
  'semi_supervised._self_training': 'SelfTrainingClassifier',
  'svm._classes': 'LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR',
  'tree._classes': 'DecisionTree* ExtraTree*',
  'cluster._hdbscan.hdbscan': 'HDBSCAN',
  'tree.tree': 'DecisionTree* ExtraTree*',
  'frozen._frozen': 'FrozenEstimator',
  'model_selection._classification_threshold': 'FixedThresholdClassifier TunedThresholdClassifierCV',
  'preprocessing._target_encoder': 'TargetEncoder',
  'manifold._classical_mds': 'ClassicalMDS',
};

/** Attributes of an estimator that look like parameters, but that its class does not accept (scikit-learn 1.2). */
export const INHERITED: Readonly<Record<string, string | undefined>> = {
  _BinaryGaussianProcessClassifierLaplace: 'f_cached rng',
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
  HalvingGridSearchCV: 'pre_dispatch',
  HalvingRandomSearchCV: 'pre_dispatch',
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
  RepeatedKFold: 'cv',
  RepeatedStratifiedKFold: 'cv',
  SGDClassifier: 'C',
  SGDOneClassSVM: 'loss penalty epsilon alpha C l1_ratio early_stopping validation_fraction n_iter_no_change',
  SGDRegressor: 'C',
  SVC: 'nu epsilon',
  SVR: 'nu probability class_weight random_state',
  StackingRegressor: 'stack_method',
};

/** Other classes that estimators hold, each shown as its attributes. */
export const PARTS: Readonly<Record<string, string>> = {
  'tree._tree': 'Tree',
  'gaussian_process.kernels':
    'RBF WhiteKernel ConstantKernel Sum Product Matern DotProduct ExpSineSquared RationalQuadratic PairwiseKernel Exponentiation ' +
    'CompoundKernel',
  'gaussian_process._gpc': '_BinaryGaussianProcessClassifierLaplace',
  'cluster._birch': '_CFNode _CFSubcluster',
  'cluster._bisect_k_means': '_BisectingTree',
  'impute._iterative': '_ImputerTriplet',
  calibration: '_CalibratedClassifier _SigmoidCalibration _TemperatureScaling',
  multiclass: '_ConstantPredictor',
  'neural_network._stochastic_optimizers': 'AdamOptimizer SGDOptimizer',
  'ensemble._gb_losses':
    'BinomialDeviance MultinomialDeviance ExponentialLoss LeastSquaresError LeastAbsoluteError HuberLossFunction QuantileLossFunction',
  'ensemble._gb': 'ZeroEstimator',
  'ensemble._hist_gradient_boosting.loss':
    'LeastSquares LeastAbsoluteDeviation Poisson BinaryCrossEntropy CategoricalCrossEntropy',
  'ensemble._hist_gradient_boosting.binning': '_BinMapper',
  'ensemble._hist_gradient_boosting.predictor': 'TreePredictor',
  '_loss.loss':
    'HalfSquaredError AbsoluteError PinballLoss HuberLoss HalfPoissonLoss HalfGammaLoss HalfTweedieLoss HalfTweedieLossIdentity ' +
    'HalfBinomialLoss HalfMultinomialLoss ExponentialLoss',
  '_loss.link': 'IdentityLink LogLink LogitLink HalfLogitLink MultinomialLogit Interval',
  '_loss.glm_distribution':
    'TweedieDistribution NormalDistribution PoissonDistribution GammaDistribution DistributionBoundary',
  'linear_model._linear_loss': 'LinearModelLoss',
  'compose._column_transformer': 'make_column_selector _RemainderColsList',
  'metrics._scorer':
    '_PredictScorer _ProbaScorer _ThresholdScorer _Scorer _CurveScorer _PassthroughScorer _MultimetricScorer',
  'model_selection._split':
    'KFold StratifiedKFold GroupKFold StratifiedGroupKFold TimeSeriesSplit LeaveOneOut LeavePOut LeaveOneGroupOut LeavePGroupsOut ' +
    'ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold PredefinedSplit',
  'model_selection._search': 'ParameterGrid ParameterSampler',
  'utils.metadata_routing': 'MetadataRequest MethodMetadataRequest',
  'utils._metadata_requests': 'MetadataRequest MethodMetadataRequest',
};

/** Dictionaries whose entries are attributes too. */
export const BUNCHES: Readonly<Record<string, string>> = {
  utils: 'Bunch',
  'utils._bunch': 'Bunch',
};

const CYTHON_LOSSES =
  'CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss CyHalfTweedieLoss ' +
  'CyHalfTweedieLossIdentity CyHalfBinomialLoss CyHalfMultinomialLoss CyExponentialLoss';

/**
 * Cython classes. Pickles pass them to a function: `newObj(KDTree)`, `__pyx_unpickle_CyHalfGammaLoss(class, …)`.
 */
export const NATIVE: Readonly<Record<string, string>> = {
  'neighbors._kd_tree': 'KDTree KDTree32 KDTree64',
  'neighbors._ball_tree': 'BallTree BallTree32 BallTree64',
  'metrics._dist_metrics': withWidths(
    'EuclideanDistance SEuclideanDistance ManhattanDistance ChebyshevDistance MinkowskiDistance WMinkowskiDistance MahalanobisDistance ' +
      'HammingDistance CanberraDistance BrayCurtisDistance JaccardDistance MatchingDistance DiceDistance KulsinskiDistance ' +
      'RogersTanimotoDistance RussellRaoDistance SokalMichenerDistance SokalSneathDistance HaversineDistance',
  ),
  '_loss._loss': CYTHON_LOSSES,
};

/** Since 1.3, distances have separate classes for numbers of 32 and 64 bits. */
function withWidths(names: string): string {
  return names
    .split(' ')
    .flatMap((name) => [name, `${name}32`, `${name}64`])
    .join(' ');
}

/** Losses, which are called with one number or without arguments. */
export const LOSSES: Readonly<Record<string, string>> = {
  '_loss._loss': CYTHON_LOSSES,
  'linear_model._sgd_fast':
    'Hinge SquaredHinge Log ModifiedHuber SquaredLoss Huber EpsilonInsensitive SquaredEpsilonInsensitive',
};

/** Functions that estimators refer to by name. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  'cluster._kmeans':
    '_kmeans_single_lloyd _kmeans_single_elkan lloyd_iter_chunked_dense lloyd_iter_chunked_sparse',
  'feature_selection._univariate_selection': 'f_classif f_regression f_oneway chi2 r_regression',
  'feature_selection._mutual_info': 'mutual_info_classif mutual_info_regression',
  'metrics._classification':
    'accuracy_score balanced_accuracy_score f1_score fbeta_score precision_score recall_score jaccard_score log_loss ' +
    'matthews_corrcoef brier_score_loss zero_one_loss hinge_loss cohen_kappa_score hamming_loss d2_brier_score d2_log_loss_score',
  'metrics._regression':
    'r2_score mean_squared_error mean_absolute_error mean_squared_log_error mean_absolute_percentage_error median_absolute_error ' +
    'max_error explained_variance_score mean_pinball_loss mean_tweedie_deviance mean_poisson_deviance mean_gamma_deviance ' +
    'root_mean_squared_error root_mean_squared_log_error d2_absolute_error_score d2_pinball_score d2_tweedie_score',
  'metrics._ranking':
    'roc_auc_score average_precision_score ndcg_score dcg_score top_k_accuracy_score coverage_error label_ranking_loss',
  'metrics.pairwise':
    'euclidean_distances manhattan_distances cosine_distances cosine_similarity rbf_kernel linear_kernel polynomial_kernel ' +
    'sigmoid_kernel laplacian_kernel chi2_kernel',
  'metrics.cluster._supervised':
    'adjusted_rand_score adjusted_mutual_info_score normalized_mutual_info_score mutual_info_score homogeneity_score ' +
    'completeness_score v_measure_score fowlkes_mallows_score rand_score',
  'metrics._scorer': '_passthrough_scorer positive_likelihood_ratio negative_likelihood_ratio',
  'utils.validation': 'check_array',
};
