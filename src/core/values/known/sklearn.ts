import { Dict, type Value } from '../value';
import type { Known } from './known';
import { say } from '../../text';
import { dictOf, expression, hasNoItems, isBare, itemsOf, nameOf, shortName, textOf } from './matching';
import { attributes } from './attributes';
import type { Form } from './registry';
import {
  BUNCH_CLASSES,
  ESTIMATOR_CLASSES,
  INHERITED,
  LOSS_CLASSES,
  NATIVE_CLASSES,
  PART_CLASSES,
} from './sklearnClasses';
import { parts } from './standard/records';

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
  const name = nameOf(call.callable) ?? '';
  return {
    ...record(call.callable, entries),
    line: isFitted
      ? say`${type}, fitted with scikit-learn ${version}`
      : say`${type}, made with scikit-learn ${version}`,
    ...(!(ESTIMATOR_CLASSES.has(name) || PART_CLASSES.has(name)) && { library: '', isRecord: true }),
  };
};

/** The objects inside estimators: a call with numbers and arrays, and its state. */
const partForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (!PART_CLASSES.has(nameOf(call.callable) ?? '') || !hasNoItems(call) || call.kwargs) return undefined;
  if (state === undefined && args.length > 0) return call.isNew ? positional(call.callable, args) : undefined;
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

/** `new Bunch() + entries`: a dictionary whose entries are attributes. */
const bunchForm: Form = (call, args) => {
  const isBunch = call.isNew && BUNCH_CLASSES.has(nameOf(call.callable) ?? '');
  if (!isBunch || args.length > 0 || call.appended.length > 0 || call.kwargs) return undefined;
  if (call.state !== undefined && dictOf(call.state) === undefined) return undefined;
  const known = record(call.callable, call.entries);
  return {
    ...known,
    python: (limit) => (call.entries.length > limit ? undefined : bunchExpression(call.entries)),
  };
};

function bunchExpression(entries: readonly [Value, Value][]): Value {
  const named = entries.filter((entry): entry is [string, Value] => typeof entry[0] === 'string');
  return expression('Bunch', [], Object.fromEntries(named));
}

/** Objects of Cython classes: `newObj(class) ⊕ (…)` for trees and distances, `__pyx_unpickle_Class(class, checksum, (…))` for losses. */
const nativeForm: Form = (call, args) => {
  const [type, checksum, given] = args;
  const name = nameOf(type) ?? '';
  const called = nameOf(call.callable) ?? '';
  const module = name.slice(0, name.lastIndexOf('.'));
  if (type === undefined || !NATIVE_CLASSES.has(name) || !hasNoItems(call) || call.kwargs) return undefined;
  const isMade = called === `${module}.newObj` && args.length === 1;
  const isUnpickled =
    called === `${module}.__pyx_unpickle_${shortName(type)}` &&
    args.length === 3 &&
    typeof checksum === 'bigint';
  const held = itemsOf(isMade ? call.state : (call.state ?? given));
  if (!(isMade || isUnpickled) || (held === undefined && call.state !== undefined)) return undefined;
  return {
    library: 'sklearn',
    type: shortName(type),
    children: parts(held ?? [], []),
    python: () => expression(shortName(type), []),
    plain: () => [...(held ?? [])],
  };
};

/** A loss with or without its threshold: `Hinge(1.0)`. */
const lossForm: Form = (call, args) => {
  const areNumbers = args.every((arg) => typeof arg === 'number');
  if (!LOSS_CLASSES.has(nameOf(call.callable) ?? '') || !isBare(call) || args.length > 1 || !areNumbers)
    return undefined;
  return positional(call.callable, args);
};

function positional(callable: Value, args: readonly Value[]): Known {
  const type = shortName(callable);
  return {
    library: 'sklearn',
    type,
    children: parts(args, []),
    python: () => expression(type, args),
    plain: () => [...args],
  };
}

/** The Python expression of an estimator with its parameters. No expression can set the learned attributes. */
function construction(callable: Value, entries: readonly [Value, Value][]): Value {
  const type = shortName(callable);
  const inherited = INHERITED[type]?.split(' ') ?? [];
  // Repeated splits hold the parameters of the one that is repeated.
  const given = entries.flatMap((entry) =>
    entry[0] === 'cvargs' && entry[1] instanceof Dict ? [...entry[1]] : [entry],
  );
  const parameters = given.filter(
    (entry): entry is [string, Value] =>
      typeof entry[0] === 'string' && !/^_|_$/.test(entry[0]) && !inherited.includes(entry[0]),
  );
  return expression(type, [], Object.fromEntries(parameters));
}

/** Estimators and their parts. */
export const sklearn = { shapes: [estimatorForm, partForm, bunchForm, nativeForm, lossForm] };
