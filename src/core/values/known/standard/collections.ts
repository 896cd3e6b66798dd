import type { Child } from '../../children';
import { Dict, InertCall, type Value } from '../../value';
import type { Known } from '../known';
import { dictOf, expression, hasNoItems, itemsOf, nameOf, shortName } from '../matching';
import type { Form, Forms } from '../registry';

function entryChild([key, value]: readonly [Value, Value]): Child {
  return { step: { kind: 'key', key }, value };
}

/** A dictionary under another name. */
function mapping(
  type: string,
  entries: readonly (readonly [Value, Value])[],
  source: () => Value,
  library = 'Python',
): Known {
  return {
    library,
    type,
    children: { count: entries.length, at: (i) => entryChild(entries[i] as [Value, Value]) },
    python: (limit) => (entries.length > limit ? undefined : source()),
    plain: () => dictionary(entries),
  };
}

function dictionary(entries: readonly (readonly [Value, Value])[]): Dict {
  return Dict.from(entries);
}

/** A list under another name. */
function sequence(type: string, items: readonly Value[], source: () => Value): Known {
  return {
    library: 'Python',
    type,
    children: {
      count: items.length,
      at: (index) => ({ step: { kind: 'index', index }, value: items[index] as Value }),
    },
    python: (limit) => (items.length > limit ? undefined : source()),
    plain: () => [...items],
  };
}

/** torch gives it its `_metadata` as a state. */
const orderedDictForm: Form = (call, args) => {
  if (
    args.length !== 0 ||
    call.appended.length > 0 ||
    (call.state !== undefined && dictOf(call.state) === undefined)
  )
    return undefined;
  return mapping('OrderedDict', call.entries, () =>
    expression('collections.OrderedDict', [dictionary(call.entries)]),
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
  return mapping('Counter', [...dict], () => expression('collections.Counter', [dict]));
};

const dequeForm: Form = (call, args) => {
  const [first, length] = args;
  const isEmpty =
    first === undefined || itemsOf(first)?.length === 0 || (Array.isArray(first) && first.length === 0);
  if (!isEmpty || args.length > 2 || call.entries.length > 0 || call.state !== undefined) return undefined;
  const maxlen = typeof length === 'bigint' ? length : undefined;
  return sequence('deque', call.appended, () => expression('collections.deque', [call.appended], { maxlen }));
};

/** `ChainMap() ⊕ {'maps': [...]}`, `UserDict() ⊕ {'data': {...}}`, `UserList() ⊕ {'data': [...]}`. */
const wrapperForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const held = state?.get('data') ?? state?.get('maps');
  if (args.length !== 0 || !hasNoItems(call) || held === undefined) return undefined;
  const type = shortName(call.callable).replace('Iterable', '');
  const isChain = Array.isArray(held) && state?.get('maps') === held;
  const source = (): Value => expression(`collections.${type}`, isChain ? held : [held]);
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
  return attributes('SimpleNamespace', state, 'Python');
};

/** Named attributes. */
export function attributes(type: string, state: Dict, library: string, line?: string): Known {
  return {
    library,
    type,
    ...(line !== undefined && { line }),
    children: {
      count: state.size,
      at: (i) => ({ step: { kind: 'part', name: state.keys[i] as string }, value: state.values[i] as Value }),
    },
    python: (limit) =>
      state.size > limit
        ? undefined
        : expression(type, [], Object.fromEntries([...state] as [string, Value][])),
    plain: () => state,
  };
}

/** `ValueError('x')[ ⊕ {...}]`: the exceptions of Python itself. */
const exceptionForm: Form = (call, args) => {
  if (!hasNoItems(call) || (call.state !== undefined && dictOf(call.state) === undefined)) return undefined;
  const type = shortName(call.callable);
  return {
    library: 'Python',
    type,
    children: {
      count: args.length,
      at: (index) => ({ step: { kind: 'index', index }, value: args[index] as Value }),
    },
    python: () => expression(type, args),
    plain: () => Dict.from([['type', type] as const, ['args', [...args]] as const]),
  };
};

const EXCEPTIONS =
  `ArithmeticError AssertionError AttributeError BaseException BlockingIOError BrokenPipeError BufferError
ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError EnvironmentError
Exception FileExistsError FileNotFoundError FloatingPointError GeneratorExit IOError ImportError IndentationError IndexError
InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError
NotADirectoryError NotImplementedError OSError OverflowError PermissionError ProcessLookupError RecursionError ReferenceError
RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError SystemExit TabError TimeoutError TypeError
UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError Warning DeprecationWarning
FutureWarning RuntimeWarning UserWarning ZeroDivisionError`.split(/\s+/);

export const collectionForms: Forms = {
  'collections.OrderedDict': orderedDictForm,
  'collections.defaultdict': defaultDictForm,
  'collections.Counter': counterForm,
  'collections.deque': dequeForm,
  'collections.ChainMap': wrapperForm,
  'collections.UserDict': wrapperForm,
  'collections.UserList': wrapperForm,
  'types.SimpleNamespace': namespaceForm,
  ...Object.fromEntries(EXCEPTIONS.map((name) => [`builtins.${name}`, exceptionForm])),
};

/** An object of a class that nothing is known of, with its attributes: `C() ⊕ {...}`, with slots `C() ⊕ (None, {...})`. */
export const recordShape: Form = (call, args) => {
  const name = nameOf(call.callable);
  if (name === undefined || args.length !== 0 || !hasNoItems(call) || call.state === undefined)
    return undefined;
  const state = dictOf(call.state) ?? slotsOf(call.state);
  if (state === undefined || !state.keys.every((key) => typeof key === 'string')) return undefined;
  const type = shortName(call.callable);
  const known = attributes(type, state, '');
  return { ...known, isRecord: true };
};

function slotsOf(state: Value): Dict | undefined {
  const [dict, slots] = itemsOf(state) ?? [];
  if (itemsOf(state)?.length !== 2 || slots === undefined) return undefined;
  const held = dictOf(slots);
  if (held === undefined || (dict !== null && dictOf(dict) === undefined)) return undefined;
  return dict === null ? held : Dict.from([...(dictOf(dict) ?? []), ...held]);
}

/** An object of a class derived from dict or list, which sets its entries or appends its items. */
export const containerShape: Form = (call, args) => {
  const name = nameOf(call.callable);
  if (
    name === undefined ||
    args.length !== 0 ||
    (call.state !== undefined && dictOf(call.state) === undefined)
  )
    return undefined;
  const type = shortName(call.callable);
  const source =
    (held: Value): (() => Value) =>
    () =>
      new InertCall(call.callable, expression('', [held]).args);
  if (call.entries.length > 0 && call.appended.length === 0)
    return { ...mapping(type, call.entries, source(dictionary(call.entries)), ''), isRecord: true };
  if (call.appended.length > 0 && call.entries.length === 0)
    return { ...sequence(type, call.appended, source(call.appended)), library: '', isRecord: true };
  return undefined;
};
