import { dictOf, expression, hasNoItems, shortName } from './matching';
import type { Form } from './registry';
import { attributesOf } from './standard/records';

/** `new relativedelta() ⊕ {'months': 1, …}`; values that are 0 or None are omitted. */
const relativeForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (!call.isNew || args.length > 0 || !hasNoItems(call) || call.kwargs || state === undefined)
    return undefined;
  if (!state.keys.every((key) => typeof key === 'string')) return undefined;
  const given = [...state].filter(
    ([name, value]) => value !== null && value !== 0n && typeof name === 'string' && !name.startsWith('_'),
  );
  const known = attributesOf('relativedelta', given, 'dateutil');
  return {
    ...known,
    python: () => expression('relativedelta', [], Object.fromEntries(given) as Record<string, never>),
  };
};

/** Parts of a zone that was read from a file: a period with one offset from UTC. */
const partForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (!call.isNew || args.length > 0 || !hasNoItems(call) || call.kwargs || state === undefined)
    return undefined;
  return attributesOf(shortName(call.callable), [...state], 'dateutil');
};

/** The values of dateutil, except zones, which are in `standard/zones.ts`. */
export const dateutil = {
  forms: {
    'dateutil.relativedelta.relativedelta': relativeForm,
    'dateutil.tz.tz._ttinfo': partForm,
  },
};
