import { CLASSES } from './scipyTables';

/** Before scipy 1.8, the modules had no underscore: `scipy.spatial.kdtree`. */
export const SCIPY_CLASSES: ReadonlySet<string> = new Set(
  Object.entries(CLASSES).flatMap(([module, names]) =>
    names
      .split(' ')
      .flatMap((name) => [module, module.replaceAll('._', '.')].map((each) => `scipy.${each}.${name}`)),
  ),
);

const LINES = '_call_linear _call_linear_np _call_spline _call_nan_spline _call_nearest _call_previousnext';

export const TRANSFORM = 'scipy.spatial.transform._rigid_transform.RigidTransform.from_matrix';

/** Functions that pickles name without calling them: of interpolations, and of the arrays of splines. */
export const SCIPY_NAMES: ReadonlySet<string> = new Set([
  ...LINES.split(' ').flatMap((name) => [
    `scipy.interpolate._interpolate.interp1d.${name}`,
    `scipy.interpolate.interpolate.interp1d.${name}`,
  ]),
  'scipy._lib.array_api_compat.numpy._aliases.asarray',
  TRANSFORM,
  TRANSFORM.replace('.from_matrix', ''),
  // For classes with keywords, protocols below 4 write `getattr(TtestResult, "__new__")`.
  ...[...SCIPY_CLASSES].flatMap((name) =>
    [name, `${name}Base`].flatMap((owner) => [owner, `${owner}.__new__`]),
  ),
]);
