import { type Dict, InertCall, type Value } from '../../value';
import { dictOf, hasNoItems, itemsOf, nameOf } from '../matching';

/** The names that a class may have in a pickle: in the module that defines it or, since pandas 3, in a public one. */
export function named(type: string): readonly string[] {
  return MODULES.map((module) => `${module}.${type}`);
}

const MODULES: readonly string[] = [
  ...['pandas', 'pandas.arrays', 'pandas.core.dtypes.dtypes', 'pandas.core.arrays'],
  ...(
    'string_ string_arrow arrow arrow.array arrow.dtype integer floating boolean masked sparse sparse.array sparse.dtype ' +
    'interval numpy_'
  )
    .split(' ')
    .map((module) => `pandas.core.arrays.${module}`),
];

const known = new Map<string, ReadonlySet<string>>();

/** The state of an object of a pandas class, if it is a dictionary. @param type name of the class without its module */
export function newState(value: Value | undefined, type: string): Dict | undefined {
  if (!(value instanceof InertCall) || !hasNoItems(value) || itemsOf(value.args)?.length !== 0)
    return undefined;
  let names = known.get(type);
  if (names === undefined) known.set(type, (names = new Set(named(type))));
  return names.has(nameOf(value.callable) ?? '') ? dictOf(value.state) : undefined;
}
