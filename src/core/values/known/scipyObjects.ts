import { Dict } from '../value';
import { callableKey, dictOf, expression, isBare, itemsOf, nameOf, shortName } from './matching';
import type { Form } from './registry';
import { SCIPY_CLASSES, TRANSFORM } from './scipyClasses';
import { keywordsShape, namedIn, parts, plainRecord } from './standard/records';

/** Results that are tuples with further attributes, as protocols below 4 write them. */
const keywordResult: Form = (call, args) => {
  const known = keywordsShape(call, args);
  if (known === undefined || !SCIPY_CLASSES.has(nameOf(known.ofClass) ?? '')) return undefined;
  const { isRecord: _, ...result } = known;
  return { ...result, library: 'scipy' };
};

/**
 * `new C(…) ⊕ {…}`; with slots `⊕ (None, {…})`; for trees and rotations `⊕ (…)`. Results of the optimizer are dictionaries:
 * `new OptimizeResult() + entries`.
 */
const object: Form = (call, args) => {
  const { state, entries, appended } = call;
  if (!call.isNew || !SCIPY_CLASSES.has(nameOf(call.callable) ?? '') || appended.length > 0) return undefined;
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

/** `RigidTransform.from_matrix(array)`, since scipy 1.16. */
const transform: Form = (call, args) => {
  if (callableKey(call.callable)?.replace('getattr:', '') !== TRANSFORM || !isBare(call)) return undefined;
  return {
    library: 'scipy',
    type: 'RigidTransform',
    children: parts(args, []),
    python: () => expression('RigidTransform.from_matrix', args),
    plain: () => [...args],
  };
};

/** Objects of scipy other than matrices and distributions. */
export const scipyObjects = [keywordResult, transform, object];
