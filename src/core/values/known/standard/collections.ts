import type { Child } from '../../children';
import { Dict, type Value } from '../../value';
import type { Known } from '../known';
import { dictOf, expression, hasNoItems, itemsOf, nameOf, shortName } from '../matching';
import { reprOf } from '../pythonText';
import { attributesOf, namedIn } from './records';
import type { Form, Forms } from '../registry';

export function entryChild([key, value]: readonly [Value, Value]): Child {
  return { step: { kind: 'key', key }, value };
}

/** A dictionary under another name. @throws UnhashableError */
export function mapping(
  type: string,
  entries: readonly (readonly [Value, Value])[],
  source: () => Value,
  library = 'Python',
): Known {
  const held = dictionary(entries);
  return {
    library,
    type,
    children: { count: entries.length, at: (i) => entryChild(entries[i] as [Value, Value]) },
    python: (limit) => (entries.length > limit ? undefined : source()),
    plain: () => held,
    held,
  };
}

export function dictionary(entries: readonly (readonly [Value, Value])[]): Dict {
  return Dict.from(entries);
}

/** A list under another name. */
export function sequence(type: string, items: readonly Value[], source: () => Value): Known {
  return {
    library: 'Python',
    type,
    children: {
      count: items.length,
      at: (index) => ({ step: { kind: 'index', index }, value: items[index] as Value }),
    },
    python: (limit) => (items.length > limit ? undefined : source()),
    plain: () => [...items],
    held: items,
  };
}

/** It may have a state: torch sets `_metadata`. */
const orderedDictForm: Form = (call, args) => {
  if (
    args.length !== 0 ||
    call.appended.length > 0 ||
    (call.state !== undefined && dictOf(call.state) === undefined)
  )
    return undefined;
  return mapping('OrderedDict', call.entries, () =>
    expression('collections.OrderedDict', call.entries.length === 0 ? [] : [dictionary(call.entries)]),
  );
};

const defaultDictForm: Form = (call, args) => {
  const [factory = null] = args;
  if (
    args.length > 1 ||
    call.appended.length > 0 ||
    call.state !== undefined ||
    (factory !== null && nameOf(factory) === undefined)
  )
    return undefined;
  return mapping('defaultdict', call.entries, () =>
    expression('collections.defaultdict', [factory, dictionary(call.entries)]),
  );
};

const counterForm: Form = (call, [counts]) => {
  const dict = dictOf(counts);
  if (dict === undefined || !hasNoItems(call) || call.state !== undefined) return undefined;
  const known = mapping('Counter', [...dict], () => expression('collections.Counter', [dict]));
  const sorted = (): [Value, Value][] => [...dict].sort(([, a], [, b]) => Number(b) - Number(a));
  return dict.values.every((count) => typeof count === 'bigint')
    ? { ...known, repr: () => `Counter(${dict.size === 0 ? '' : reprOf(Dict.from(sorted()))})` }
    : known;
};

const dequeForm: Form = (call, args) => {
  const [first, length] = args;
  const isEmpty =
    first === undefined || itemsOf(first)?.length === 0 || (Array.isArray(first) && first.length === 0);
  if (!isEmpty || args.length > 2 || call.entries.length > 0 || call.state !== undefined) return undefined;
  const maxlen = typeof length === 'bigint' ? length : undefined;
  return sequence('deque', call.appended, () => expression('collections.deque', [call.appended], { maxlen }));
};

/** `ChainMap() ⊕ {'maps': [...]}`, `UserDict() ⊕ {'data': {...}}`, `UserList() ⊕ {'data': [...]}`, `UserString(s) ⊕ {'data': s}`. */
const wrapperForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const held = state?.get('data') ?? state?.get('maps');
  if (!hasNoItems(call) || held === undefined || state?.size !== 1) return undefined;
  const type = shortName(call.callable).replace('Iterable', '');
  if (args.some((arg) => arg !== held) || (typeof held === 'string') !== (type === 'UserString'))
    return undefined;
  const isChain = Array.isArray(held) && state.has('maps');
  const source = (): Value => expression(`collections.${type}`, isChain ? held : [held]);
  if (typeof held === 'string')
    return {
      library: 'Python',
      type,
      line: held,
      text: held,
      repr: () => reprOf(held),
      python: source,
      plain: () => held,
    };
  if (held instanceof Dict) return mapping(type, [...held], source);
  return Array.isArray(held) ? sequence(type, held, source) : undefined;
};

const namespaceForm: Form = (call, args) => {
  const state = dictOf(call.state);
  if (
    args.length !== 0 ||
    !hasNoItems(call) ||
    state === undefined ||
    !state.keys.every((key) => typeof key === 'string')
  )
    return undefined;
  const type = shortName(call.callable);
  const known = attributesOf(type, [...state], 'Python');
  const named =
    (name: string): Known['python'] =>
    (limit) =>
      state.size > limit ? undefined : expression(name, [], namedIn(state));
  const called = named(type === 'Namespace' ? type : 'namespace');
  return { ...known, called, python: named(nameOf(call.callable) ?? type) };
};

export const collectionForms: Forms = {
  'collections.OrderedDict': orderedDictForm,
  'collections.defaultdict': defaultDictForm,
  'collections.Counter': counterForm,
  'collections.deque': dequeForm,
  'collections.ChainMap': wrapperForm,
  'collections.UserDict': wrapperForm,
  'collections.UserList': wrapperForm,
  'collections.UserString': wrapperForm,
  'types.SimpleNamespace': namespaceForm,
  'argparse.Namespace': namespaceForm,
};
