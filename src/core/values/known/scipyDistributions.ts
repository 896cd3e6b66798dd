import { Dict, InertCall, InertName, type Value } from '../value';
import { attributes } from './attributes';
import { say } from '../../text';
import { argumentsOf, dictOf, expression, hasNoItems, isBare, itemsOf, nameOf, textOf } from './matching';
import { type Form, type Forms, recognise } from './registry';
import { namedIn } from './standard/records';

const CONTINUOUS =
  'alpha anglit arcsine argus beta betaprime bradford burr12 burr cauchy chi2 chi cosine crystalball dgamma ' +
  'dpareto_lognorm dweibull erlang expon exponnorm exponpow exponweib f fatiguelife fisk foldcauchy foldnorm frechet_l ' +
  'frechet_r gamma gausshyper genexpon genextreme gengamma genhalflogistic genhyperbolic geninvgauss genlogistic gennorm ' +
  'genpareto gibrat gilbrat gompertz gumbel_l gumbel_r halfcauchy halfgennorm halflogistic halfnorm hypsecant invgamma ' +
  'invgauss invweibull irwinhall jf_skew_t johnsonsb johnsonsu kappa3 kappa4 ksone kstwo kstwobign landau ' +
  'laplace_asymmetric laplace levy levy_l loggamma logistic loglaplace lognorm lomax maxwell mielke moyal nakagami ncf ' +
  'nct ncx2 norm norminvgauss pareto pearson3 powerlaw powerlognorm powernorm rayleigh rdist recipinvgauss reciprocal ' +
  'rel_breitwigner rice semicircular skew_norm skewcauchy studentized_range t trapezoid trapz triang truncexpon truncnorm ' +
  'truncpareto truncweibull_min tukeylambda uniform vonmises wald weibull_max weibull_min wrapcauchy';

const DISCRETE =
  'bernoulli betabinom betanbinom binom boltzmann dlaplace geom hypergeom logser nbinom nchypergeom_fisher ' +
  'nchypergeom_wallenius nhypergeom planck poisson poisson_binom randint skellam yulesimon zipf zipfian';

const NAMES: ReadonlySet<string> = new Set([
  ...CONTINUOUS.split(' ').map((name) => `scipy.stats._continuous_distns.${name}_gen`),
  ...DISCRETE.split(' ').map((name) => `scipy.stats._discrete_distns.${name}_gen`),
]);

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/**
 * `new norm_gen() ⊕ {…}`, since scipy 1.6. Its state holds a text that scipy runs as code. It is recognized only if that is
 * the text which scipy itself generates from the names of the parameters (`_distn_infrastructure.py`, `parse_arg_template`).
 */
const distribution: Form = (call, args) => {
  const state = dictOf(call.state);
  const name = textOf(state?.get('name'));
  if (!isDistribution(call) || args.length > 0 || !hasNoItems(call) || call.kwargs) return undefined;
  if (state === undefined || name === undefined || !IDENTIFIER.test(name)) return undefined;
  if (!isOwnTemplate(textOf(state.get('_parse_arg_template')), textOf(state.get('shapes')))) return undefined;
  const shown = [...state].filter(
    ([key]) => typeof key === 'string' && /^[a-z]/.test(key) && key !== 'vecentropy',
  );
  return {
    library: 'scipy',
    type: name,
    line: say`distribution ${name}`,
    children: attributes(shown),
    python: () => new InertName('', `scipy.stats.${name}`),
    plain: () => name,
  };
};

function isDistribution(value: Value | undefined): boolean {
  return value instanceof InertCall && value.isNew && NAMES.has(nameOf(value.callable) ?? '');
}

function isOwnTemplate(template: string | undefined, shapes = ''): boolean {
  const names = shapes.split(/[, ]+/).filter((name) => name !== '');
  if (!names.every((name) => IDENTIFIER.test(name))) return false;
  const given = names.map((name) => `${name}, `).join('');
  return [
    ['loc=0, scale=1', 'loc, scale'],
    ['loc=0', 'loc, 1'],
  ].some(
    ([before, after]) =>
      template ===
      `
def _parse_args(self, ${given} ${before}):
    return (${given}), ${after}

def _parse_args_rvs(self, ${given} ${before}, size=None):
    return self._argcheck_rvs(${given} ${after}, size=size)

def _parse_args_stats(self, ${given} ${before}, moments='mv'):
    return (${given}), ${after}, moments
`,
  );
}

/** A distribution with its parameters: `new rv_continuous_frozen() ⊕ {'args', 'kwds', 'dist', 'a', 'b'}`. */
const frozen: Form = (call, args) => {
  const state = dictOf(call.state);
  const dist = state?.get('dist');
  const known = isDistribution(dist) && dist !== undefined ? recognise(dist) : undefined;
  const [given, keywords] = [itemsOf(state?.get('args')), dictOf(state?.get('kwds'))];
  if (!call.isNew || args.length > 0 || !hasNoItems(call) || call.kwargs || state === undefined)
    return undefined;
  if (known === undefined || given === undefined || keywords === undefined) return undefined;
  if (!keywords.keys.every((key) => typeof key === 'string')) return undefined;
  return {
    library: 'scipy',
    type: known.type,
    line: say`distribution ${known.type}, frozen`,
    children: attributes([...state]),
    python: () => expression(`scipy.stats.${known.type}`, given, namedIn(keywords)),
    plain: () => Dict.from([['dist', known.type] as const, ['args', [...given]], ['kwds', keywords]]),
  };
};

/** `getattr(new poisson_gen(), '_entropy')`, a method that discrete distributions hold. */
const entropy: Form = (call, [owner, name]) =>
  name === '_entropy' && isBare(call) && isDistribution(owner)
    ? { library: 'scipy', type: 'method', python: () => new InertName('', name), plain: () => name }
    : undefined;

/** `new vectorize() ⊕ {'pyfunc': getattr(…), …}`, only with the method that {@link entropy} recognizes. */
const vectorized: Form = (call, args) => {
  const state = dictOf(call.state);
  const called = state?.get('pyfunc');
  if (!call.isNew || args.length > 0 || !hasNoItems(call) || call.kwargs || state === undefined)
    return undefined;
  const [owner, name] = argumentsOf(called, 'builtins.getattr') ?? [];
  if (name !== '_entropy' || !isDistribution(owner)) return undefined;
  const others = [...state].filter(([key]) => key !== 'pyfunc');
  if (!others.every(([, value]) => !(value instanceof InertCall || value instanceof InertName)))
    return undefined;
  return {
    library: 'scipy',
    type: 'vectorize',
    python: () => expression('numpy.vectorize', [called ?? null]),
    plain: () => name,
  };
};

const MODULE = 'scipy.stats._distn_infrastructure';

/** Distributions of scipy, with and without parameters. */
export const distributionForms: Forms = {
  ...Object.fromEntries([...NAMES].map((name) => [name, distribution])),
  [`${MODULE}.rv_frozen`]: frozen,
  [`${MODULE}.rv_continuous_frozen`]: frozen,
  [`${MODULE}.rv_discrete_frozen`]: frozen,
  'builtins.getattr': entropy,
  'numpy.vectorize': vectorized,
};
