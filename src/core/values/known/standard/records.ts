import type { Child } from '../../children';
import { Dict, InertCall, InertName, type Value } from '../../value';
import type { Children, Known } from '../known';
import { argumentsOf, classOf, dictOf, expression, hasNoItems, itemsOf, nameOf } from '../matching';
import type { Form } from '../registry';

type Entries = readonly (readonly [Value, Value])[];

/** Items by position, followed by attributes by name. */
export function parts(items: readonly Value[], attributes: Entries): Children {
  return {
    count: items.length + attributes.length,
    at: (i): Child => {
      if (i < items.length) return { step: { kind: 'index', index: i }, value: items[i] as Value };
      const [name, value] = attributes[i - items.length] as readonly [Value, Value];
      return { step: typeof name === 'string' ? { kind: 'part', name } : { kind: 'key', key: name }, value };
    },
  };
}

/** An object shown by its attributes, which are keyword arguments in its Python expression. */
export function attributesOf(type: string, entries: Entries, library: string): Known {
  return {
    library,
    type,
    children: parts([], entries),
    python: (limit) => (entries.length > limit ? undefined : expression(type, [], namedIn(entries))),
    plain: () => Dict.from(entries),
  };
}

export function namedIn(entries: Iterable<readonly [Value, Value]>): Record<string, Value> {
  return Object.fromEntries(entries) as Record<string, Value>;
}

/**
 * An object of an unknown class. `C() ⊕ {...}` has attributes, `C() ⊕ (None, {...})` slots, and `C() ⊕ [...]`, a frozen
 * dataclass with slots, only their values. A namedtuple, or a subclass of a text or a number, has the arguments of its
 * `__new__`: `C(1, 2)`.
 */
export const recordShape: Form = (call, args) => {
  const type = classOf(call.callable);
  const state = stateOf(call);
  if (type === undefined || state === undefined) return undefined;
  // Only `__new__` is known to make an object from its arguments; another callable may do anything with them.
  if (!call.isNew && (args.length > 0 || call.kwargs !== undefined || call.state === undefined))
    return undefined;
  const keywords = call.kwargs === undefined ? [] : [...(dictOf(call.kwargs) ?? [])];
  if (!keywords.every(([name]) => typeof name === 'string')) return undefined;
  return record(type, [...args, ...state.values], keywords, state.attributes);
};

interface State {
  /** The values of slots without their names, in order. */
  readonly values: readonly Value[];
  readonly attributes: Entries;
}

function stateOf(call: InertCall): State | undefined {
  const { state } = call;
  if (!hasNoItems(call)) return undefined;
  if (state === undefined) return { values: [], attributes: [] };
  if (Array.isArray(state)) return { values: state, attributes: [] };
  const attributes = dictOf(state) ?? slotsOf(state);
  if (!attributes?.keys.every((key) => typeof key === 'string')) return undefined;
  return { values: [], attributes: [...attributes] };
}

function slotsOf(state: Value): Dict | undefined {
  const [dict, slots] = itemsOf(state) ?? [];
  const held = dictOf(slots);
  if (itemsOf(state)?.length !== 2 || held === undefined) return undefined;
  if (dict === null) return held;
  const attributes = dictOf(dict);
  return attributes && Dict.from([...attributes, ...held]);
}

/**
 * @param keywords of `__new__`
 * @param attributes further attributes of the object, which are used as keywords if there are no others
 */
function record(type: string, items: readonly Value[], keywords: Entries, attributes: Entries): Known {
  const named = [...keywords, ...attributes];
  const count = items.length + named.length;
  const typed = items.length + keywords.length > 0 ? keywords : attributes;
  return {
    library: '',
    type,
    isRecord: true,
    children: parts(items, named),
    python: (limit) => (count > limit ? undefined : expression(type, items, namedIn(typed))),
    plain: () => plainRecord(items, named),
  };
}

/** The form of a record in JSON: a dictionary, or a list if it has no attributes. A single item is not wrapped. */
export function plainRecord(items: readonly Value[], attributes: Entries): Value {
  if (attributes.length > 0)
    return Dict.from([...items.map((item, i): [Value, Value] => [BigInt(i), item]), ...attributes]);
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : [...items];
}

/** An object of a class derived from dict or list, with its entries or items, and perhaps attributes. */
export const containerShape: Form = (call, args) => {
  const type = classOf(call.callable);
  const attributes = call.state === undefined ? new Dict() : dictOf(call.state);
  const held = heldBy(call, args);
  if (type === undefined || attributes === undefined || held === undefined) return undefined;
  const named = [...attributes];
  const children = held instanceof Dict ? entriesAnd([...held], named) : parts(held, named);
  return {
    library: '',
    type,
    isRecord: true,
    children,
    python: (limit) => (children.count > limit ? undefined : expression(type, [held])),
    plain: () => held,
    held,
  };
};

