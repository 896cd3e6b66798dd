import { Dict } from '../value';
import { dictOf, expression, itemsOf, nameOf, shortName } from './matching';
import type { Form } from './registry';
import { keywordsShape, namedIn, parts, plainRecord } from './standard/records';

const SYSTEMS =
  'TransferFunctionContinuous TransferFunctionDiscrete ZerosPolesGainContinuous ZerosPolesGainDiscrete StateSpaceContinuous ' +
  'StateSpaceDiscrete';

const STATISTICS =
  'BrunnerMunzelResult CumfreqResult DescribeResult F_onewayResult FriedmanchisquareResult KruskalResult KstestResult ' +
  'KurtosistestResult KendalltauResult LinregressResult ModeResult NormaltestResult PearsonRResult PointbiserialrResult ' +
  'Power_divergenceResult RanksumsResult RelfreqResult SignificanceResult SigmaclipResult SkewtestResult SpearmanrResult TtestResult ' +
  'Ttest_1sampResult Ttest_indResult Ttest_relResult WeightedTauResult';

const TESTS =
  'AndersonResult Anderson_ksampResult AnsariResult BartlettResult FlignerResult LeveneResult MedianTestResult ShapiroResult ' +
  'WilcoxonResult';

/** Classes by module: results, splines, trees, rotations. Before scipy 1.8, the modules had no underscore. */
const CLASSES: Readonly<Record<string, string>> = {
  'scipy.optimize._optimize': 'OptimizeResult',
  'scipy.optimize._lbfgsb_py': 'LbfgsInvHessProduct',
  'scipy.optimize.optimize': 'OptimizeResult',
  'scipy.optimize.lbfgsb': 'LbfgsInvHessProduct',
  'scipy.integrate._ivp.ivp': 'OdeResult',
  'scipy.integrate._ivp.common': 'OdeSolution',
  'scipy.interpolate._bsplines': 'BSpline',
  'scipy.interpolate._cubic': 'CubicSpline PchipInterpolator Akima1DInterpolator CubicHermiteSpline',
  'scipy.interpolate._interpolate': 'interp1d PPoly BPoly NdPPoly',
  'scipy.interpolate.interpolate': 'interp1d PPoly BPoly NdPPoly',
  'scipy.interpolate._rgi': 'RegularGridInterpolator',
  'scipy.interpolate._fitpack2':
    'UnivariateSpline InterpolatedUnivariateSpline LSQUnivariateSpline SmoothBivariateSpline RectBivariateSpline',
  'scipy.interpolate.fitpack2': 'UnivariateSpline InterpolatedUnivariateSpline LSQUnivariateSpline',
  'scipy.spatial._ckdtree': 'cKDTree',
  'scipy.spatial.ckdtree': 'cKDTree',
  'scipy.spatial._kdtree': 'KDTree',
  'scipy.spatial.kdtree': 'KDTree',
  'scipy.spatial.transform._rotation': 'Rotation',
  'scipy.spatial.transform.rotation': 'Rotation',
  'scipy.signal._ltisys': SYSTEMS,
  'scipy.signal.ltisys': SYSTEMS,
  'scipy.stats._stats_py': STATISTICS,
  'scipy.stats.stats': STATISTICS,
  'scipy.stats._stats_mstats_common': 'LinregressResult SiegelslopesResult TheilslopesResult',
  'scipy.stats._morestats': TESTS,
  'scipy.stats.morestats': TESTS,
  'scipy.stats._mannwhitneyu': 'MannwhitneyuResult',
  'scipy.stats._hypotests': 'TukeyHSDResult Epps_Singleton_2sampResult',
  'scipy.stats._binomtest': 'BinomTestResult',
  'scipy.stats.contingency': 'Chi2ContingencyResult',
  'scipy.stats._kde': 'gaussian_kde',
  'scipy.stats.kde': 'gaussian_kde',
};

const NAMES: ReadonlySet<string> = new Set(
  Object.entries(CLASSES).flatMap(([module, names]) => names.split(' ').map((name) => `${module}.${name}`)),
);

const LINES = '_call_linear _call_linear_np _call_spline _call_nan_spline _call_nearest _call_previousnext';

/** Functions that pickles name without calling them: of interpolations, and of the arrays of splines. */
export const SCIPY_NAMES: ReadonlySet<string> = new Set([
  ...LINES.split(' ').flatMap((name) => [
    `scipy.interpolate._interpolate.interp1d.${name}`,
    `scipy.interpolate.interpolate.interp1d.${name}`,
  ]),
  'scipy._lib.array_api_compat.numpy._aliases.asarray',
  // For classes with keywords, protocols below 4 write `getattr(TtestResult, "__new__")`.
  ...[...NAMES].flatMap((name) => [name, `${name}Base`].flatMap((owner) => [owner, `${owner}.__new__`])),
]);

/** Results that are tuples with further attributes, as protocols below 4 write them. */
const keywordResult: Form = (call, args) => {
  const known = keywordsShape(call, args);
  if (known === undefined || !NAMES.has(nameOf(known.ofClass) ?? '')) return undefined;
  const { isRecord: _, ...result } = known;
  return { ...result, library: 'scipy' };
};

/**
 * `new C(…) ⊕ {…}`; with slots `⊕ (None, {…})`; for trees and rotations `⊕ (…)`. Results of the optimizer are dictionaries:
 * `new OptimizeResult() + entries`.
 */
const object: Form = (call, args) => {
  const { state, entries, appended } = call;
  if (!call.isNew || !NAMES.has(nameOf(call.callable) ?? '') || appended.length > 0) return undefined;
  const items = itemsOf(state);
  const slots = items?.length === 2 && items[0] === null ? dictOf(items[1]) : undefined;
  const held = dictOf(state) ?? slots;
  if (state !== undefined && state !== null && held === undefined && items === undefined) return undefined;
  const positional = held === undefined ? [...args, ...(items ?? [])] : args;
  // The state of a result repeats its keywords; a dictionary holds each name once.
  const named = [...Dict.from([...(dictOf(call.kwargs) ?? []), ...(held ?? []), ...entries])];
  const type = shortName(call.callable);
  return {
    library: 'scipy',
    type,
    children: parts(positional, named),
    python: (limit) =>
      positional.length + named.length > limit ? undefined : expression(type, positional, namedIn(named)),
    plain: () => plainRecord(positional, named),
  };
};

/** Objects of scipy other than matrices and distributions. */
export const scipyObjects = [keywordResult, object];
