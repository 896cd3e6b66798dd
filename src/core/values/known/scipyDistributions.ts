import { Dict, InertCall, InertName, Tuple, type Value } from '../value';
import { attributes } from './attributes';
import { say } from '../../text';
import { argumentsOf, dictOf, expression, hasNoItems, isBare, itemsOf, nameOf, textOf } from './matching';
import { type Form, type Forms, recognise } from './registry';
import { CONTINUOUS, DISCRETE } from './scipyTables';
import { namedIn } from './standard/records';

const NAMES: ReadonlySet<string> = new Set([
  ...CONTINUOUS.split(' ').map((name) => `scipy.stats._continuous_distns.${name}_gen`),
  ...DISCRETE.split(' ').map((name) => `scipy.stats._discrete_distns.${name}_gen`),
  'scipy.stats._levy_stable.levy_stable_gen',
  'scipy.stats._continuous_distns.rv_histogram',
  'scipy.stats._distn_infrastructure.rv_sample',
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
    python: () => ownDistribution(state) ?? new InertName('', `scipy.stats.${name}`),
    plain: () => name,
  };
};

/** A distribution of given values or bins. */
function ownDistribution(state: Dict): Value | undefined {
  const [bins, values, shares] = ['_histogram', 'xk', 'pk'].map((key) => state.get(key));
  if (bins !== undefined) return expression('scipy.stats.rv_histogram', [bins]);
  if (values === undefined || shares === undefined) return undefined;
  return expression('scipy.stats.rv_discrete', [], {
    name: state.get('name'),
    values: new Tuple([values, shares]),
  });
}

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
  'scipy.stats._discrete_distns.poisson_binomial_frozen': frozen,
  'scipy.stats._levy_stable.levy_stable_frozen': frozen,
  'builtins.getattr': entropy,
  'numpy.vectorize': vectorized,
};