/** The items or entries that are added to the object. Protocols below 2 pass them to `__new__`. */
function heldBy({ entries, appended, isNew }: InertCall, args: readonly Value[]): Dict | Value[] | undefined {
  const [given] = args;
  if (entries.length > 0 && appended.length === 0 && args.length === 0) return Dict.from(entries);
  if (appended.length > 0 && entries.length === 0 && args.length === 0) return appended;
  if (!isNew || args.length !== 1 || entries.length + appended.length > 0) return undefined;
  return Array.isArray(given) ? given : dictOf(given);
}

/** Entries by their keys, and after them the named attributes. */
function entriesAnd(entries: Entries, attributes: Entries): Children {
  const named = parts([], attributes);
  return {
    count: entries.length + named.count,
    at: (i): Child => {
      if (i >= entries.length) return named.at(i - entries.length);
      const [key, value] = entries[i] as readonly [Value, Value];
      return { step: { kind: 'key', key }, value };
    },
  };
}

/**
 * An object of a class whose `__new__` takes keywords, as protocols below 4 make it:
 * `(partial(getattr(C, "__new__")) ⊕ (getattr(C, "__new__"), (C, 1), {"a": 2}, None))()`.
 */
export const keywordsShape: Form = (call, args) => {
  const { callable } = call;
  const state = stateOf(call);
  if (!(callable instanceof InertCall) || nameOf(callable.callable) !== 'functools.partial') return undefined;
  const [taken, given, keywords] = itemsOf(callable.state) ?? [];
  const [owner, method] = argumentsOf(taken, 'builtins.getattr') ?? [];
  const [first, ...rest] = itemsOf(given) ?? [];
  const named = dictOf(keywords);
  if (args.length > 0 || state === undefined || named === undefined || method !== '__new__') return undefined;
  const type = owner === undefined ? undefined : classOf(owner);
  // The first argument is the class of the object; `owner` may be a base class from which it inherits `__new__`.
  if (type === undefined || first === undefined || classOf(first) === undefined) return undefined;
  if (!named.keys.every((key) => typeof key === 'string')) return undefined;
  return {
    ...record(classOf(first) ?? type, [...rest, ...state.values], [...named], state.attributes),
    ofClass: first,
  };
};

const MAX_FLAGS = 64;

/** A member of an enumeration in Python 3.11: `getattr(Color, "RED")`. Members of flags are joined by `or_`. */
export const memberForm: Form = (call) => {
  const member = memberOf(call, 0);
  if (member === undefined) return undefined;
  const { text, source } = member;
  return {
    library: '',
    type: 'enum',
    line: text,
    text,
    isRecord: true,
    python: () => source,
    plain: () => text,
  };
};

function memberOf(value: Value | undefined, depth: number): { text: string; source: Value } | undefined {
  const member = argumentsOf(value, 'builtins.getattr');
  const [owner, name] = member ?? [];
  if (
    member?.length === 2 &&
    owner !== undefined &&
    typeof name === 'string' &&
    /^_*[A-Za-z]\w*$/.test(name)
  ) {
    const type = classOf(owner);
    if (type === undefined || !/^_*[A-Z]/.test(type.slice(type.lastIndexOf('.') + 1))) return undefined;
    const text = `${type}.${name}`;
    return { text, source: new InertName('', text) };
  }
  const both = argumentsOf(value, '_operator.or_', 'operator.or_');
  if (both?.length !== 2 || depth > MAX_FLAGS) return undefined;
  const [left, right] = [memberOf(both[0], depth + 1), memberOf(both[1], depth + 1)];
  if (left === undefined || right === undefined) return undefined;
  const source = expression('operator.or_', [left.source, right.source]);
  return { text: `${left.text} | ${right.text}`, source };
}

/**
 * A function with some of its arguments: `partial(f) ⊕ (f, args, keywords, attributes)`. Loading it calls nothing.
 */
export const partialForm: Form = (call, args) => {
  const [called, given, keywords] = itemsOf(call.state) ?? [];
  const [items, named] = [itemsOf(given), dictOf(keywords)];
  if (
    args.length !== 1 ||
    !hasNoItems(call) ||
    call.kwargs !== undefined ||
    itemsOf(call.state)?.length !== 4
  )
    return undefined;
  if (called === undefined || items === undefined || named === undefined) return undefined;
  if (called !== args[0] && nameOf(called) !== nameOf(args[0])) return undefined;
  if (!named.keys.every((key) => typeof key === 'string')) return undefined;
  return {
    library: 'Python',
    type: 'partial',
    isRecord: true,
    children: parts([called, ...items], [...named]),
    python: () => expression('functools.partial', [called, ...items], namedIn(named)),
    plain: () => Dict.from([['args', [...items]] as const, ...named]),
  };
};

/** `itemgetter`, `attrgetter` and `methodcaller`: functions that are made, but not called. */
export const getterForm: Form = (call, args) => {
  if (args.length === 0 || call.state !== undefined || !hasNoItems(call) || call.kwargs !== undefined)
    return undefined;
  const type = classOf(call.callable) ?? '';
  return {
    library: 'Python',
    type,
    children: parts(args, []),
    python: () => expression(`operator.${type}`, args),
    plain: () => [...args],
  };
};
