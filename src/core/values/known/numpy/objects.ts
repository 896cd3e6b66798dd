import { InertCall, InertName, type Value } from '../../value';
import type { Known } from '../known';
import { say } from '../../../text';
import { dictOf, expression, hasNoItems, isBare, itemsOf, nameOf, shortName, textOf } from '../matching';
import type { Form, Forms } from '../registry';
import { attributesOf } from '../standard/records';

/** `numpy.ma.masked`, the constant for a masked element. */
const maskedForm: Form = (call, args) => {
  if (args.length > 0 || !isBare(call)) return undefined;
  return {
    library: 'numpy',
    type: 'MaskedConstant',
    line: 'masked',
    text: '--',
    isMissing: true,
    python: () => new InertName('', 'np.ma.masked'),
    plain: () => null,
  };
};

/** `new poly1d() ⊕ {'coeffs', '_variable'}`; old versions also store the roots or the order. */
const poly1dForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const [coefficients, variable] = [state?.get('coeffs') ?? state?.get('_coeffs'), state?.get('_variable')];
  if (!call.isNew || args.length > 0 || !hasNoItems(call) || coefficients === undefined) return undefined;
  const shown = variable === undefined || variable === null || variable === 'x' ? undefined : variable;
  return {
    ...attributesOf('poly1d', [...(state ?? [])], 'numpy'),
    python: () => expression('np.poly1d', [coefficients], { variable: shown }),
  };
};

const SERIES = ['Polynomial', 'Chebyshev', 'Legendre', 'Hermite', 'HermiteE', 'Laguerre'];

/** `new Polynomial() ⊕ {'coef', 'domain', 'window', …}` (numpy `polynomial/_polybase.py`). */
const seriesForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const [coefficients, domain, window] = ['coef', 'domain', 'window'].map((name) => state?.get(name));
  if (!call.isNew || args.length > 0 || !hasNoItems(call) || coefficients === undefined) return undefined;
  const type = shortName(call.callable);
  return {
    ...attributesOf(type, [...(state ?? [])], 'numpy'),
    python: () => expression(`np.polynomial.${type}`, [coefficients], { domain, window }),
  };
};

const MAKERS = ['__randomstate_ctor', '__generator_ctor', '__bit_generator_ctor'].map(
  (name) => `numpy.random._pickle.${name}`,
);

/** Classes of random number generators, by the functions that make them. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  __randomstate_ctor: 'RandomState',
  __generator_ctor: 'Generator',
};

/** Bit generators. Pickles have their names until numpy 1.24, and their classes since then. */
const BIT_GENERATORS = ['MT19937', 'PCG64', 'PCG64DXSM', 'Philox', 'SFC64'];

/**
 * `__generator_ctor('PCG64', __bit_generator_ctor) ⊕ {...}`; since numpy 1.26 `__generator_ctor(BITS) ⊕ None`, where BITS is
 * a bit generator: `__bit_generator_ctor(PCG64) ⊕ (state, seeds)`.
 */
const randomForm: Form = (call, args) => {
  const [first, second] = args;
  const maker = TYPES[shortName(call.callable)];
  const isMaker = second === undefined || MAKERS.includes(nameOf(second) ?? '');
  if (args.length === 0 || args.length > 2 || !isMaker || !hasNoItems(call) || call.kwargs) return undefined;
  const bits = bitGeneratorName(first);
  if (maker === undefined) return bits === undefined ? undefined : random(bits, bits, call.state);
  const inner = bits ?? innerBits(first);
  if (inner === undefined) return undefined;
  const state = bits === undefined && (call.state ?? null) === null ? (first as InertCall).state : call.state;
  return random(maker, inner, state);
};

function bitGeneratorName(value: Value | undefined): string | undefined {
  const text = textOf(value);
  if (text !== undefined) return BIT_GENERATORS.includes(text) ? text : undefined;
  if (!(value instanceof InertName) || !/^numpy\.random\._\w+$/.test(value.module)) return undefined;
  return BIT_GENERATORS.includes(value.name) ? value.name : undefined;
}

function innerBits(value: Value | undefined): string | undefined {
  const isBits =
    value instanceof InertCall && nameOf(value.callable) === 'numpy.random._pickle.__bit_generator_ctor';
  return isBits ? bitGeneratorName(itemsOf(value.args)?.[0]) : undefined;
}

/** A generator, shown by its state. @param bits the class of its bit generator */
function random(type: string, bits: string, state: Value | undefined): Known | undefined {
  const [first] = itemsOf(state) ?? [];
  const entries = [...(dictOf(state) ?? dictOf(first) ?? [])];
  if (state !== undefined && state !== null && entries.length === 0) return undefined;
  const known = attributesOf(type, entries, 'numpy');
  const source = expression(`np.random.${bits}`, []);
  return {
    ...known,
    line: type === bits ? type : say`${type} of ${bits}`,
    python: () => (type === bits ? source : expression(`np.random.${type}`, [source])),
  };
}

/** `__pyx_unpickle_SeedSequence(SeedSequence, checksum, None) ⊕ (...)`. */
const seedsForm: Form = (call, args) => {
  const state = itemsOf(call.state);
  const isClass = nameOf(args[0]) === 'numpy.random.bit_generator.SeedSequence';
  if (args.length !== 3 || !isClass || !hasNoItems(call) || call.kwargs !== undefined) return undefined;
  const given = state ?? itemsOf(args[2]);
  const [entropy = null, spawned = null, pool = null, size = null, key = null] = given ?? [];
  if (given !== undefined && given.length < 5) return undefined;
  const parts: [Value, Value][] = [
    ['entropy', entropy],
    ['n_children_spawned', spawned],
    ['pool', pool],
    ['pool_size', size],
    ['spawn_key', key],
  ];
  return {
    ...attributesOf('SeedSequence', parts, 'numpy'),
    python: () => expression('np.random.SeedSequence', [entropy]),
  };
};

/** Objects of numpy other than arrays. */
export const objectForms: Forms = {
  'numpy.ma.core.MaskedConstant': maskedForm,
  'numpy.poly1d': poly1dForm,
  'numpy.lib.polynomial.poly1d': poly1dForm,
  ...Object.fromEntries(
    SERIES.map((name) => [
      `numpy.polynomial.${name === 'HermiteE' ? 'hermite_e' : name.toLowerCase()}.${name}`,
      seriesForm,
    ]),
  ),
  ...Object.fromEntries(MAKERS.map((name) => [name, randomForm])),
  'numpy.random.bit_generator.__pyx_unpickle_SeedSequence': seedsForm,
};
