import { Dict, type Value } from '../value';
import type { Known } from './known';
import { dictOf, expression, hasNoItems, nameOf, shortName, textOf } from './matching';
import { attributes } from './attributes';
import type { Form } from './registry';
import { ESTIMATOR_CLASSES, PART_CLASSES } from './sklearnClasses';

const VERSION = '_sklearn_version';

/** `new Class() ⊕ {parameters…, fitted_…, '_sklearn_version': '1.2.1'}` (sklearn `base.py`, `__getstate__`). */
const estimatorForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const version = textOf(state?.get(VERSION));
  if (
    !call.isNew ||
    args.length > 0 ||
    !hasNoItems(call) ||
    call.kwargs ||
    state === undefined ||
    version === undefined
  )
    return undefined;
  const entries = [...state].filter(([name]) => name !== VERSION);
  const isFitted = entries.some(([name]) => typeof name === 'string' && /^[^_].*[^_]_$/.test(name));
  const type = shortName(call.callable);
  return {
    ...record(call.callable, entries),
    line: `${type}, ${isFitted ? 'fitted' : 'made'} with scikit-learn ${version}`,
    ...(!ESTIMATOR_CLASSES.has(nameOf(call.callable) ?? '') && { library: '', isRecord: true }),
  };
};

/** What estimators hold: a call with numbers and arrays, and its state. */
const partForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (!PART_CLASSES.has(nameOf(call.callable) ?? '') || !hasNoItems(call) || call.kwargs) return undefined;
  if (state === undefined && args.length > 0) return undefined;
  return record(call.callable, [...(state ?? [])]);
};

function record(callable: Value, entries: readonly [Value, Value][]): Known {
  return {
    library: 'sklearn',
    type: shortName(callable),
    children: attributes(entries),
    python: (limit) => (entries.length > limit ? undefined : construction(callable, entries)),
    plain: () => Dict.from(entries),
  };
}

/** With its parameters: what it has learned cannot be typed. */
function construction(callable: Value, entries: readonly [Value, Value][]): Value {
  const parameters = entries.filter(
    (entry): entry is [string, Value] => typeof entry[0] === 'string' && !/^_|_$/.test(entry[0]),
  );
  return expression(shortName(callable), [], Object.fromEntries(parameters));
}

/** Estimators and what they are made of. */
export const sklearn = { shapes: [estimatorForm, partForm] };
