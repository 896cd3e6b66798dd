const SYSTEMS =
  'TransferFunctionContinuous TransferFunctionDiscrete ZerosPolesGainContinuous ZerosPolesGainDiscrete StateSpaceContinuous ' +
  'StateSpaceDiscrete';

const STATISTICS =
  'BrunnerMunzelResult CumfreqResult DescribeResult F_onewayResult FriedmanchisquareResult KruskalResult KstestResult ' +
  'KurtosistestResult KendalltauResult LinregressResult ModeResult NormaltestResult PearsonRResult PointbiserialrResult ' +
  'Power_divergenceResult RanksumsResult RelfreqResult SignificanceResult SigmaclipResult SkewtestResult SpearmanrResult TtestResult ' +
  'Ttest_1sampResult Ttest_indResult Ttest_relResult WeightedTauResult AlexanderGovernResult QuantileTestResult ConfidenceInterval MGCResult';

const TESTS =
  'AndersonResult Anderson_ksampResult AnsariResult BartlettResult FlignerResult LeveneResult MedianTestResult ShapiroResult ' +
  'WilcoxonResult Mean Variance Std_dev';

/** Distributions of several variables. */
const VARIABLES =
  'multivariate_normal dirichlet wishart invwishart multinomial matrix_normal multivariate_t ortho_group special_ortho_group ' +
  'unitary_group random_correlation multivariate_hypergeom vonmises_fisher uniform_direction random_table ' +
  'dirichlet_multinomial normal_inverse_gamma';

/** Classes by module within `scipy`: results, splines, trees, rotations, distributions of several variables. */
export const CLASSES: Readonly<Record<string, string>> = {
  '_lib._util': '_RichResult',
  '_lib._disjoint_set': 'DisjointSet',
  'cluster.hierarchy': 'ClusterNode',
  'optimize._optimize': 'OptimizeResult',
  'optimize._lbfgsb_py': 'LbfgsInvHessProduct',
  'optimize.lbfgsb': 'LbfgsInvHessProduct',
  'optimize._constraints': 'Bounds LinearConstraint NonlinearConstraint',
  'optimize._hessian_update_strategy': 'BFGS SR1',
  'optimize._zeros_py': 'RootResults',
  'optimize.zeros': 'RootResults',
  'integrate._bvp': 'BVPResult',
  'integrate._quadrature': 'QMCQuadResult',
  'integrate._ivp.ivp': 'OdeResult',
  'integrate._ivp.common': 'OdeSolution ConstantDenseOutput',
  'integrate._ivp.rk': 'RkDenseOutput Dop853DenseOutput',
  'integrate._ivp.radau': 'RadauDenseOutput',
  'integrate._ivp.bdf': 'BdfDenseOutput',
  'integrate._ivp.lsoda': 'LsodaDenseOutput',
  'interpolate._bsplines': 'BSpline',
  'interpolate._cubic': 'CubicSpline PchipInterpolator Akima1DInterpolator CubicHermiteSpline',
  'interpolate._interpolate': 'interp1d PPoly BPoly NdPPoly',
  'interpolate._rgi': 'RegularGridInterpolator',
  'interpolate._bary_rational': 'AAA FloaterHormannInterpolator',
  'interpolate._interpnd': 'LinearNDInterpolator CloughTocher2DInterpolator',
  'interpolate._ndbspline': 'NdBSpline',
  'interpolate._ndgriddata': 'NearestNDInterpolator',
  'interpolate.ndgriddata': 'NearestNDInterpolator',
  'interpolate._polyint': 'BarycentricInterpolator KroghInterpolator',
  'interpolate._rbfinterp': 'RBFInterpolator',
  'interpolate._fitpack2':
    'UnivariateSpline InterpolatedUnivariateSpline LSQUnivariateSpline SmoothBivariateSpline RectBivariateSpline ' +
    'LSQBivariateSpline RectSphereBivariateSpline SmoothSphereBivariateSpline LSQSphereBivariateSpline',
  'spatial._ckdtree': 'cKDTree',
  'spatial._kdtree': 'KDTree Rectangle',
  'spatial._qhull': 'Delaunay ConvexHull Voronoi HalfspaceIntersection',
  'spatial._spherical_voronoi': 'SphericalVoronoi',
  'spatial.transform._rotation': 'Rotation Slerp',
  'spatial.transform._rotation_spline': 'RotationSpline',
  'signal._ltisys': `${SYSTEMS} Bunch`,
  'signal._czt': 'CZT',
  'signal._short_time_fft': 'ShortTimeFFT',
  'stats._stats_py': STATISTICS,
  'stats.stats': STATISTICS,
  'stats._stats_mstats_common': 'LinregressResult SiegelslopesResult TheilslopesResult',
  'stats._common': 'ConfidenceInterval',
  'stats._morestats': TESTS,
  'stats._mannwhitneyu': 'MannwhitneyuResult',
  'stats._hypotests':
    'TukeyHSDResult Epps_Singleton_2sampResult BarnardExactResult BoschlooExactResult CramerVonMisesResult SomersDResult',
  'stats._binomtest': 'BinomTestResult',
  'stats._binned_statistic': 'BinnedStatisticResult BinnedStatistic2dResult BinnedStatisticddResult',
  'stats.contingency': 'Chi2ContingencyResult',
  'stats._crosstab': 'CrosstabResult',
  'stats._odds_ratio': 'OddsRatioResult',
  'stats._relative_risk': 'RelativeRiskResult',
  'stats._page_trend_test': 'PageTrendTestResult',
  'stats._mgc': 'MGCResult',
  'stats._multicomp': 'DunnettResult',
  'stats._resampling':
    'BootstrapResult MonteCarloTestResult PermutationTestResult PowerResult PermutationMethod MonteCarloMethod BootstrapMethod',
  'stats._survival': 'ECDFResult EmpiricalDistributionFunction LogRankResult',
  'stats._kde': 'gaussian_kde',
  'stats._qmc': 'Sobol Halton LatinHypercube PoissonDisk MultivariateNormalQMC',
  'stats._covariance': 'CovViaPSD CovViaCholesky CovViaDiagonal CovViaEigendecomposition CovViaPrecision',
  'stats._multivariate': `_PSD${VARIABLES.split(' ')
    .flatMap((name) => [` ${name}_gen`, ` ${name}_frozen`])
    .join('')}`,
  'stats._new_distributions': 'Normal StandardNormal Uniform Binomial Logistic',
  'stats._distribution_infrastructure':
    'Mixture ShiftedScaledDistribution TruncatedDistribution FoldedDistribution OrderStatisticDistribution ' +
    'MonotonicTransformedDistribution _Parameterization _RealDomain _RealInterval _IntegerInterval _RealParameter',
};

