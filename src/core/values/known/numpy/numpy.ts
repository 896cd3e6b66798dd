import { type ElementType, viewOf } from '../../../arrays/ndArray';
import { type InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { expression, isBare, itemsOf, nameOf, shortName } from '../matching';
import type { Form, Forms } from '../registry';
import { arrayOfValue, FROMBUFFER, RECONSTRUCT, SCALAR, STRING_DTYPE, stringTypeOf } from './arrays';
import { elementTypeOf } from './dtype';
import { dtypeArgument, numpyExpression } from './expressions';
import { knownArray } from './knownArray';
import { objectForms } from './objects';
import { scalarForm } from './scalars';

/** An array, with the name of its class. */
function arrayForm(call: InertCall, args: readonly Value[]): Known | undefined {
  const array = arrayOfValue(call);
  if (array === undefined) return undefined;
  if (array.mask !== undefined) {
    const python = numpyExpression(undefined, itemsOf(call.state)?.[6] ?? undefined);
    return knownArray(array, { library: 'numpy', type: 'MaskedArray', python });
  }
  const name = nameOf(args[0]);
  if (name === undefined || name === 'numpy.ndarray' || FROMBUFFER.includes(nameOf(call.callable) as string))
    return knownArray(array);
  const isOwn = SUBCLASSES.has(name);
  const isText = name.endsWith('chararray');
  const known = knownArray(isText ? viewOf(array, { type: { ...array.type, isStripped: true } }) : array, {
    library: isOwn ? 'numpy' : '',
    type: shortName(args[0] as Value),
    python: numpyExpression(SUBCLASSES.get(name)),
  });
  return isOwn ? known : { ...known, isRecord: true, ofClass: args[0] as Value };
}

/** Classes of arrays in numpy, each with the function that makes one from nested lists. */
const SUBCLASSES: ReadonlyMap<string, string> = new Map([
  ['numpy.recarray', 'np.rec.array'],
  ['numpy.rec.recarray', 'np.rec.array'],
  ['numpy.matrix', 'np.matrix'],
  ['numpy.matrixlib.defmatrix.matrix', 'np.matrix'],
  ['numpy.memmap', 'np.array'],
  ['numpy.core.memmap.memmap', 'np.array'],
  ['numpy.chararray', 'np.char.array'],
  ['numpy.char.chararray', 'np.char.array'],
  ['numpy.ma.core.MaskedArray', 'np.ma.array'],
  ['numpy.ma.MaskedArray', 'np.ma.array'],
]);

const dtypeForm: Form = (call) => {
  const type = elementTypeOf(call) ?? stringTypeOf(call);
  return (
    type && {
      library: 'numpy',
      type: 'dtype',
      line: `dtype ${type.name}`,
      ...(type.fields === undefined && type.element === undefined && { text: type.name }),
      python: () => dtypeExpression(call, type),
      plain: () => type.name,
    }
  );
};

function dtypeExpression({ args, state }: InertCall, type: ElementType): Value {
  const [flags] = itemsOf(state)?.slice(7) ?? [];
  const isRecord = nameOf(itemsOf(args)?.[0]) !== undefined;
  const argument = dtypeArgument(type);
  return expression(
    'np.dtype',
    [isRecord ? new Tuple([new InertName('', 'np.record'), argument]) : argument],
    {
      align: typeof flags === 'bigint' && (flags & 128n) !== 0n ? true : undefined,
    },
  );
}

/** `_ufunc_reconstruct(module, name)`, which numpy before 1.20 writes. It imports the module, so only numpy's own is accepted. */
const functionForm: Form = (call, [module, name, ...more]) => {
  if (!isBare(call) || more.length > 0 || typeof name !== 'string' || !/^\w+$/.test(name)) return undefined;
  if (module !== 'numpy.core._multiarray_umath' && module !== 'numpy._core._multiarray_umath')
    return undefined;
  return {
    library: 'numpy',
    type: 'ufunc',
    line: `ufunc ${name}`,
    python: () => new InertName('', `np.${name}`),
    plain: () => name,
  };
};

const forms: Forms = {
  ...Object.fromEntries(
    [...RECONSTRUCT, ...FROMBUFFER, 'numpy.ma.core._mareconstruct'].map((name) => [name, arrayForm]),
  ),
  'numpy.core._ufunc_reconstruct': functionForm,
  'numpy._core._ufunc_reconstruct': functionForm,
  ...Object.fromEntries(SCALAR.map((name) => [name, scalarForm])),
  ...Object.fromEntries(['numpy.dtype', ...STRING_DTYPE].map((name) => [name, dtypeForm])),
  ...objectForms,
};

export const numpy = { forms };
