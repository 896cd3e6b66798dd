import {
  argumentsOf,
  callableKey,
  classOf,
  dictOf,
  hasNoItems,
  isBare,
  itemsOf,
  nameOf,
} from '../../values/known/matching';
import { recognise } from '../../values/known/recognise';
import { Dict, InertCall, InertName, InertReference, Tuple, type Value } from '../../values/value';
import type { PickleEvent } from './account';
import { worst, type Level } from './effects';
import { isEnumOfPython, levelOfName } from './knownNames';
import { isInStandardLibrary } from './standardLibrary';

/** The level of one event. A call is judged by its complete form, never by its module alone. */
export function levelOf(event: PickleEvent): Level {
  if (event instanceof InertCall) return levelOfCall(event);
  if (event instanceof InertReference) return event.kind === 'persistent' ? 'classes' : 'calls';
  return event.kind === 'change' ? 'calls' : (levelOfName(event.name) ?? 'classes');
}

/**
 * Whether an event imports a function such as `os.system`, which an object of an unknown class could call: it comes with
 * Python, and is not known to be data.
 */
export function couldBeCalled(event: PickleEvent): boolean {
  return (
    'kind' in event &&
    event.kind === 'import' &&
    levelOfName(event.name) === undefined &&
    isInStandardLibrary(event.name)
  );
}

/** Functions that pickles get from a class by `getattr`, and call to make a known value. */
const TAKEN_FUNCTIONS: ReadonlySet<string> = new Set(['getattr:zoneinfo.ZoneInfo._unpickle']);

const GETATTR = 'getattr:';

function levelOfCall(call: InertCall): Level {
  const key = isBare(call) ? (callableKey(call) ?? '') : '';
  if (TAKEN_FUNCTIONS.has(key)) return 'plain';
  // The form in which protocols below 4 write a nested name.
  const taken = key.startsWith(GETATTR) ? levelOfName(key.slice(GETATTR.length)) : undefined;
  if (taken !== undefined) return taken;
  const known = recognise(call);
  if (known !== undefined && known.isRecord !== true && known.library !== '')
    return known.library === 'Python' ? 'plain' : 'known';
  if (known?.ofClass !== undefined && isForeignClass(known.ofClass)) return 'classes';
  const constructor = isPartial(call) ? itemsOf(call.args)?.[0] : undefined;
  if (constructor instanceof InertCall) return levelOfCall(constructor);
  return (
    levelOfMember(call) ?? (isObject(call) || isPartial(call) || isConstructor(call) ? 'classes' : 'calls')
  );
}

/**
 * Whether `new C(...)` can do no more than make an object of its class. Some of Python's own classes, such as `map`, call
 * their arguments.
 */
function isObject({ callable, args, kwargs, isNew }: InertCall): boolean {
  if (!isNew || !(callable instanceof InertName)) return isNew && isForeignClass(callable);
  return (
    !isInStandardLibrary(callable.qualifiedName) ||
    (isOfData(args) && (kwargs === undefined || isOfData(kwargs)))
  );
}

/** Whether a value is a class, perhaps a nested one, that does not come with Python. */
function isForeignClass(type: Value): boolean {
  const owner = type instanceof InertName ? type : argumentsOf(type, 'builtins.getattr')?.[0];
  return (
    classOf(type) !== undefined && owner instanceof InertName && !isInStandardLibrary(owner.qualifiedName)
  );
}

/**
 * `getattr(C, '__new__')`, which protocols below 4 wrap in a partial in order to pass keywords. Any other call of it is
 * reported separately.
 */
function isConstructor(call: InertCall): boolean {
  const [owner, name] = argumentsOf(call, 'builtins.getattr') ?? [];
  return name === '__new__' && owner !== undefined && isForeignClass(owner);
}

/** Whether everything in a value is plain or known, so that it holds nothing that could be called. */
function isOfData(value: Value, budget = { parts: MAX_PARTS }): boolean {
  if (--budget.parts < 0) return false;
  const areOfData = (values: readonly Value[]): boolean => values.every((each) => isOfData(each, budget));
  if (value instanceof InertName) return levelOfName(value.qualifiedName) !== undefined;
  if (value instanceof InertCall) return ['plain', 'known'].includes(levelOfCall(value));
  if (value instanceof Tuple) return areOfData(value.items);
  if (value instanceof Dict) return areOfData(value.keys) && areOfData(value.values);
  return Array.isArray(value) ? areOfData(value) : !(value instanceof InertReference);
}

/** Parts of arguments that are checked. A call of a class of Python with more parts is not trusted. */
const MAX_PARTS = 1_000;

/**
 * A member of an enumeration: `Color(1)`, in Python 3.11 `getattr(Color, 'RED')`, for flags joined by `or_`. Only an integer
 * is accepted: a text may be code or a command. Undefined for anything else.
 */
function levelOfMember(call: InertCall): Level | undefined {
  const taken = argumentsOf(call, 'builtins.getattr', '_operator.or_', 'operator.or_');
  if (taken !== undefined) return recognise(call) === undefined ? undefined : levelOfParts(taken);
  const [value, ...more] = itemsOf(call.args) ?? [];
  if (!isBare(call) || typeof value !== 'bigint' || more.length > 0) return undefined;
  return levelOfEnum(call.callable);
}

function levelOfParts([first, second]: readonly Value[]): Level | undefined {
  if (first instanceof InertName) return levelOfEnum(first);
  const levels = [first, second].map((part) => part instanceof InertCall && levelOfMember(part));
  return levels.every((level) => level !== false && level !== undefined) ? worst(levels) : undefined;
}

/** The level of an enumeration; undefined if it cannot be one. By convention, only classes begin with a capital letter. */
function levelOfEnum(type: Value): Level | undefined {
  const name = nameOf(type);
  if (name === undefined) return undefined;
  if (isEnumOfPython(name)) return 'plain';
  return !isInStandardLibrary(name) && /(?:^|\.)_*[A-Z]\w*$/.test(name) ? 'classes' : undefined;
}

/**
 * Whether a call is `functools.partial(f) ⊕ (f, args, keywords, attributes)`, which calls nothing by itself. Functions that
 * come with Python do not count, unless they are known.
 */
function isPartial(call: InertCall): boolean {
  const [called, ...more] = itemsOf(call.args) ?? [];
  const [again, args, keywords, ...attributes] = itemsOf(call.state) ?? [];
  return (
    nameOf(call.callable) === 'functools.partial' &&
    call.kwargs === undefined &&
    hasNoItems(call) &&
    call.laterStates.length === 0 &&
    more.length === 0 &&
    attributes.length === 1 &&
    called !== undefined &&
    (called === again || nameOf(again) === nameOf(called)) &&
    (called instanceof InertName
      ? !isInStandardLibrary(called.qualifiedName) || levelOfName(called.qualifiedName) !== undefined
      : called instanceof InertCall && isConstructor(called)) &&
    itemsOf(args) !== undefined &&
    dictOf(keywords) !== undefined
  );
}