export const CONTINUOUS =
  'alpha anglit arcsine argus beta betaprime bradford burr12 burr cauchy chi2 chi cosine crystalball dgamma ' +
  'dpareto_lognorm dweibull erlang expon exponnorm exponpow exponweib f fatiguelife fisk foldcauchy foldnorm frechet_l ' +
  'frechet_r gamma gausshyper genexpon genextreme gengamma genhalflogistic genhyperbolic geninvgauss genlogistic gennorm ' +
  'genpareto gibrat gilbrat gompertz gumbel_l gumbel_r halfcauchy halfgennorm halflogistic halfnorm hypsecant invgamma ' +
  'invgauss invweibull irwinhall jf_skew_t johnsonsb johnsonsu kappa3 kappa4 ksone kstwo kstwobign landau ' +
  'laplace_asymmetric laplace levy levy_l loggamma logistic loglaplace lognorm lomax maxwell mielke moyal nakagami ncf ' +
  'nct ncx2 norm norminvgauss pareto pearson3 powerlaw powerlognorm powernorm rayleigh rdist recipinvgauss reciprocal ' +
  'rel_breitwigner rice semicircular skewnorm skew_norm skewcauchy studentized_range t trapezoid trapz triang truncexpon truncnorm ' +
  'truncpareto truncweibull_min tukeylambda uniform vonmises wald weibull_max weibull_min wrapcauchy';

export const DISCRETE =
  'bernoulli betabinom betanbinom binom boltzmann dlaplace geom hypergeom logser nbinom nchypergeom_fisher ' +
  'nchypergeom_wallenius nhypergeom planck poisson poisson_binom randint skellam yulesimon zipf zipfian';
