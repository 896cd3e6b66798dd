import { BUNCHES, ESTIMATORS, FUNCTIONS, LOSSES, NATIVE, PARTS } from './sklearnTables';

export { INHERITED } from './sklearnTables';

/** @param table by module within `sklearn` */
function fullNames(table: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(
    Object.entries(table).flatMap(([module, names]) =>
      names
        .replaceAll(/(\w+)\*/g, '$1Classifier $1Regressor')
        .split(' ')
        .map((name) => `sklearn.${module}.${name}`),
    ),
  );
}

/** In some versions, the module of losses is called `_loss`. */
function withBareModule(names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].flatMap((name) => [name, name.replace('sklearn._loss._loss', '_loss')]));
}

/** Before 0.22, the modules had no underscore: `sklearn.ensemble.forest`. */
function withOlderNames(names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].flatMap((name) => [name, name.replaceAll('._', '.')]));
}

export const ESTIMATOR_CLASSES = withOlderNames(fullNames(ESTIMATORS));
export const PART_CLASSES = fullNames(PARTS);
export const BUNCH_CLASSES = fullNames(BUNCHES);
export const LOSS_CLASSES = withBareModule(fullNames(LOSSES));
/** Cython classes under all their names. Until 1.0, distances were in `sklearn.neighbors`. */
export const NATIVE_CLASSES = new Set(
  [...withOlderNames(withBareModule(fullNames(NATIVE)))].flatMap((name) => [
    name,
    name.replace('sklearn.metrics._dist_metrics', 'sklearn.neighbors._dist_metrics'),
    name.replace('sklearn.metrics._dist_metrics', 'sklearn.neighbors.dist_metrics'),
  ]),
);

/** Classes and functions that pickles name without calling them. */
export const SKLEARN_NAMES: ReadonlySet<string> = new Set([
  ...ESTIMATOR_CLASSES,
  ...PART_CLASSES,
  ...withOlderNames(fullNames(FUNCTIONS)),
  ...NATIVE_CLASSES,
]);
